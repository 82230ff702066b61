"""Django's settings, read once from the environment."""

from pathlib import Path

import structlog
from csp.constants import NONE, SELF

from kateder.config import environment, logs
from kateder.signin.oidc import options as oidc

env = environment.read()
SOURCE = Path(__file__).resolve().parent.parent

DATA_DIR = Path(env.text("KATEDER_DATA_DIR") or Path.cwd() / "var").resolve()
DEBUG = env.flag("KATEDER_DEBUG", default=False)
SECRET_KEY = environment.secret_key(DATA_DIR, env.text("KATEDER_SECRET_KEY"))
PORT = env.number("KATEDER_PORT", 8000)
BIND = str(env.text("KATEDER_BIND", "127.0.0.1"))
SECURE = env.flag("KATEDER_SECURE", default=False)
TRUSTED_PROXY = env.text("KATEDER_TRUSTED_PROXY")
SOCKET = environment.listening_socket(env.text("KATEDER_SOCKET"), proxy=TRUSTED_PROXY)
CLIENT_CERTIFICATE = environment.client_certificate(env.text("KATEDER_CLIENT_CERTIFICATE"), proxy=TRUSTED_PROXY)
METRICS_TOKEN = environment.metrics_token(env.text("KATEDER_METRICS_TOKEN"))
WEB_PROCESSES = env.number("KATEDER_WEB_PROCESSES", 2)
WEB_THREADS = env.number("KATEDER_WEB_THREADS", 4)
# API clients may be notified at addresses that are not on the open Internet, and without TLS.
PRIVATE_WEBHOOKS = env.flag("KATEDER_PRIVATE_WEBHOOKS", default=False)
_source_folders = env.text("KATEDER_SOURCE_FOLDERS") or str(DATA_DIR / "sources" / "{authority}")
SOURCE_FOLDERS = [folder for folder in _source_folders.split(":") if folder]
_export_folders = env.text("KATEDER_EXPORT_FOLDERS") or str(DATA_DIR / "exports" / "{authority}")
EXPORT_FOLDERS = [folder for folder in _export_folders.split(":") if folder]
# Programs that sources may run, and the secrets that these may be given: nothing where the operator names no folder.
COMMANDS_DIR = env.folder("KATEDER_COMMANDS_DIR")
COMMAND_SECRETS_DIR = env.folder("KATEDER_COMMAND_SECRETS_DIR")
DEMO_CHOOSER = env.flag("KATEDER_DEMO_CHOOSER", default=False)
DEMO_PROVIDER_PORT = env.number("KATEDER_PROVIDER_PORT", 8100)
DEMO_PROVIDER_SCIM_PORT = env.number("KATEDER_PROVIDER_SCIM_PORT", 8101)

# The authority is found from the host name; an unknown one is refused by core.middleware.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "csp",
    "oauth2_provider",
    "kateder.core",
    "kateder.trust",
    "kateder.register",
    "kateder.sources",
    "kateder.catalogue",
    "kateder.governance",
    "kateder.licences",
    "kateder.provisioning",
    "kateder.signin",
    "kateder.portal",
    "kateder.demo",
]
if env.flag("KATEDER_DEVELOP", default=False):
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kateder.provisioning.metrics.door.MetricsMiddleware",
    "kateder.core.middleware.AuthorityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kateder.core.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kateder.signin.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "kateder.config.urls"
WSGI_APPLICATION = "kateder.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# No URL yet is said by the command line, which can start the embedded server; see config.database.
_runtime = env.text("DATABASE_URL", "postgresql://kateder@/kateder?host=/nonexistent")
OWNER_URL = env.text("DATABASE_OWNER_URL")
DATABASES = {
    "default": environment.database(str(_runtime), variable="DATABASE_URL"),
    # Looks and refusals are written here, so that a rolled-back request cannot lose them.
    "audit": environment.database(str(_runtime), variable="DATABASE_URL"),
}
if OWNER_URL:
    DATABASES["owner"] = environment.database(OWNER_URL, variable="DATABASE_OWNER_URL")
RUNTIME_ROLE = str(DATABASES["default"]["USER"])
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "core.User"
OAUTH2_PROVIDER_APPLICATION_MODEL = "signin.Application"
OAUTH2_PROVIDER_GRANT_MODEL = "signin.Grant"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "signin.AccessToken"  # noqa: S105 - a model
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "signin.RefreshToken"  # noqa: S105 - a model
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "signin.IDToken"  # noqa: S105 - a model
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "signin.DeviceGrant"
OAUTH2_PROVIDER = oidc.OPTIONS
# All its models are swapped, so it has no tables and nothing to migrate.
MIGRATION_MODULES = {"oauth2_provider": None}
# A user name is unique within its authority, which row-level security makes the only one there is.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SESSION_ENGINE = "kateder.signin.sessions"
# A school day. School computers are shared, so a closed browser ends it sooner.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "kateder"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "kateder-csrf"
LOGIN_URL = "/logga-in"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "kateder-language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [SOURCE / "config" / "locale"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Stockholm"

STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "kateder.config.static_files.VersionedStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SECURE_CONTENT_TYPE_NOSNIFF = True
# Outside, nothing is said of where one came from. "no-referrer" would make browsers send `Origin: null`
# with our own forms, which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
PROCRASTINATE_IMPORT_PATHS: list[str] = []
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LOGGING_CONFIG = None
logs.configure()
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(env.text("KATEDER_LOG_LEVEL", "info") or "info"),
)

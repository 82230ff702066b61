"""The one typed reader of the environment: an unknown or missing value stops the start with a plain sentence.

Any value may come from a file instead: `NAME_FILE=/run/secrets/name`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from kateder.core.proxies import SOCKET

PREFIX = "KATEDER_"
KNOWN = {
    "BIND", "CLIENT_CERTIFICATE", "COMMANDS_DIR", "COMMAND_SECRETS_DIR", "DATA_DIR", "DEBUG", "DEMO_CHOOSER",
    "DEVELOP", "EXPORT_FOLDERS", "LOG_LEVEL", "METRICS_TOKEN", "PORT", "PRIVATE_WEBHOOKS", "PROVIDER_PORT",
    "PROVIDER_SCIM_PORT", "SECRET_KEY", "SECURE", "SOCKET", "SOURCE_FOLDERS", "SPECS", "TRUSTED_PROXY",
    "WEB_PROCESSES", "WEB_THREADS",
}  # fmt: skip


# sun_path of Linux has 108 bytes with its end.
LONGEST_SOCKET = 107
CERTIFICATE_FORMS = ("x-ssl-cert", "client-cert")


class SettingError(Exception):
    """A setting is missing or cannot be understood; the message says which and what to write."""


@dataclass(frozen=True)
class Environment:
    """Reads settings out of a mapping of environment variables."""

    values: Mapping[str, str]

    def check_names(self) -> None:
        """Raise SettingError for a KATEDER_ name that nobody reads: it is a misspelling."""
        for name in self.values:
            ours = name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")
            if ours and name.removeprefix(PREFIX).removesuffix("_FILE") not in KNOWN:
                raise SettingError(f"{name} is not a setting of Kateder. Known: {', '.join(sorted(KNOWN))}.")

    def text(self, name: str, default: str | None = None) -> str | None:
        """A value, or the content of the file that NAME_FILE points at."""
        if (value := self.values.get(name)) is not None:
            return value
        if (path := self.values.get(f"{name}_FILE")) is not None:
            try:
                return Path(path).read_text().strip()
            except OSError as error:
                raise SettingError(f"{name}_FILE points at {path}, which cannot be read: {error.strerror}.") from None
        return default

    def folder(self, name: str) -> Path | None:
        """A folder that exists, or None where the setting is not there."""
        if not (value := self.text(name)):
            return None
        folder = Path(value)
        if not folder.is_absolute() or not folder.is_dir():
            raise SettingError(f"{name} is {value!r}, which is not the full path of a folder.")
        return folder.resolve()

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no."""
        value = self.text(name)
        if value is None:
            return default
        if value.lower() in {"1", "true", "yes", "on"}:
            return True
        if value.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise SettingError(f"{name} is {value!r}; write true or false.")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.text(name)
        if value is None:
            return default
        if not value.isdecimal():
            raise SettingError(f"{name} is {value!r}; write a whole number.")
        return int(value)


def client_certificate(form: str | None, *, proxy: str | None) -> str:
    """In which form the proxy forwards a client's certificate; empty where it does not. Raises SettingError."""
    if not form:
        return ""
    if form not in CERTIFICATE_FORMS:
        raise SettingError(f"KATEDER_CLIENT_CERTIFICATE is {form!r}; write one of {', '.join(CERTIFICATE_FORMS)}.")
    if not proxy:
        raise SettingError("KATEDER_CLIENT_CERTIFICATE needs KATEDER_TRUSTED_PROXY: nobody else is believed.")
    return form


def listening_socket(path: str | None, *, proxy: str | None) -> Path | None:
    """The Unix socket that the web listens on; None where it is a port. Raises SettingError."""
    if proxy == SOCKET and not path:
        raise SettingError("KATEDER_TRUSTED_PROXY is socket; say with KATEDER_SOCKET which one the proxy uses.")
    if path and proxy and proxy != SOCKET:
        raise SettingError("With KATEDER_SOCKET the proxy has no address: write KATEDER_TRUSTED_PROXY=socket.")
    if path and len(os.fsencode(os.path.abspath(path))) > LONGEST_SOCKET:
        raise SettingError(f"KATEDER_SOCKET is too long for a socket: at most {LONGEST_SOCKET} bytes.")
    return Path(path).absolute() if path else None


def metrics_token(given: str | None) -> str:
    """What who fetches `/metrics` has to show; empty where there are no metrics. Raises SettingError."""
    if given and len(given) < 16:
        raise SettingError("KATEDER_METRICS_TOKEN is too short: at least 16 characters.")
    return given or ""


def read() -> Environment:
    """The environment of this process."""
    environment = Environment(os.environ)
    environment.check_names()
    return environment


def database(url: str, *, variable: str) -> dict[str, object]:
    """A Django database entry of `postgresql://user:password@host:port/name?option=value`.

    `host` may also be given as an option (a socket directory). Raises SettingError.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise SettingError(f"{variable} is to read postgresql://user:password@host:port/name.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    port = options.pop("port", "") or str(parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "application_name": "kateder"},
    }


def secret_key(data_dir: Path, given: str | None) -> str:
    """The instance's key: the setting, else a file that is made at the first start (0600)."""
    if given:
        if len(given) < 43:
            raise SettingError("KATEDER_SECRET_KEY is too short: at least 43 characters (256 bits).")
        return given
    path = data_dir / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()

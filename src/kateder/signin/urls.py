"""Addresses of sign-in. Of the provider there are five, and no others are to be mounted."""

from django.urls import path

from kateder.signin import chooser, language, launch_views
from kateder.signin.accounts import setup_views
from kateder.signin.accounts import views as accounts
from kateder.signin.oidc import views as oidc

urlpatterns = [
    path("logga-in", accounts.sign_in_page, name="sign-in"),
    path("logga-in/nyckel/fraga", accounts.passkey_question, name="passkey-question"),
    path("logga-in/nyckel", accounts.passkey_answer, name="passkey-answer"),
    path("logga-in/valj", chooser.choose, name="choose"),
    path("logga-ut", accounts.sign_out, name="sign-out"),
    path("sprak", language.choose_language, name="language"),
    path("konto/<str:token>/", setup_views.setup_page, name="setup"),
    path("konto/<str:token>/nyckel", setup_views.setup_passkey, name="setup-passkey"),
    path("konto/<str:token>/losenord", setup_views.setup_password, name="setup-password"),
    path("oppna/<uuid:resource_id>", launch_views.open_resource, name="launch"),
    path("oppna/<uuid:resource_id>/vanta", launch_views.wait, name="launch-wait"),
    path(".well-known/openid-configuration", oidc.discovery, name="oidc-discovery"),
    path("oidc/jwks", oidc.jwks, name="oidc-jwks"),
    path("oidc/authorize", oidc.authorize, name="oidc-authorize"),
    path("oidc/token", oidc.token, name="oidc-token"),
    path("oidc/userinfo", oidc.userinfo, name="oidc-userinfo"),
]

"""Addresses of sign-in."""

from django.urls import path

from kateder.signin import chooser, language
from kateder.signin.accounts import setup_views
from kateder.signin.accounts import views as accounts

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
]

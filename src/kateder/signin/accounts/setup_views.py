"""What a set-up link opens: make a passkey, or choose a password and an authenticator app."""

from __future__ import annotations

from typing import Final

import segno
from django.contrib import messages
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kateder.core import audit, clock
from kateder.core.errors import DomainError
from kateder.core.models import User
from kateder.register.access import actor_for
from kateder.signin.accounts import links, one_time_codes, passkeys
from kateder.signin.accounts.ceremonies import answer_of, begin, challenge_of, site
from kateder.signin.accounts.errors import LinkUsed, NotSignedIn, PasswordTooWeak
from kateder.signin.onward import go_on
from kateder.signin.requests import Request
from kateder.signin.session_facts import sign_in

MINIMUM_LENGTH: Final = 12
_SEED: Final = "setup_seed"


@never_cache
@require_http_methods(["GET"])
def setup_page(request: Request, token: str) -> HttpResponse:
    """Show the ways to sign in. Looking does not use the link up: mail programs look too."""
    try:
        user = links.holder(token, now=clock.now())
    except LinkUsed as refusal:
        return render(request, "signin/link_used.html", {"reason": str(refusal)}, status=410)
    return _page(request, token, user)


@never_cache
@require_http_methods(["GET", "POST"])
def setup_passkey(request: Request, token: str) -> HttpResponse:
    """GET asks the browser to make a passkey, POST keeps it and signs in."""
    now = clock.now()
    try:
        if request.method == "GET":
            return begin(request, passkeys.ask_for_new(links.holder(token, now=now), site=site(request)))
        challenge = challenge_of(request)
        with transaction.atomic():
            user = links.use(token, now=now)
            passkeys.keep(user, answer=answer_of(request), challenge=challenge, site=site(request), now=now)
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=403)
    _recorded(user, "passkey")
    sign_in(request, user, how="passkey")
    return JsonResponse({"next": "/"})


@never_cache
@require_http_methods(["POST"])
def setup_password(request: Request, token: str) -> HttpResponse:
    """Keep a password and an app, once the app has shown a right code."""
    now = clock.now()
    try:
        user = links.holder(token, now=now)
    except LinkUsed as refusal:
        return render(request, "signin/link_used.html", {"reason": str(refusal)}, status=410)
    try:
        with transaction.atomic():
            links.use(token, now=now)
            _keep_password(request, user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _page(request, token, user, status=403)
    _recorded(user, "password and code")
    sign_in(request, user, how="password and code")
    return go_on(request, "/")


def _keep_password(request: Request, user: User) -> None:
    """Raises PasswordTooWeak, or NotSignedIn when the code is wrong."""
    password, seed, now = request.POST.get("password", ""), request.session.get(_SEED, ""), clock.now()
    rules = (MinimumLengthValidator(MINIMUM_LENGTH), CommonPasswordValidator(), UserAttributeSimilarityValidator())
    try:
        validate_password(password, user, password_validators=rules)
    except ValidationError:
        raise PasswordTooWeak(length=MINIMUM_LENGTH) from None
    step = one_time_codes.matches(seed, code=request.POST.get("code", ""), now=now) if seed else None
    if step is None:
        raise NotSignedIn
    one_time_codes.keep(user, seed=seed, step=step, now=now)
    user.set_password(password)
    user.save(update_fields=["password"])
    del request.session[_SEED]


def _page(request: Request, token: str, user: User, *, status: int = 200) -> HttpResponse:
    seed = request.session.setdefault(_SEED, one_time_codes.new_seed())
    address = one_time_codes.address(seed, user=user, issuer=request.authority.name)
    context = {
        "token": token,
        "account": user,
        "seed": " ".join(seed[i : i + 4] for i in range(0, len(seed), 4)),
        "picture": segno.make(address, error="m").svg_inline(scale=4, dark="#000", light="#fff"),
        "minimum_length": MINIMUM_LENGTH,
    }
    return render(request, "signin/setup.html", context, status=status)


def _recorded(user: User, how: str) -> None:
    actor = actor_for(user, today=clock.today())
    audit.record("sign_in_set_up", actor=actor, subject_type="user", subject_id=user.id, how=how)

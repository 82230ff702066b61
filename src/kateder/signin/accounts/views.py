"""Signing in and out with a local account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kateder.core import audit, clock
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.models import User
from kateder.signin.accounts import attempts, one_time_codes, passkeys
from kateder.signin.accounts.addresses import address_of
from kateder.signin.accounts.ceremonies import answer_of, begin, challenge_of, site
from kateder.signin.accounts.errors import NotSignedIn, PasskeyRefused
from kateder.signin.chooser import choices
from kateder.signin.onward import go_on, next_address
from kateder.signin.requests import Request
from kateder.signin.session_facts import sign_in


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_page(request: Request) -> HttpResponse:
    """The sign-in page; its form is for a password with a one-time code."""
    onward = next_address(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        return _page(request, onward)
    try:
        user = _by_password(request)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _page(request, onward, username=request.POST.get("username", ""), status=403)
    sign_in(request, user, how="password and code")
    return go_on(request, onward)


@never_cache
@require_GET
def passkey_question(request: Request) -> HttpResponse:
    """What the browser is to ask its passkeys."""
    return begin(request, passkeys.ask_who(site=site(request)))


@never_cache
@require_POST
def passkey_answer(request: Request) -> JsonResponse:
    """Somebody signed the question with a passkey."""
    address, now = address_of(request), clock.now()
    try:
        attempts.check(address=address, now=now)
        user = passkeys.recognise(
            answer=answer_of(request), challenge=challenge_of(request), site=site(request), now=now
        )
    except PasskeyRefused as refusal:
        _count_failure(address=address)
        return JsonResponse({"error": str(refusal)}, status=403)
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=429)
    sign_in(request, user, how="passkey")
    return JsonResponse({"next": next_address(request, request.GET.get("next", ""))})


@require_POST
def sign_out(request: Request) -> HttpResponseRedirect:
    """End the session here. Nothing in the address can lead elsewhere."""
    logout(request)
    return HttpResponseRedirect("/logga-in")


def _page(request: Request, onward: str, *, username: str = "", status: int = 200) -> HttpResponse:
    context = {"next": onward, "username": username, "choices": choices(request)}
    return render(request, "signin/sign_in.html", context, status=status)


def _by_password(request: Request) -> User:
    """Raises NotSignedIn, whatever was wrong, or TooManyAttempts."""
    username, password = (request.POST.get(name, "").replace("\0", "") for name in ("username", "password"))
    address, now = address_of(request), clock.now()
    username = username.strip()
    attempts.check(account=username, address=address, now=now)
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or not user.has_usable_password():
        make_password(password)  # takes as long as a check, so that names cannot be tried out by the clock
    elif user.check_password(password) and one_time_codes.accept(user, code=request.POST.get("code", ""), now=now):
        attempts.succeeded(account=username)
        return user
    _count_failure(account=username, address=address)
    raise NotSignedIn


def _count_failure(*, address: str, account: str | None = None) -> None:
    attempts.failed(account=account, address=address, now=clock.now())
    audit.refuse("sign_in", actor=Actor.system("signin"), subject_type="account", subject_id="")

"""Passkeys (WebAuthn Level 3): make one, sign in with one.

Always discoverable and with user verification: the passkey alone says who it is, and two factors stand behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kateder.core.models import User
from kateder.signin.accounts.errors import PasskeyRefused
from kateder.signin.models import Passkey


@dataclass(frozen=True)
class Site:
    """Where the passkey belongs: the host without port, and the origin with scheme."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Ceremony:
    """What the browser is asked (JSON), and the challenge that its answer must repeat."""

    options: str
    challenge: bytes


def ask_for_new(user: User, *, site: Site) -> Ceremony:
    """Begin to make a passkey for a user."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=user.id.bytes,
        user_name=user.username,
        user_display_name=user.display_name or user.username,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=bytes(key.credential_id)) for key in Passkey.objects.filter(user=user)
        ],
    )
    return Ceremony(webauthn.options_to_json(options), options.challenge)


def keep(user: User, *, answer: str, challenge: bytes, site: Site, now: datetime) -> Passkey:
    """Keep the passkey that the browser made. Raises PasskeyRefused."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise PasskeyRefused from None
    if Passkey.objects.filter(credential_id=made.credential_id).exists():
        raise PasskeyRefused
    return Passkey.objects.create(
        user=user, credential_id=made.credential_id, public_key=made.credential_public_key,
        sign_count=made.sign_count, created_at=now,
    )  # fmt: skip


def ask_who(*, site: Site) -> Ceremony:
    """Begin a sign-in; the browser offers the passkeys that it has for this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Ceremony(webauthn.options_to_json(options), options.challenge)


def recognise(*, answer: str, challenge: bytes, site: Site, now: datetime) -> User:
    """Who signed the challenge. Raises PasskeyRefused: one answer for every reason."""
    try:
        credential = parse_authentication_credential_json(answer)
        passkey = (
            Passkey.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(credential_id=base64url_to_bytes(credential.id), user__is_active=True)
            .first()
        )
        if passkey is None or credential.response.user_handle not in (None, passkey.user.id.bytes):
            raise PasskeyRefused
        seen = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise PasskeyRefused from None
    passkey.sign_count, passkey.last_used_at = seen.new_sign_count, now
    passkey.save(update_fields=["sign_count", "last_used_at"])
    user: User = passkey.user
    return user

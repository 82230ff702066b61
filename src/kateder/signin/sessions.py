"""Django's session engine on a tenant table: a cookie of one authority is nothing at another's address."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from kateder.core import clock
from kateder.core.tenancy import current_authority_id
from kateder.signin.models import Session


class SessionStore(SessionBase):
    """Keeps what a browser carries from page to page, under a digest of its key."""

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(digest=_digest(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises CreateError when the key is taken, UpdateError when the session has been ended meanwhile."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        values = {"data": data, "expires_at": self.get_expiry_date()}
        if must_create:
            return _insert(self.session_key, values)
        if not Session.objects.filter(digest=_digest(self.session_key)).update(**values):
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(digest=_digest(key)).delete()

    def load(self) -> dict[str, Any]:
        row = Session.objects.filter(digest=_digest(self.session_key or ""), expires_at__gt=clock.now()).first()
        if row is None:
            self._session_key = None
            return {}
        return dict(row.data)

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=clock.now()).delete()


def _insert(session_key: str, values: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            Session.objects.create(digest=_digest(session_key), **values)
    except IntegrityError:
        raise CreateError from None


def _digest(session_key: str) -> str:
    return hashlib.sha256(f"{current_authority_id()}:{session_key}".encode()).hexdigest()

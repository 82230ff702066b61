"""The browser's sessions, in memory: a restart asks people to come again from their shelf."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from kateder.demo.provider.relying_party import Pending, SignedIn

# Cookies ignore ports: a name of our own, and another host name than Kateder's.
COOKIE = "larlund_session"


@dataclass(slots=True)
class Session:
    """One browser: a sign-in under way, who is signed in, and answers given to exercises.

    `trace` marks what came with it in the log; unlike the key it stays the same, and opens nothing.
    """

    key: str
    trace: str
    pending: Pending | None = None
    who: SignedIn | None = None
    solved: set[str] = field(default_factory=set)


class Sessions:
    """All sessions by their cookie."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def of(self, request: web.Request) -> Session | None:
        """Give the session of a request, if it has one."""
        return self._sessions.get(request.cookies.get(COOKIE, ""))

    def begin(self, pending: Pending) -> Session:
        """Start a session for a browser that is sent to sign in; an old one is never taken over."""
        session = Session(key=secrets.token_urlsafe(32), trace=secrets.token_hex(8), pending=pending)
        self._sessions[session.key] = session
        return session

    def renew(self, session: Session) -> Session:
        """Give the session a new key when somebody has signed in (session fixation)."""
        del self._sessions[session.key]
        session.key = secrets.token_urlsafe(32)
        self._sessions[session.key] = session
        return session

    def end(self, session: Session) -> None:
        """Forget a session."""
        self._sessions.pop(session.key, None)

    @staticmethod
    def put(session: Session, response: web.StreamResponse) -> None:
        """Set the cookie."""
        response.set_cookie(COOKIE, session.key, httponly=True, samesite="Lax", path="/")

"""The pages' door: launch, sign-in, the resource, and everything we know."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from kateder.demo.provider import pages
from kateder.demo.provider.log import Entry, Log, headers_of, text_of
from kateder.demo.provider.orders import Orders
from kateder.demo.provider.relying_party import RelyingParty, SignedIn, SignInFailed
from kateder.demo.provider.sessions import Session, Sessions
from kateder.demo.provider.settings import Settings
from kateder.demo.provider.store import Store

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

TRACE = "trace"


class PagesDoor:
    """Everything a browser can ask for."""

    def __init__(
        self, settings: Settings, *, store: Store, log: Log, orders: Orders, relying_party: RelyingParty
    ) -> None:
        self._settings = settings
        self._store = store
        self._log = log
        self._orders = orders
        self._relying_party = relying_party
        self._sessions = Sessions()

    def application(self) -> web.Application:
        """Give the aiohttp application."""
        application = web.Application(middlewares=[self._remember])
        application.add_routes(
            [
                web.get("/", self.front),
                web.get("/start", self.start),
                web.get("/callback", self.callback),
                web.get("/resurs/{slug:[^/]{0,120}}", self.resource),
                web.post("/resurs/{slug:[^/]{0,120}}", self.solve),
                web.get("/allt", self.everything),
                web.post("/hejda", self.goodbye),
                web.get("/style.css", self.style),
                web.get("/favicon.ico", self.no_icon),
                web.post("/_orders", self.take_orders),
            ]
        )
        return application

    async def front(self, request: web.Request) -> web.Response:
        """Say who we are, and where to begin."""
        session = self._sessions.of(request)
        if session and session.who:
            raise web.HTTPSeeOther("/resurs/br%C3%A5k-och-delar")
        return _html(pages.page("front", "Lärkan", school=self._settings.issuer))

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Begin a sign-in that the school asks for (OpenID Connect Core §4)."""
        if request.query.get("iss") != self._settings.issuer:
            raise web.HTTPBadRequest(text="unknown issuer")
        target = request.query.get("target_link_uri", "/resurs/br%C3%A5k-och-delar")
        to, pending = await self._relying_party.begin(
            redirect_uri=self._callback(request), target=_own_path(request, target)
        )
        session = self._sessions.begin(pending)
        request[TRACE] = session.trace
        response = web.HTTPFound(to)
        self._sessions.put(session, response)
        return response

    async def callback(self, request: web.Request) -> web.StreamResponse:
        """Finish a sign-in."""
        session = self._sessions.of(request)
        if not session or not session.pending:
            raise SignInFailed("no sign-in was begun in this browser")
        pending, session.pending = session.pending, None
        who = await self._relying_party.finish(
            request.query, pending=pending, redirect_uri=self._callback(request), trace=session.trace
        )
        if not self._store.user(who.subject):
            return _html(pages.page("stranger", "Inget konto än", school=self._settings.issuer), status=403)
        session.who = who
        response = web.HTTPSeeOther(pending.target)
        self._sessions.put(self._sessions.renew(session), response)
        return response

    async def resource(self, request: web.Request) -> web.Response:
        """Show a resource to who is signed in."""
        session, who = self._signed_in(request)
        slug = request.match_info["slug"] or "bråk-och-delar"
        return _html(pages.resource(slug, who=who, store=self._store, solved=slug in session.solved))

    async def solve(self, request: web.Request) -> web.Response:
        """Take the answer to the exercise."""
        session, _ = self._signed_in(request)
        slug = request.match_info["slug"]
        if (await request.post()).get("answer") == "3/4":
            session.solved.add(slug)
        else:
            session.solved.discard(slug)
        raise web.HTTPSeeOther(f"/resurs/{slug}")

    async def everything(self, request: web.Request) -> web.Response:
        """Show everything we know about who is signed in."""
        session, who = self._signed_in(request)
        return _html(
            pages.everything_about(who, trace=session.trace, store=self._store, log_file=self._settings.log_file)
        )

    async def goodbye(self, request: web.Request) -> web.Response:
        """Sign out here."""
        if session := self._sessions.of(request):
            self._sessions.end(session)
        raise web.HTTPSeeOther("/")

    async def style(self, request: web.Request) -> web.Response:
        """Give the style sheet."""
        return web.Response(text=pages.STYLE, content_type="text/css")

    async def no_icon(self, request: web.Request) -> web.Response:
        """Have no icon."""
        return web.Response(status=204)

    async def take_orders(self, request: web.Request) -> web.Response:
        """Take orders to misbehave; JSON only, so that no web page can send them."""
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            self._orders.replace(orjson.loads(await request.read()))
        except (TypeError, ValueError, AttributeError) as fault:
            raise web.HTTPBadRequest(text=str(fault)) from fault
        return web.Response(status=204)

    @web.middleware
    async def _remember(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        body = await request.read()
        if session := self._sessions.of(request):
            request[TRACE] = session.trace
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except SignInFailed as failure:
            status = 403
            text = pages.page("failed", "Inloggningen gick inte", why=str(failure))
            response = _html(text, status=status)
        except web.HTTPException as other:
            status = other.status
            raise
        finally:
            self._log.append(
                Entry(
                    door="pages",
                    method=request.method,
                    target=request.path_qs,
                    headers=headers_of(request.headers.items()),
                    body=text_of(body),
                    status=status,
                    session=request.get(TRACE, ""),
                )
            )
        return response

    def _signed_in(self, request: web.Request) -> tuple[Session, SignedIn]:
        session = self._sessions.of(request)
        if not session or not session.who:
            raise web.HTTPSeeOther("/")
        if not self._store.user(session.who.subject):
            # The account was removed while its owner was here.
            self._sessions.end(session)
            raise web.HTTPSeeOther("/")
        return session, session.who

    @staticmethod
    def _callback(request: web.Request) -> str:
        return f"http://{request.host}/callback"


def _own_path(request: web.Request, target: str) -> str:
    parts = urlsplit(target)
    if (parts.scheme or parts.netloc) and f"{parts.scheme}://{parts.netloc}" != f"http://{request.host}":
        raise web.HTTPBadRequest(text="not a page of ours")
    if not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        raise web.HTTPBadRequest(text="not a page of ours")
    return parts.path


def _html(text: str, *, status: int = 200) -> web.Response:
    return web.Response(
        text=text,
        status=status,
        content_type="text/html",
        headers={
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )

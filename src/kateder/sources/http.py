"""Requests to the servers that sources are read from: the one way out for every connector that speaks HTTP.

HTTPS only, the certificate verified; no proxy and no password from the environment; no redirect to another host;
time-outs, a cap on what an answer may weigh, a few patient retries that obey `Retry-After` (RFC 9110 §10.2.3). What
a server answers is never shown or logged: an address may have been chosen to make Kateder read something inside.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx2
import orjson

from kateder.core import clock
from kateder.sources.errors import (
    AnswerTooLarge,
    AnswerTooSlow,
    BadAddress,
    NotJson,
    RedirectsElsewhere,
    ServerBusy,
    ServerFails,
    ServerRefuses,
    ServerSilent,
    ServerUntrusted,
)

LARGEST = 128 * 2**20
"""Bytes of one answer, unpacked. A hundred thousand persons in one answer fit."""

TIMEOUT = httpx2.Timeout(connect=10, read=60, write=30, pool=10)
LONGEST_ANSWER = 600.0
LONGEST_WAIT = 120.0
TRIES = 5
FIRST_WAIT = 1.0
_AGAIN = frozenset({429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3

Params = Sequence[tuple[str, str]]


class Credentials:
    """What makes a server let us in; this one is nothing, or only our certificate."""

    def sign(self, request: httpx2.Request) -> None:
        """Add what proves who we are. Raises a SourceFault where it cannot be had."""

    def renew(self) -> bool:
        """Forget what was refused; gives whether another try makes sense."""
        return False

    def close(self) -> None:
        """Let go of whatever it holds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered in full."""

    host: str
    path: str
    status: int
    headers: httpx2.Headers
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises NotJson."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise NotJson(host=self.host, path=self.path) from None

    @property
    def date(self) -> datetime:
        """The server's own time when it answered; ours where it does not say."""
        try:
            said = parsedate_to_datetime(self.headers.get("Date", ""))
        except ValueError:
            return clock.now()
        return said if said.tzinfo else said.replace(tzinfo=UTC)


class Server:
    """One server under one address. Call outside transactions; close it, or use it in a `with`."""

    def __init__(
        self,
        base: str,
        *,
        context: ssl.SSLContext,
        credentials: Credentials | None = None,
        largest: int = LARGEST,
        tries: int = TRIES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises BadAddress where `base` is not https://host[:port][/path]."""
        self.base = address(base)
        self.host = self.base.netloc.decode()
        self._credentials = credentials or Credentials()
        self.first_answer_at: datetime | None = None
        self._largest, self._tries, self._sleep = largest, tries, sleep
        self._client = httpx2.Client(
            verify=context,
            trust_env=False,
            follow_redirects=False,
            timeout=TIMEOUT,
            limits=httpx2.Limits(max_connections=4, max_keepalive_connections=4),
            headers={"User-Agent": "Kateder", "Accept": "application/json", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections, those of the credentials too."""
        self._client.close()
        self._credentials.close()

    def get(self, path: str, params: Params = ()) -> Answer:
        """Get what lies under the base address. Raises a SourceFault for anything but an answer of 2xx."""
        return self._insist("GET", self._below(path, params))

    def send(self, method: str, path: str, *, body: object | None = None) -> Answer:
        """Send JSON (POST, PATCH, DELETE). Raises as `get`."""
        content = None if body is None else orjson.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self._insist(method, self._below(path, ()), content=content, headers=headers)

    def send_text(self, method: str, path: str, *, content: bytes, media_type: str) -> Answer:
        """Send a document of another kind. Raises as `get`."""
        headers = {"Content-Type": media_type, "Accept": media_type.partition(";")[0]}
        return self._insist(method, self._below(path, ()), content=content, headers=headers)

    def send_form(self, fields: Params) -> Answer:
        """POST a form to the base address itself. Raises as `get`."""
        content = str(httpx2.QueryParams(list(fields))).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._insist("POST", self.base, content=content, headers=headers)

    def reach(self) -> None:
        """See that somebody answers, whatever the answer is. Raises ServerSilent or ServerUntrusted."""
        request = self._client.build_request("GET", self.base)
        with self._faults():
            self._client.send(request, stream=True).close()

    def _below(self, path: str, params: Params) -> httpx2.URL:
        base = self.base.copy_with(path=f"{self.base.path.rstrip('/')}/{path.lstrip('/')}" if path else self.base.path)
        return base.copy_merge_params(list(params)) if params else base

    def _insist(
        self, method: str, url: httpx2.URL, *, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        renewed, redirects = False, 0
        for tried in range(1, 100):
            try:
                answer = self._once(method, url, content=content, headers=headers)
            except ServerSilent:
                if tried >= self._tries:
                    raise
                self._sleep(_back_off(tried))
                continue
            if answer.status in _REDIRECTS and method == "GET" and redirects < _MOST_REDIRECTS:
                url, redirects = self._redirected(url, answer), redirects + 1
            elif answer.status == 401 and not renewed and self._credentials.renew():
                renewed = True
            elif answer.status in _AGAIN and tried < self._tries:
                self._sleep(self._wait(answer, tried))
            else:
                break
        return self._judged(answer)

    def _once(self, method: str, url: httpx2.URL, *, content: bytes | None, headers: dict[str, str] | None) -> Answer:
        request = self._client.build_request(method, url, content=content, headers=headers)
        self._credentials.sign(request)
        with self._faults():
            response = self._client.send(request, stream=True)
            try:
                body = self._read(response)
            finally:
                response.close()
        answer = Answer(self.host, url.path, response.status_code, response.headers, body)
        self.first_answer_at = self.first_answer_at or answer.date
        return answer

    def _read(self, response: httpx2.Response) -> bytes:
        body, end = bytearray(), time.monotonic() + LONGEST_ANSWER
        for part in response.iter_bytes():
            body += part
            if len(body) > self._largest:
                raise AnswerTooLarge(host=self.host, megabytes=self._largest // 2**20)
            if time.monotonic() > end:
                raise AnswerTooSlow(host=self.host, minutes=round(LONGEST_ANSWER / 60))
        return bytes(body)

    def _redirected(self, url: httpx2.URL, answer: Answer) -> httpx2.URL:
        try:
            to = url.join(answer.headers.get("Location", ""))
        except httpx2.InvalidURL:
            raise RedirectsElsewhere(host=self.host) from None
        if (to.scheme, to.netloc) != (url.scheme, url.netloc):
            raise RedirectsElsewhere(host=self.host)
        return to

    def _wait(self, answer: Answer, tried: int) -> float:
        said = answer.headers.get("Retry-After", "").strip()
        if not said:
            return _back_off(tried)
        if said.isascii() and said.isdigit():
            seconds = float(said)
        else:
            try:
                seconds = (parsedate_to_datetime(said).astimezone(UTC) - answer.date).total_seconds()
            except ValueError:
                return _back_off(tried)
        if seconds > LONGEST_WAIT:
            raise ServerBusy(host=self.host, minutes=round(seconds / 60))
        return max(seconds, 0.0)

    def _judged(self, answer: Answer) -> Answer:
        if 200 <= answer.status < 300:
            return answer
        if answer.status in {401, 403}:
            raise ServerRefuses(host=self.host, path=answer.path, status=answer.status)
        raise ServerFails(host=self.host, path=answer.path, status=answer.status)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What the library and OpenSSL raise, in our words."""
        try:
            yield
        except httpx2.TransportError as error:
            if _is_certificate_fault(error):
                raise ServerUntrusted(host=self.host) from error
            raise ServerSilent(host=self.host) from error
        except httpx2.DecodingError as error:
            raise ServerFails(host=self.host, path="", status=200) from error


def address(text: str) -> httpx2.URL:
    """An address of a server. Raises BadAddress unless it is https://host[:port][/path]."""
    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL:
        raise BadAddress from None
    if url.scheme != "https" or not url.host or url.userinfo or url.query or url.fragment:
        raise BadAddress
    return url


def _back_off(tried: int) -> float:
    return min(FIRST_WAIT * 2.0 ** (tried - 1), 30.0)


def _is_certificate_fault(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False

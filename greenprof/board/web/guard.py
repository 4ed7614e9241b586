"""What stands before every page: bounds on what is sent, on how often, headers, and a log. No key is ever logged."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from greenprof.board.log import log

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}
_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a second on the long run."""

    burst: float
    a_second: float


# A whole hackathon comes from one address: the bounds for one are wide, those for a team are in `submissions`.
READ, WRITTEN, ENTERED = Rate(3000, 300), Rate(200, 5), Rate(60, 1)


class Buckets:
    """How much each address has left. Only the most recent ones are remembered: nobody can fill the memory."""

    MOST = 10_000

    def __init__(self) -> None:
        self._left: OrderedDict[tuple[str, Rate], tuple[float, float]] = OrderedDict()

    def take(self, who: str, rate: Rate, now: float) -> float:
        """Take one; 0 if there was one, else the seconds until there is."""
        left, at = self._left.pop((who, rate), (rate.burst, now))
        left = min(rate.burst, left + (now - at) * rate.a_second)
        short = 0.0 if left >= 1 else (1 - left) / rate.a_second
        self._left[who, rate] = (left if short else left - 1, now)
        if len(self._left) > self.MOST:
            self._left.popitem(last=False)
        return short


class Guard:
    """The outermost application: refuses early, and adds to every answer what a public service needs."""

    def __init__(self, app: ASGIApp, *, most_bytes: int, secure: bool) -> None:
        self.app, self.most_bytes, self.secure = app, most_bytes, secure
        self.buckets = Buckets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.monotonic()
        status, sent = 0, 0
        headers = Headers(scope=scope)

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        async def receive_bounded() -> Message:
            nonlocal sent
            message = await receive()
            sent += len(message.get("body", b""))
            if sent > self.most_bytes:
                raise HTTPException(413, self._too_large())
            return message

        refused = self._refusal(scope, headers)
        try:
            await (refused or self.app)(scope, receive_bounded, send_on)
        finally:
            # The path only: a query may hold what somebody put there by mistake.
            took = round(1000 * (time.monotonic() - began), 1)
            log("request", method=scope["method"], path=scope["path"], status=status, ms=took, client=_client(scope))

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        method, path = scope["method"], scope["path"]
        rate = READ if method in SAFE_METHODS else ENTERED if path == "/enter" else WRITTEN
        if (short := self.buckets.take(_client(scope), rate, time.monotonic())) > 0:
            return _refuse(429, "too many requests: wait a little", {"retry-after": str(int(short) + 1)})
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.most_bytes:
            return _refuse(413, self._too_large(), {"connection": "close"})
        if method not in SAFE_METHODS and is_from_elsewhere(headers):
            return _refuse(403, "this was sent by a page of another site")
        return None

    def _too_large(self) -> str:
        return f"more than {self.most_bytes} bytes: too large for every challenge of this board"

    def _add_headers(self, headers: MutableHeaders, path: str) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store" if not path.startswith("/static/") else "public, max-age=3600")
        if self.secure:
            headers.setdefault("strict-transport-security", f"max-age={_YEAR_S}")


def is_from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that a page of another site made this request; programs say nothing."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _refuse(status: int, text: str, headers: dict[str, str] | None = None) -> ASGIApp:
    return PlainTextResponse(text + "\n", status, headers)


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""

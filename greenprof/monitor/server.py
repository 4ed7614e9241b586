"""HTTP for a scrape, and no more of HTTP than that: ``GET`` and ``HEAD`` of two paths, one answer for a connection.

One thread, the agent's own: no request can hold it up, and nothing needs a lock. Whatever is asked of it is bounded:

- a request: `_MOST_REQUEST` bytes, and `_LONGEST_S` seconds from its beginning to the last byte of the answer;
- connections: `_MOST_CONNECTIONS`; one more, and the one that was opened first is closed, so that a scrape, which is
  over in milliseconds, comes through while others hold their connections open;
- work: `_MOST_WORK` of a core; what comes beyond that waits in the kernel's queue.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from greenprof.errors import EXIT_USAGE, GreenprofError

_MOST_REQUEST = 8192
_LONGEST_S = 5.0
_MOST_CONNECTIONS = 64
_MOST_WORK = 0.25
_FREE_WORK_S = 0.05  # of work may be done at once
_BACKLOG = 128
_ACCEPTED_AT_ONCE = 32

_REASONS = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    431: "Request Header Fields Too Large", 503: "Service Unavailable",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is answered."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    until_s: float
    asked: bytearray
    answer: list[memoryview] | None = None  # what is left of it, head and body


class Server:
    """Answers at an address whenever `serve` is given time to; `answer` is called for each whole request."""

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], Response]) -> None:
        self._answer = answer
        self._open: dict[int, _Connection] = {}  # in the order in which they came
        self._selector = selectors.DefaultSelector()
        self._listener = _listen(address)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._spare_s = _FREE_WORK_S
        self._spare_at_s = time.monotonic()
        self.answered = self.turned_away = 0

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; the port is the one that was given out, where none was asked for."""
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def serve(self, until_s: float) -> None:
        """Answer who asks, until that moment of ``time.monotonic()``."""
        while (now_s := time.monotonic()) < until_s:
            self._expire(now_s)
            if self._rest(now_s, until_s):
                continue
            ends_s = min((each.until_s for each in self._open.values()), default=until_s)
            events = self._selector.select(max(0.0, min(until_s, ends_s) - now_s))
            begun_s = time.thread_time()
            for key, _ in events:
                if key.fileobj is self._listener:
                    self._accept()
                elif (connection := self._open.get(key.fd)) is not None:
                    self._go_on(connection)
                if time.monotonic() >= until_s:
                    break
            self._spare_s -= time.thread_time() - begun_s

    def close(self) -> None:
        """Close everything."""
        for connection in list(self._open.values()):
            self._drop(connection)
        self._selector.close()
        self._listener.close()

    def _rest(self, now_s: float, until_s: float) -> bool:
        """Sleep where more work was done than may be; whether it has slept."""
        self._spare_s = min(_FREE_WORK_S, self._spare_s + (now_s - self._spare_at_s) * _MOST_WORK)
        self._spare_at_s = now_s
        if self._spare_s > 0:
            return False
        time.sleep(max(0.0, min(until_s - now_s, -self._spare_s / _MOST_WORK + 0.005)))
        return True

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                accepted, _address = self._listener.accept()
            except OSError:  # none is left, or no descriptor is
                return
            accepted.setblocking(False)
            if len(self._open) >= _MOST_CONNECTIONS:
                self.turned_away += 1
                self._drop(next(iter(self._open.values())))
            connection = _Connection(accepted, time.monotonic() + _LONGEST_S, bytearray())
            self._open[accepted.fileno()] = connection
            self._selector.register(accepted, selectors.EVENT_READ)

    def _expire(self, now_s: float) -> None:
        for connection in list(self._open.values()):
            if connection.until_s > now_s:
                return  # those that came later end later
            self._drop(connection)

    def _go_on(self, connection: _Connection) -> None:
        try:
            if connection.answer is None:
                self._read(connection)
            while connection.answer:
                sent = connection.socket.send(connection.answer[0])
                connection.answer[0] = connection.answer[0][sent:]
                if not connection.answer[0]:
                    connection.answer.pop(0)
            if connection.answer is not None:
                self.answered += 1
                self._finish(connection)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)

    def _read(self, connection: _Connection) -> None:
        piece = connection.socket.recv(_MOST_REQUEST)
        asked = connection.asked
        asked += piece
        if not piece:
            self._drop(connection)
        elif b"\r\n\r\n" in asked:
            connection.answer = self._answered(bytes(asked))
            self._selector.modify(connection.socket, selectors.EVENT_WRITE)
        elif len(asked) >= _MOST_REQUEST:
            connection.answer = _written(Response(status=431, body=b"the request is too large\n"), False)
            self._selector.modify(connection.socket, selectors.EVENT_WRITE)

    def _answered(self, asked: bytes) -> list[memoryview]:
        request = _request(asked)
        if request is None:
            return _written(Response(status=400, body=b"this is no HTTP/1 request\n"), False)
        if request.method not in ("GET", "HEAD"):
            return _written(Response(status=405, body=b"GET and HEAD only\n"), False)
        return _written(self._answer(request), request.method == "HEAD")

    def _finish(self, connection: _Connection) -> None:
        """Let the answer arrive: what was sent and not read would make closing take it back."""
        with suppress(OSError):
            connection.socket.shutdown(socket.SHUT_WR)
            for _ in range(8):
                if not connection.socket.recv(_MOST_REQUEST):
                    break
        self._drop(connection)

    def _drop(self, connection: _Connection) -> None:
        self._open.pop(connection.socket.fileno(), None)
        with suppress(OSError, KeyError, ValueError):
            self._selector.unregister(connection.socket)
        connection.socket.close()


def _listen(address: tuple[str, int]) -> socket.socket:
    host, port = address
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
    except OSError as failure:
        why = failure.strerror or str(failure)
        raise GreenprofError(f"cannot listen at {host}:{port} ({why}); give another --listen", EXIT_USAGE) from None
    return listener


def _request(asked: bytes) -> Request | None:
    head = asked.partition(b"\r\n\r\n")[0]
    try:
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = first.split(" ")
    except ValueError:
        return None
    if not version.startswith("HTTP/1.") or not target.startswith("/") or not method.isalpha():
        return None
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}
    return Request(method=method, path=target.partition("?")[0], headers=headers)


def _written(response: Response, head_only: bool) -> list[memoryview]:
    """The parts of an answer; the body is not copied, so that those who never read it share one."""
    lines = [
        f"HTTP/1.1 {response.status} {_REASONS[response.status]}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        "Connection: close", "Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Vary: Accept",
        *(["Allow: GET, HEAD"] if response.status == 405 else []),
    ]  # fmt: skip
    head = "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"
    return [memoryview(part) for part in ((head,) if head_only else (head, response.body)) if part]

"""A request of OTLP over HTTP: sent once, tried again where the receiver asks for that, and never for long.

OpenTelemetry protocol 1, "OTLP/HTTP": 429, 502, 503 and 504 may be tried again, after ``Retry-After`` where it is
given, else after a time that doubles and is partly drawn by lot. No redirect is followed: it would take joules, and
whatever proves who we are, to another place.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError

HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"
_PATH = "/v1/metrics"
_AGAIN = (429, 502, 503, 504)
_TRIES = 5
_FIRST_WAIT_S = 0.5
_MOST_READ = 65_536
_SHOWN = 200  # characters of what a receiver answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where metrics go: ``url`` is complete, ``headers`` prove who we are; neither is shown but for host and path."""

    url: SplitResult
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 10.0

    @property
    def name(self) -> str:
        """The receiver as a message may show it."""
        return f"{self.url.scheme}://{self.url.netloc}{self.url.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver said: its status, how long it asks to be left alone, its words."""

    status: int
    reason: str
    retry_after_s: float | None
    body: bytes


def receiver(url: str, *, timeout_s: float = 10.0, environment: Mapping[str, str] = os.environ) -> Receiver:
    """The receiver at `url`, whose path is ``/v1/metrics`` unless it names another.

    Headers come from ``OTEL_EXPORTER_OTLP_HEADERS`` (``name=value,name=value``, values percent-encoded). Raises
    `GreenprofError` for what is no such address.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        plain = all(33 <= ord(character) < 127 for character in url)
    except ValueError:
        known = plain = False
    if not known or not plain:
        raise GreenprofError(f"{url!r}: is no address of a receiver; write http://HOST:4318", EXIT_USAGE)
    if parts.username is not None:
        raise GreenprofError(f"no password in an address, where others see it: put it into {HEADERS}", EXIT_USAGE)
    path = parts.path if parts.path not in ("", "/") else _PATH
    return Receiver(
        url=parts._replace(path=path, fragment=""),
        headers=_headers(environment.get(HEADERS, "")),
        timeout_s=timeout_s,
    )


def send(
    to: Receiver,
    body: bytes,
    content_type: str,
    *,
    tries: int = _TRIES,
    wait: Callable[[float], None] = time.sleep,
    post: Callable[[Receiver, bytes, str, float], Answer] | None = None,
) -> str | None:
    """Deliver `body`; what the receiver remarks on it, if anything.

    All tries together take no longer than the receiver's ``timeout_s``. Raises `GreenprofError` where it is not taken.
    """
    post = post or _post
    deadline_s = time.monotonic() + to.timeout_s
    pause_s = _FIRST_WAIT_S
    for left in reversed(range(tries)):
        remaining_s = deadline_s - time.monotonic()
        try:
            answer = post(to, body, content_type, max(0.01, remaining_s))
        except (OSError, http.client.HTTPException) as failure:
            raise GreenprofError(f"{to.name}: {_why(failure)}; is a receiver of OTLP over HTTP there?") from None
        if 200 <= answer.status < 300:
            return _remark(answer)
        if answer.status not in _AGAIN or not left:
            break
        asked_s = answer.retry_after_s
        pause = asked_s if asked_s is not None else pause_s * random.uniform(0.5, 1.5)
        if time.monotonic() + pause >= deadline_s:
            break
        wait(pause)
        pause_s *= 2
    raise GreenprofError(f"{to.name}: {_refusal(answer)}")


def _post(to: Receiver, body: bytes, content_type: str, timeout_s: float) -> Answer:
    deadline_s = time.monotonic() + timeout_s
    host, port = to.url.hostname or "", to.url.port
    connection: http.client.HTTPConnection
    if to.url.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    headers = {"User-Agent": f"greenprof/{__version__}", **to.headers, "Content-Type": content_type}
    target = to.url.path + (f"?{to.url.query}" if to.url.query else "")
    try:
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        said = b""
        while len(said) < _MOST_READ and (piece := response.read1(_MOST_READ - len(said))):
            said += piece
            if time.monotonic() > deadline_s:
                raise TimeoutError
        return Answer(
            status=response.status,
            reason=response.reason,
            retry_after_s=_seconds(response.getheader("Retry-After")),
            body=said,
        )
    finally:
        connection.close()


def _seconds(text: str | None) -> float | None:
    """Seconds of a ``Retry-After``; a date there is taken as no wish, since the clocks may differ."""
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else None


def _headers(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    found = {name.strip(): unquote(value.strip()) for name, _, value in pairs}
    for name, value in found.items():
        if not name or any(character in name + value for character in "\r\n\0"):
            raise GreenprofError(f"{HEADERS}: has a header that cannot be sent", EXIT_USAGE)
    return found


def _why(failure: Exception) -> str:
    if isinstance(failure, TimeoutError):
        return "no answer in time"
    if isinstance(failure, ConnectionRefusedError):
        return "connection refused"
    if isinstance(failure, http.client.HTTPException):
        return f"the answer is no HTTP ({type(failure).__name__})"
    return getattr(failure, "strerror", None) or str(failure) or type(failure).__name__


def _refusal(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"answers {answer.status}, a redirect, which is not followed: name the address itself"
    said = _plain(answer.body.decode("utf-8", "replace"))
    return f"did not take it: {answer.status} {_plain(answer.reason)}" + (f" ({said})" if said else "")


def _plain(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:_SHOWN]


def _remark(answer: Answer) -> str | None:
    """What of a request the receiver has left out: ``partialSuccess``."""
    try:
        partial = json.loads(answer.body).get("partialSuccess") or {}
        rejected, message = int(partial.get("rejectedDataPoints", 0)), str(partial.get("errorMessage", ""))
    except (ValueError, AttributeError, TypeError):
        rejected, message = _partial_protobuf(answer.body)
    if not rejected and not message:
        return None
    return f"the receiver left out {rejected} points" + (f" ({_plain(message)})" if message else "")


def _partial_protobuf(body: bytes) -> tuple[int, str]:
    try:
        from google.protobuf.message import DecodeError
        from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
    except ImportError:
        return 0, ""
    try:
        partial = ExportMetricsServiceResponse.FromString(body).partial_success
    except DecodeError:
        return 0, ""
    return int(partial.rejected_data_points), str(partial.error_message)

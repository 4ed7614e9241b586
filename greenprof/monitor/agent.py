"""``greenprof agent``: a host watched all the time, with its joules where Prometheus fetches them or OTLP takes them.

The counters live as long as the agent. After a start they begin at 0, which ``greenprof_agent_start_time_seconds``, the
``_created`` of OpenMetrics and the start times of OTLP say.
"""

from __future__ import annotations

import ipaddress
import platform
import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.meters import open_meter
from greenprof.monitor import otlp, prometheus
from greenprof.monitor.families import Family, Point, counter
from greenprof.monitor.push import Receiver, send
from greenprof.monitor.server import Request, Response, Server
from greenprof.monitor.watch import Watch
from greenprof.reporters._numbers import uncertainty
from greenprof.signals import ending_on_signals

if TYPE_CHECKING:
    from greenprof.meters.meter import Meter
    from greenprof.monitor.system import Linux

_LATE = 5  # ticks without a reading, and the agent is not well
_OPENMETRICS = re.compile(r"application/openmetrics-text\s*(?:;[^,]*)?", re.IGNORECASE)


def address_of(listen: str, *, allow_remote: bool = False) -> tuple[str, int]:
    """The address that ``--listen`` names: ``HOST:PORT``, ``[IPv6]:PORT`` or ``:PORT``.

    Raises `GreenprofError` for what is none, and for one that others reach unless that is allowed.
    """
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isdigit() or int(port) > 65_535:
        raise GreenprofError(f"{listen!r}: is no address; write 127.0.0.1:9105", EXIT_USAGE)
    host = {"": "127.0.0.1", "localhost": "127.0.0.1"}.get(host, host)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise GreenprofError(f"{listen!r}: give the address itself, such as 127.0.0.1:{port}", EXIT_USAGE) from None
    if not address.is_loopback and not allow_remote:
        raise GreenprofError(
            f"at {listen} the whole network could read which programs run here; say --allow-remote if it may",
            EXIT_USAGE,
        )
    return host, int(port)


class Agent:
    """A watch, what it last said in each format, and the answers to who asks."""

    def __init__(self, watch: Watch, interval_s: float, *, remote: bool = False) -> None:
        self._watch = watch
        self._interval_s = interval_s
        self._remote = remote
        self._rendered: dict[bool, bytes] = {}
        self.pushed = self.not_pushed = 0

    def tick(self) -> None:
        """Look at the host again."""
        self._watch.tick()
        self._rendered.clear()

    def families(self) -> tuple[Family, ...]:
        """All that is known now."""
        began_s = self._watch.began_s
        return (
            *self._watch.families(),
            counter(
                "greenprof_agent_pushes",
                "Deliveries by OTLP, by whether they arrived.",
                tuple(
                    Point(value=value, labels={"arrived": arrived}, created_s=began_s)
                    for arrived, value in (("true", self.pushed), ("false", self.not_pushed))
                ),
            ),
        )

    def answer(self, request: Request) -> Response:
        """What is answered to a request."""
        if not self._remote and not _names_loopback(request.headers.get("host", "")):
            # A page in a browser may have its own name lead here; a scraper names this host.
            return Response(status=403, body=b"this agent is asked as localhost, or started with --allow-remote\n")
        if request.path == "/metrics":
            wants = bool(_OPENMETRICS.search(request.headers.get("accept", "")))
            kind = prometheus.OPENMETRICS_TYPE if wants else prometheus.TEXT_TYPE
            return Response(status=200, body=self.text(wants), content_type=kind)
        if request.path == "/healthz":
            return self._health()
        return Response(status=404, body=b"/metrics and /healthz are here\n")

    def text(self, openmetrics: bool) -> bytes:
        """The metrics as text; written once for each tick, whoever asks how often."""
        if openmetrics not in self._rendered:
            write = prometheus.openmetrics if openmetrics else prometheus.text
            self._rendered[openmetrics] = write(self.families()).encode()
        return self._rendered[openmetrics]

    def batch(self) -> otlp.Batch:
        """The metrics for OTLP."""
        name = platform.node()
        host = {"service.instance.id": name, "host.name": name, "os.type": "linux"}
        return otlp.Batch(families=self.families(), host=host, at_s=time.time(), started_s=self._watch.began_s)

    def _health(self) -> Response:
        known_at_s = self._watch.known_at_s
        late_s = _LATE * max(1.0, self._interval_s)
        if known_at_s is None and self._watch.ticks < _LATE:
            return Response(status=200, body=b"starting\n")
        if known_at_s is None or time.monotonic() - known_at_s > late_s:
            return Response(status=503, body=b"the meter cannot be read\n")
        return Response(status=200, body=b"ok\n")


class Pusher:
    """Delivers in a thread of its own, the newest only: a receiver that is slow or away holds nothing up."""

    def __init__(self, agent: Agent, to: Receiver, *, as_json: bool, say: Callable[[str], None]) -> None:
        self._agent, self._to, self._as_json, self._say = agent, to, as_json, say
        self._batch: otlp.Batch | None = None
        self._wake = threading.Condition()
        self._closing = False
        self._failed = False
        self._thread = threading.Thread(target=self._work, name="otlp", daemon=True)
        self._thread.start()

    def offer(self, batch: otlp.Batch) -> None:
        """Deliver this as soon as may be, in place of what still waits."""
        with self._wake:
            self._batch = batch
            self._wake.notify()

    def close(self, patience_s: float = 2.0) -> None:
        """Deliver what waits, if that is quick."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(patience_s)

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._batch is None and not self._closing:
                    self._wake.wait()
                batch, self._batch = self._batch, None
            if batch is None:
                return
            self._deliver(batch)

    def _deliver(self, batch: otlp.Batch) -> None:
        try:
            body = otlp.to_json([batch]).encode() if self._as_json else otlp.to_protobuf([batch])
            remark = send(self._to, body, otlp.JSON_TYPE if self._as_json else otlp.PROTOBUF_TYPE)
        except GreenprofError as failure:
            self._agent.not_pushed += 1
            if not self._failed:
                self._say(f"{failure}; it is tried again, and only the first failure is told")
            self._failed = True
            return
        self._agent.pushed += 1
        if remark and not self._failed:
            self._say(remark)
        elif self._failed and not remark:
            self._say(f"{self._to.name} takes the metrics again")
        self._failed = bool(remark)


def open_watch(meter: str | None, most_groups: int, *, scripts: bool) -> tuple[Watch, Meter, Linux]:
    """A watch of this host; raises `GreenprofError` where there is no Linux or no meter."""
    if sys.platform != "linux":
        raise GreenprofError("processes can be watched on Linux only", EXIT_USAGE)
    from greenprof.monitor.system import Linux

    opened = open_meter(meter).meter
    system = Linux(scripts=scripts)
    return Watch(opened, system, most_groups=most_groups), opened, system


def run(
    address: tuple[str, int],
    *,
    meter: str | None,
    interval_s: float,
    most_groups: int,
    scripts: bool,
    remote: bool,
    to: Receiver | None,
    push_every_s: float,
    as_json: bool,
    say: Callable[[str], None],
) -> None:
    """Watch this host until told to end."""
    watch, opened, system = open_watch(meter, most_groups, scripts=scripts)
    if opened.max_interval_s is not None and interval_s > opened.max_interval_s:
        interval_s = opened.max_interval_s
        say(f"the meter {opened.name} has to be read every {interval_s:.0f} s, so the host is looked at as often")
    agent = Agent(watch, interval_s, remote=remote)
    pusher = None
    server = None
    with ending_on_signals(), suppress(KeyboardInterrupt):
        try:
            server = Server(address, agent.answer)
            pusher = None if to is None else Pusher(agent, to, as_json=as_json, say=say)
            host, port = server.address
            shown = f"[{host}]" if ":" in host else host
            doubt = f"{'estimated' if opened.estimated else 'measured'}, {uncertainty(opened.uncertainty)}"
            say(f"meter {opened.name} ({doubt}); metrics are at http://{shown}:{port}/metrics")
            _loop(agent, server, pusher, interval_s, push_every_s)
        finally:
            if pusher is not None:
                pusher.offer(agent.batch())
                pusher.close()
            if server is not None:
                server.close()
            opened.close()
            system.close()


def _loop(agent: Agent, server: Server, pusher: Pusher | None, interval_s: float, push_every_s: float) -> None:
    next_s = time.monotonic() + interval_s
    push_s = time.monotonic() + min(interval_s, push_every_s)
    while True:
        server.serve(next_s)
        agent.tick()
        now_s = time.monotonic()
        next_s = max(next_s + interval_s, now_s + interval_s / 2)  # what was missed is not made up for
        if pusher is not None and now_s >= push_s:
            pusher.offer(agent.batch())
            push_s = now_s + push_every_s


def _names_loopback(host: str) -> bool:
    """Whether the header ``Host`` names this host as itself; a browser never leaves it out."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name in ("", "localhost"):
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return False

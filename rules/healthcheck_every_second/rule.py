"""Health checks of containers every second or two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint import Edit
from greenprof.lint.manifests import ManifestHit, ManifestRule, replaced
from greenprof.lint.manifests.compose import is_for_development, seconds, services_in
from greenprof.lint.manifests.dockerfile import dockerfile_of
from greenprof.lint.manifests.shell import words_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.dockerfile import Instruction

_OFTEN_S, _STARTED_OFTEN_S = 2.0, 10.0
_DAY_S = 86_400
_FLAG = re.compile(r"--interval=(\S+)")
_RUNTIMES = re.compile(
    r"(java|python[\d.]*|node|ruby|php|dotnet|perl|celery|rabbitmqctl|rabbitmq-diagnostics|mysqladmin|mongosh|nodetool)\Z"
)


class HealthcheckEverySecond(ManifestRule):
    """A health check is a process, at every hour."""

    name = "healthcheck-every-second"
    severity = "info"
    message = "is asked for its health every second or two"
    fix = "ask every 30 seconds, the default, and let start_interval be quick where a quick start matters"
    cost = "cpu"
    mends = True
    reads = frozenset({"dockerfile", "compose"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Checks of the image and of services."""
        if is_for_development(manifest.path):
            return
        last = dockerfile_of(manifest).last("HEALTHCHECK") if manifest.kind == "dockerfile" else None
        if last is not None and (value := last[1].flag("interval")) is not None:
            message = _message(value, _programs(last[1].text))
            if message is not None:
                edits = _edits(manifest, last[1])
                yield ManifestHit(at=last[1].span, confidence="medium", message=message, edits=edits)
        for service in services_in(manifest):
            interval = service.node.get("healthcheck", "interval")
            if interval is None or service.mounts_sources:
                continue
            words = [each.rpartition("/")[2] for one in service.commands("healthcheck", "test") for each in one.words]
            message = _message(interval.text, words)
            if message is not None:
                edits = () if interval.is_alias else (replaced(interval, "30s"),)
                yield ManifestHit(at=interval.span, confidence="medium", message=message, edits=edits)


def _programs(text: str) -> list[str]:
    """The words behind CMD, in either form, without their folders."""
    return [word.rpartition("/")[2] for word in words_in(re.sub(r"[\[\],]", " ", text))]


def _edits(manifest: Manifest, one: Instruction) -> tuple[Edit, ...]:
    for number in range(one.line, one.end_line + 1):
        if (match := _FLAG.search(manifest.lines[number - 1])) is not None:
            start, end = match.start(1) + 1, match.end(1) + 1
            return (Edit(line=number, column=start, end_line=number, end_column=end, text="30s"),)
    return ()


def _message(interval: str | None, programs: Iterable[str]) -> str | None:
    period = seconds(interval)
    if not period:
        return None
    number = f"{_DAY_S / period:,.0f}"
    runtime = next((each for each in programs if _RUNTIMES.match(each)), None)
    if runtime is not None and period < _STARTED_OFTEN_S:
        return f"starts {runtime} {number} times a day to ask for its health"
    return f"starts {number} processes a day to ask for its health" if period <= _OFTEN_S else None

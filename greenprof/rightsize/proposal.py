"""The story of right-sizing, pure: reports and a manifest in, a proposal and the changed manifest out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greenprof.i18n import _, decimal, ngettext
from greenprof.lint.manifests.quantities import quantity
from greenprof.model import Report
from greenprof.rightsize.advice import Headroom, Wanted, cpu_text, memory_text, seconds_text, wanted
from greenprof.rightsize.manifest import Container, changed, chosen, containers
from greenprof.rightsize.measured import LONG_S, MANY_RUNS, Use, measured

_FEW_SPANS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One quantity of a container as it is written now and as it is proposed; None where there is none."""

    group: str
    resource: str
    now: str | None
    proposed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a container should ask for, by what was measured.

    ``saved_cores`` and ``saved_memory_bytes`` are what all ``replicas`` ask for less than now, below 0 for more, None
    where it is not known what they ask for now. ``saved_j`` is None: what is asked for and not used burns nothing until
    a node can be switched off. ``cautions`` say what may be wrong with it.
    """

    manifest: str
    container: Container
    use: Use
    headroom: Headroom
    changes: tuple[Change, ...]
    replicas: int
    saved_cores: float | None
    saved_memory_bytes: int | None
    saved_j: None
    diff: str
    cautions: tuple[str, ...]


def propose(
    reports: Sequence[tuple[str, Report]],
    manifest: tuple[str, str],
    *,
    container: str | None,
    percentile: float,
    headroom: Headroom,
) -> tuple[Proposal, str]:
    """A proposal for a container of `manifest` (its name and text), and the text with it carried out.

    Raises:
        GreenprofError: for a report without CPU time, or a manifest in which the container cannot be found or changed.
    """
    where, text = manifest
    use = measured(reports, percentile)
    one = chosen(containers(text, where), container, use.commands, where)
    asked = wanted(use, headroom, has_cpu_limit=one.cpu_limit is not None)
    changes = tuple(_changes(one, asked))
    after = changed(text, one, [(each.group, each.resource, each.proposed) for each in changes], where)
    replicas = one.replicas or 1
    cores, memory = _saved(one, asked)
    return (
        Proposal(
            manifest=where,
            container=one,
            use=use,
            headroom=headroom,
            changes=changes,
            replicas=replicas,
            saved_cores=None if cores is None else cores * replicas,
            saved_memory_bytes=None if memory is None else memory * replicas,
            saved_j=None,
            diff=_diff(text, after, where),
            cautions=tuple(_cautions(use, one, asked)),
        ),
        after,
    )


def _changes(one: Container, asked: Wanted) -> Iterator[Change]:
    """Every quantity that is settled, also one that stays as it is."""
    yield _change("requests", "cpu", one.cpu_request, cpu_text(asked.cpu_request_m))
    if asked.memory_bytes is not None:
        yield _change("requests", "memory", one.memory_request, memory_text(asked.memory_bytes))
    if asked.cpu_limit_m is not None or asked.no_cpu_limit:
        limit = None if asked.cpu_limit_m is None else cpu_text(asked.cpu_limit_m)
        yield _change("limits", "cpu", one.cpu_limit, limit)
    if asked.memory_bytes is not None:
        yield _change("limits", "memory", one.memory_limit, memory_text(asked.memory_bytes))


def _change(group: str, resource: str, now: str | None, proposed: str | None) -> Change:
    """A change, or none where the same amount is written in another way (``0.25`` for ``250m``)."""
    same = now is not None and proposed is not None and quantity(now) == quantity(proposed)
    return Change(group=group, resource=resource, now=now, proposed=now if same else proposed)


def _saved(one: Container, asked: Wanted) -> tuple[float | None, int | None]:
    """Cores and bytes that one replica asks for less; a limit without a request is taken for one, as in Kubernetes."""
    cores = quantity(one.cpu_request or one.cpu_limit)
    memory = quantity(one.memory_request or one.memory_limit)
    return (
        None if cores is None else float(cores) - asked.cpu_request_m / 1000,
        None if memory is None or asked.memory_bytes is None else round(memory) - asked.memory_bytes,
    )


def _cautions(use: Use, one: Container, asked: Wanted) -> Iterator[str]:
    if use.runs == 1:
        yield _("one run only: give several reports, of different days and loads, and the largest of them counts")
    elif use.runs < MANY_RUNS:
        yield _("few runs: {count}", count=use.runs)
    if use.shortest_s < LONG_S:
        yield _("a run of {seconds} s says little of days of work", seconds=decimal(seconds_text(use.shortest_s)))
    if not use.spans:
        yield _("no CPU use over time in these reports (an older greenprof): the mean stands for the percentile")
    elif use.spans < _FEW_SPANS:
        yield _("the percentile is that of {count} spans only", count=use.spans)
    if use.took_all:
        yield ngettext(
            "it kept the machine's {count} processor busy, and might use more where there are more",
            "it kept all {count} processors of the machine busy, and might use more where there are more",
            use.cores, count=use.cores,
        )  # fmt: skip
    if asked.memory_bytes is None:
        yield _("memory is left alone: its peak is not known, or below that of greenprof itself")
    elif not use.memory_of_all and use.processes > 1:
        yield _("memory is the peak of the largest of {count} processes: all together may use more",
                count=use.processes)  # fmt: skip
    if one.heap_follows:
        yield _("its Java heap is a part of the memory limit: it shrinks with the limit, so try that under load first")
    if one.scaled:
        yield _("an autoscaler is about it: a target in percent is one of the request, and moves with it")
    if len(use.cpu) > 1:
        yield _("measured on several kinds of processors: {kinds}", kinds=", ".join(use.cpu))


def _diff(before: str, after: str, where: str) -> str:
    name = where.lstrip("/") if where != "-" else "stdin"
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

"""Shows a proposal: as text, as JSON, or as the bare diff."""

from __future__ import annotations

import json
from dataclasses import asdict

from greenprof import __version__
from greenprof.i18n import _, decimal, ngettext
from greenprof.reporters._text import neutral
from greenprof.rightsize.advice import MI, seconds_text
from greenprof.rightsize.measured import Use
from greenprof.rightsize.proposal import Change, Proposal

FORMATS = ("text", "json", "diff")


def render(format_: str, proposal: Proposal) -> str:
    """The proposal in one of `FORMATS`."""
    if format_ == "json":
        return _json(proposal)
    if format_ == "diff":
        return proposal.diff
    return neutral(_text(proposal), multiline=True)


def _json(proposal: Proposal) -> str:
    data = {
        "format": "greenprof-rightsize",
        "version": 1,
        "greenprof": __version__,
        **asdict(proposal),
        "sure": proposal.use.sure,
        "changed": bool(proposal.diff),
    }
    data["container"].pop("path")
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _text(proposal: Proposal) -> str:
    one, use = proposal.container, proposal.use
    lines = [
        f"{one.full_name} ({proposal.manifest}:{one.line})",
        "",
        *_measured(use),
        "",
        *_table(proposal),
        "",
        *_saved(proposal),
        _("How sure: {sure}.", sure={"low": _("low"), "medium": _("medium"), "high": _("high")}[use.sure]),
        *(f"  - {caution}" for caution in proposal.cautions),
    ]
    return "\n".join(lines) + "\n\n" + (proposal.diff or _("Nothing is to be changed.") + "\n")


def _measured(use: Use) -> list[str]:
    commands = "; ".join(" ".join(command) for command in use.commands)
    lengths = "–".join(dict.fromkeys(decimal(seconds_text(each)) for each in (use.shortest_s, use.longest_s)))
    head = ngettext(
        "Measured: {commands}, {count} run of {lengths} s, on {cpu}",
        "Measured: {commands}, {count} runs of {lengths} s, on {cpu}",
        use.runs, commands=commands, count=use.runs, lengths=lengths, cpu=", ".join(use.cpu),
    )  # fmt: skip
    return [head, f"  {_cpu(use)}", f"  {_memory(use)}"]


def _cpu(use: Use) -> str:
    mean, cores = decimal(f"{use.mean_cores:.2f}"), decimal(f"{use.cpu_cores:.2f}")
    if not use.spans or use.highest_cores is None or use.span_s is None:
        return _("CPU: {mean} processors in the mean; how it was spread is not known", mean=mean)
    return _(
        "CPU: {cores} processors or less in {percent} % of the time ({mean} in the mean, {highest} at most, of {count} "
        "spans of {seconds} s)",
        cores=cores, percent=decimal(f"{100 * use.percentile:g}"), mean=mean,
        highest=decimal(f"{use.highest_cores:.2f}"), count=decimal(f"{use.spans:,}"),
        seconds=decimal(f"{use.span_s:.2g}"),
    )  # fmt: skip


def _memory(use: Use) -> str:
    if use.memory_bytes is None:
        return _("memory: not known")
    size = decimal(f"{use.memory_bytes / MI:,.0f}")
    if use.memory_of_all:
        return _("memory: {size} MiB at most, all processes together", size=size)
    return _("memory: {size} MiB at most, of the largest process", size=size)


def _table(proposal: Proposal) -> list[str]:
    use, headroom = proposal.use, proposal.headroom
    percent = decimal(f"{100 * use.percentile:g}")
    basis = f"P{percent}" if use.spans else _("mean")
    why = {
        ("requests", "cpu"): " + ".join((basis, decimal(f"{100 * headroom.cpu:g} %"))),
        ("requests", "memory"): " + ".join((_("peak"), decimal(f"{100 * headroom.memory:g} %"))),
        ("limits", "memory"): _("as the request"),
        ("limits", "cpu"): _("none, as asked for") if headroom.limit is None else _(
            "{factor} × request, and no less than was seen", factor=decimal(f"{headroom.limit:g}")
        ),
    }  # fmt: skip
    names = {
        ("requests", "cpu"): _("CPU request"), ("requests", "memory"): _("memory request"),
        ("limits", "cpu"): _("CPU limit"), ("limits", "memory"): _("memory limit"),
    }  # fmt: skip
    rows = [("", _("now"), _("proposed"), "")]
    rows += [
        (names[change.group, change.resource], change.now or "–", _proposed(change), why[change.group, change.resource])
        for change in proposal.changes
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = [
        f"  {row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows
    ]
    if proposal.container.cpu_limit is None and headroom.limit is not None and headroom.keep:
        lines.append("  " + _("No CPU limit is added: one slows down, and saves no energy (--cpu-limit has it)."))
    return lines


def _proposed(change: Change) -> str:
    return change.proposed or "–"


def _saved(proposal: Proposal) -> list[str]:
    cores, size = proposal.saved_cores, proposal.saved_memory_bytes
    told = [_less(cores, _("{amount} processors", amount=decimal(f"{abs(cores or 0):.2f}")))]
    if proposal.use.memory_bytes is not None:
        told.append(_less(size, _("{amount} MiB of memory", amount=decimal(f"{abs(size or 0) / MI:,.0f}"))))
    replicas = proposal.replicas
    head = ngettext("For its {count} replica", "For its {count} replicas together", replicas, count=replicas)
    return [
        f"{head}: {', '.join(dict.fromkeys(told))}.",
        _(
            "Joules: not known. What is asked for and not used burns nothing by itself; it is saved where a node less "
            "will do."
        ),
    ]


def _less(saved: float | None, amount: str) -> str:
    """An amount less or more than now."""
    if saved is None:
        return _("unknown, as it asks for nothing now")
    if abs(saved) < 0.0005:
        return _("as much as now")
    return _("{amount} less", amount=amount) if saved > 0 else _("{amount} more", amount=amount)

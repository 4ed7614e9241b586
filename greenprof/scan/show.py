"""How a scan is shown: text and Markdown for people, JSON and CSV for programs, piece by piece.

Nothing is gathered before it is written, so that a report of a million files takes no more memory than one of ten.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from greenprof import __version__
from greenprof.i18n import ENGLISH, _, decimal, ngettext, short_day, speaking
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import neutral
from greenprof.scan import energy
from greenprof.scan.nouns import Compressible, Seen, Summary
from greenprof.scan.scanning import Scan

FORMATS = ("text", "json", "csv", "markdown")
SUFFIXES = {".json": "json", ".csv": "csv", ".md": "markdown", ".markdown": "markdown"}
TOP = 10  # of each kind, for people
_MEMBERS = 5  # names of one group, for people
_LEFT_OUT = 10
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_ABOUT = numbers.Precision(digits=2, about=True)

Rows = Iterator[tuple[str, ...]]


def pieces(format_: str, scan: Scan, top: int | None = None) -> Iterator[str]:
    """The report in one of `FORMATS`; of each kind the `top` findings, by default all in JSON and CSV, else `TOP`."""
    if format_ in ("json", "csv"):
        with speaking(ENGLISH):
            yield from (_json if format_ == "json" else _csv)(scan, top)
    else:
        yield from (_markdown if format_ == "markdown" else _text)(scan, TOP if top is None else top)


# For people


def amount(number: float) -> str:
    """Bytes with a decimal prefix and three digits: ``512 B``, ``1.23 GB``."""
    step = 0
    while abs(number) >= 999.5 and step < len(_UNITS) - 1:
        number, step = number / 1000, step + 1
    digits = 0 if step == 0 or number >= 99.95 else 1 if number >= 9.995 else 2
    return decimal(f"{number:.{digits}f} {_UNITS[step]}")


def _title(scan: Scan) -> str:
    totals = scan.totals
    return _(
        "{paths}: {files} in {folders}, {size}, {allocated} on disk",
        paths=", ".join(neutral(str(path)) for path in scan.paths),
        files=ngettext("{number} file", "{number} files", totals.files, number=numbers.count(totals.files)),
        folders=ngettext("{number} folder", "{number} folders", totals.folders, number=numbers.count(totals.folders)),
        size=amount(totals.size_bytes),
        allocated=amount(totals.allocated_bytes),
    )


def _heads(scan: Scan) -> dict[str, str]:
    """What each kind comes to, in a sentence."""
    found: dict[str, str] = {}
    if (one := scan.duplicates) is not None:
        found["duplicates"] = (
            _(
                "Duplicates: {files} in {groups} of the same content; storing each once frees {freed}",
                files=ngettext("{number} file", "{number} files", one.files, number=numbers.count(one.files)),
                groups=ngettext("{number} group", "{number} groups", one.count, number=numbers.count(one.count)),
                freed=amount(one.freed_bytes or 0),
            )
            if one.count
            else _("Duplicates: none")
        )
    if (one := scan.compressible) is not None:
        found["compressible"] = (
            _(
                "Large text that is not compressed: {files}, {allocated} on disk; compressing it frees {freed}",
                files=ngettext("{number} file", "{number} files", one.files, number=numbers.count(one.files)),
                allocated=amount(one.allocated_bytes),
                freed=_freed(one),
            )
            if one.count
            else _("Large text that is not compressed: none")
        )
    if (one := scan.stale) is not None:
        days = decimal(f"{scan.choice.stale_days:,.6g}")
        found["stale"] = (
            _(
                "Stale: {files} neither read nor changed for {days} days; without them {freed} would be free",
                files=ngettext("{number} file", "{number} files", one.files, number=numbers.count(one.files)),
                days=days,
                freed=amount(one.allocated_bytes),
            )
            if one.count
            else _("Stale: no file that was neither read nor changed for {days} days", days=days)
        )
    return found


def _freed(one: Summary | Compressible) -> str:
    """An estimate with its interval, if that can be seen: ``about 1.2 GB (1.1 GB to 1.3 GB)``."""
    mean, low, high = (amount(each or 0) for each in (one.freed_bytes, one.freed_low_bytes, one.freed_high_bytes))
    return numbers.about(mean) + ("" if low == mean == high else f" ({numbers.span(low, high)})")


def _notes(scan: Scan) -> list[str]:
    """What has to be known to read the numbers right."""
    notes = []
    if scan.stopped_in is not None:
        notes.append(_("Stopped before all was looked at: this is what was found until then."))
    kept = {mount.atime for mount in scan.file_systems}
    if scan.stale is not None and "not kept" in kept:
        places = ", ".join(sorted(neutral(each.at) for each in scan.file_systems if each.atime == "not kept"))
        notes.append(
            _("Reading is not noted on {places} (noatime or read-only): stale means not changed there.", places=places)
        )
    if scan.stale is not None and "daily" in kept:
        notes.append(_("Reading is noted once a day (relatime)."))
    if scan.stale is not None and None in kept:
        notes.append(_("Whether reading is noted is not known here."))
    if scan.touched:
        notes.append(
            ngettext(
                "The time of last access of {number} file or folder of others could not be kept.",
                "The time of last access of {number} files and folders of others could not be kept.",
                scan.touched,
                number=numbers.count(scan.touched),
            )
        )
    if scan.totals.other_file_systems:
        notes.append(
            ngettext(
                "{number} other file system was not entered (--other-file-systems).",
                "{number} other file systems were not entered (--other-file-systems).",
                scan.totals.other_file_systems,
                number=numbers.count(scan.totals.other_file_systems),
            )
        )
    if sum(one is not None and one.count > 0 for one in (scan.duplicates, scan.stale, scan.compressible)) > 1:
        notes.append(_("A file may be of several kinds: do not add them up."))
    if (scan.duplicates or scan.compressible) and any(
        mount.type in ("btrfs", "xfs", "zfs", "bcachefs", "ocfs2", "apfs") for mount in scan.file_systems
    ):
        notes.append(
            _("Copies that share their blocks already (reflinks), and compression by the file system, cannot be seen.")
        )
    notes += _energy_note(scan)
    return notes


def _energy_note(scan: Scan) -> list[str]:
    freed = max((one.freed_bytes or 0 for one in (scan.duplicates, scan.compressible) if one is not None), default=0)
    if not freed:
        return []
    return [
        _(
            "Keeping {freed} for a year takes drives {energy}: an estimate, {low} (hard disk) to {high} W/TB "
            "(solid state) by Cloud Carbon Footprint for 2020, one copy, no cooling. "
            "It is saved where fewer drives are powered.",
            freed=amount(freed),
            energy=numbers.electricity_interval(energy.kwh_per_year(freed), _ABOUT),
            low=decimal(f"{energy.HDD_W_PER_TB:g}"),
            high=decimal(f"{energy.SSD_W_PER_TB:g}"),
        )
    ]


def _left_out(scan: Scan) -> Iterator[str]:
    words = {
        "unreadable": _("cannot be read"),
        "vanished": _("vanished meanwhile"),
        "changed": _("changed meanwhile"),
        "pseudo file system": _("made up by the kernel"),
    }
    counts = scan.left_out_counts()
    total = sum(counts.values())
    if not total:
        return
    yield _("Not looked at: {number}", number=numbers.count(total))
    for place, one in enumerate(scan.left_out()):
        if place == _LEFT_OUT:
            yield "  " + _("and {number} more", number=numbers.count(total - _LEFT_OUT))
            break
        detail = f" ({neutral(one.detail)})" if one.detail else ""
        yield f"  {neutral(os.fsdecode(one.path))}: {words[one.reason]}{detail}"


def _duplicate_rows(scan: Scan, top: int) -> Rows:
    for group in scan.groups(top):
        copies = _("{number} × {size}", number=numbers.count(group.files), size=amount(group.size_bytes))
        for place, seen in enumerate(scan.members(group)):
            if place == _MEMBERS:
                yield "", "", _("and {number} more", number=numbers.count(group.files - _MEMBERS))
                break
            yield (amount(group.freed_bytes), copies, _name(seen)) if place == 0 else ("", "", _name(seen))


def _compressible_rows(scan: Scan, top: int) -> Rows:
    for one in scan.compressible_files(top):
        left = decimal(f"{100 * one.ratio:.0f} %")
        if one.samples:
            left += f" ({numbers.span(f'{100 * one.ratio_low:.0f}', decimal(f'{100 * one.ratio_high:.0f} %'))})"
        yield (
            amount(one.freed_bytes),
            _("{size}, {share} stays", size=amount(one.seen.size_bytes), share=left),
            _name(one.seen),
        )


def _stale_rows(scan: Scan, top: int) -> Rows:
    for seen in scan.stale_files(top):
        yield amount(seen.allocated_bytes), _("since {day}", day=_day(seen.used_ns)), _name(seen)


def _name(seen: Seen) -> str:
    name = neutral(seen.name)
    return name if seen.links == 1 else _("{name} ({number} names)", name=name, number=numbers.count(seen.links))


def _day(moment_ns: int) -> str:
    try:
        return short_day(datetime.fromtimestamp(moment_ns / 1e9, UTC))
    except (OverflowError, ValueError, OSError):
        return "?"


def _tables(scan: Scan, top: int) -> Iterator[tuple[str, int, Rows]]:
    """Of each kind its sentence, how many there are, and its rows."""
    heads = _heads(scan)
    for kind, summary, rows in (
        ("duplicates", scan.duplicates, _duplicate_rows),
        ("compressible", scan.compressible, _compressible_rows),
        ("stale", scan.stale, _stale_rows),
    ):
        if summary is not None:
            yield heads[kind], summary.count, rows(scan, top)


def _text(scan: Scan, top: int) -> Iterator[str]:
    yield _title(scan) + "\n"
    for head, count, rows in _tables(scan, top):
        yield f"\n{head}\n"
        table = list(rows)
        widths = [max((len(row[place]) for row in table), default=0) for place in (0, 1)]
        for freed, what, name in table:
            yield f"  {freed.rjust(widths[0])}  {what.ljust(widths[1])}  {name}\n"
        if count > top:
            yield "  " + _("and {number} more", number=numbers.count(count - top)) + "\n"
    for lines in (list(_left_out(scan)), _notes(scan)):
        if lines:
            yield "\n" + "".join(f"{line}\n" for line in lines)


def _markdown(scan: Scan, top: int) -> Iterator[str]:
    from greenprof.reporters.markdown import code, prose

    yield f"## {prose(_title(scan), 400)}\n"
    for head, count, rows in _tables(scan, top):
        yield f"\n### {prose(head, 400)}\n"
        if count:
            yield "\n| " + _("Bytes") + " | | " + _("File") + " |\n| --: | --- | --- |\n"
        for freed, what, name in rows:
            yield f"| {prose(freed)} | {prose(what)} | {code(name)} |\n"
        if count > top:
            yield "\n" + _("and {number} more", number=numbers.count(count - top)) + "\n"
    left_out = list(_left_out(scan))
    if left_out:
        yield f"\n{prose(left_out[0])}\n\n" + "".join(f"- {code(line.strip())}\n" for line in left_out[1:])
    if notes := _notes(scan):
        yield "\n" + "".join(f"- {prose(note, 600)}\n" for note in notes)


# For programs


def _json(scan: Scan, top: int | None) -> Iterator[str]:
    """One object, in `docs/schema/scan-1.json`; the summaries stand before the long lists."""
    head: dict[str, Any] = {
        "format": "greenprof-scan",
        "version": 1,
        "greenprof": __version__,
        "paths": [_path(os.fsencode(path)) for path in scan.paths],
        "choice": asdict(scan.choice),
        "complete": scan.stopped_in is None,
        "stopped_in": scan.stopped_in,
        "totals": asdict(scan.totals),
        "access_times_not_kept": scan.touched,
        "file_systems": [{"at": each.at, "type": each.type, "atime": each.atime} for each in scan.file_systems],
        "summary": {
            kind: None if summary is None else {**asdict(summary), **_kwh(summary)}
            for kind, summary in (
                ("duplicates", scan.duplicates), ("stale", scan.stale), ("compressible", scan.compressible),
            )
        },
        "storage_energy_source": energy.SOURCE,
        "left_out_counts": scan.left_out_counts(),
    }  # fmt: skip
    yield json.dumps(head, indent=2, allow_nan=False)[:-2]
    yield from _groups(scan, top)
    yield from _list("stale", map(_file, scan.stale_files(top)) if scan.stale is not None else iter(()))
    yield from _list("compressible", (
        {**{name: value for name, value in asdict(one).items() if name != "seen"}, **_file(one.seen)}
        for one in scan.compressible_files(top)
    ) if scan.compressible is not None else iter(()))  # fmt: skip
    yield from _list(
        "left_out",
        ({**_path(one.path), "reason": one.reason, "detail": one.detail} for one in scan.left_out()),
    )
    yield "\n}\n"


def _groups(scan: Scan, top: int | None) -> Iterator[str]:
    """Groups of duplicates, member by member: one group may have a million."""
    yield ',\n  "duplicates": ['
    comma = ""
    for group in scan.groups(top) if scan.duplicates is not None else ():
        yield f'{comma}\n    {json.dumps(asdict(group))[:-1]}, "paths": ['
        for place, seen in enumerate(scan.members(group)):
            yield f"{',' if place else ''}\n      {json.dumps(_file(seen))}"
        yield "]}"
        comma = ","
    yield "\n  ]" if comma else "]"


def _list(name: str, items: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield f',\n  "{name}": ['
    comma = ""
    for item in items:
        yield f"{comma}\n    {json.dumps(item, allow_nan=False)}"
        comma = ","
    yield "\n  ]" if comma else "]"


def _kwh(summary: Summary) -> dict[str, float | None]:
    """What keeping the bytes takes that could be freed; unknown where nothing is said to become free."""
    low, high = (None, None) if summary.freed_bytes is None else energy.kwh_per_year(summary.freed_bytes)
    return {"freed_kwh_per_year_low": low, "freed_kwh_per_year_high": high}


def _path(path: bytes) -> dict[str, str | None]:
    """A path as text; and, where it is not UTF-8, its bytes too."""
    try:
        return {"path": path.decode(), "path_base64": None}
    except UnicodeDecodeError:
        return {"path": path.decode(errors="backslashreplace"), "path_base64": base64.b64encode(path).decode()}


def _file(seen: Seen) -> dict[str, Any]:
    return {
        **_path(seen.path),
        "size_bytes": seen.size_bytes,
        "allocated_bytes": seen.allocated_bytes,
        "links": seen.links,
        "used_at": _moment(seen.used_ns),
    }


def _moment(moment_ns: int) -> str | None:
    try:
        return datetime.fromtimestamp(moment_ns // 10**9, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None


_COLUMNS = (
    "kind", "path", "size_bytes", "allocated_bytes", "links", "used_at", "group", "freed_bytes", "freed_low_bytes",
    "freed_high_bytes", "ratio",
)  # fmt: skip


def _csv(scan: Scan, top: int | None) -> Iterator[str]:
    """One row for each file; what a group of duplicates frees stands in its first row."""
    yield _row(_COLUMNS)
    if scan.duplicates is not None:
        for group in scan.groups(top):
            for place, seen in enumerate(scan.members(group)):
                yield _row(("duplicate", *_cells(seen), group.digest, "" if place else group.freed_bytes, "", "", ""))
    if scan.stale is not None:
        for seen in scan.stale_files(top):
            yield _row(("stale", *_cells(seen), "", "", "", "", ""))
    if scan.compressible is not None:
        for one in scan.compressible_files(top):
            yield _row(("compressible", *_cells(one.seen), "", one.freed_bytes, one.freed_low_bytes,
                        one.freed_high_bytes, one.ratio))  # fmt: skip
    for left in scan.left_out():
        yield _row((f"left out: {left.reason}", _path(left.path)["path"], *[""] * 9))


def _cells(seen: Seen) -> tuple[object, ...]:
    return _path(seen.path)["path"], seen.size_bytes, seen.allocated_bytes, seen.links, _moment(seen.used_ns)


def _row(cells: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()

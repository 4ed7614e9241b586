"""What the terminal shows of a comparison with a kept session, and of what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    import pytest

    from greenprof.pytest_plugin.comparing import Change
    from greenprof.pytest_plugin.ending import Ending

_PRECISION = numbers.Precision(digits=3, about=False)


def show_ending(terminal: pytest.TerminalReporter, ending: Ending) -> None:
    """Write it all."""
    if not (ending.notes or ending.failures or ending.changes):
        return
    if ending.compared_with:
        terminal.section(f"compared with {ending.compared_with} (greenprof)", "-", bold=True)
        terminal.write_line("One session beside one other: for a verdict that holds, measure both at once.")
        bad = {(change.fullname, change.field, change.is_cpu) for change, _ in ending.broken}
        for change in ending.changes:
            is_bad = (change.fullname, change.field, change.is_cpu) in bad
            if change.before is not None and change.now is not None:
                terminal.write_line(f"  {_change(change)}", red=is_bad)
        for change, limit in ending.broken:
            terminal.write_line(f"dearer than --green-compare-fail={limit.text} allows: {_change(change)}", red=True)
    for note in ending.notes:
        terminal.write_line(f"greenprof: {note}")
    for failure in ending.failures:
        terminal.write_line(f"greenprof: {failure}", red=True)


def _change(change: Change) -> str:
    say = numbers.seconds if change.is_cpu else numbers.energy
    grown = "" if change.relative is None else f" ({change.relative:+.1%})"
    what = f"{change.field} of CPU time" if change.is_cpu else f"{change.field} of energy"
    return f"{change.fullname}: {what} {say(change.before, _PRECISION)} -> {say(change.now, _PRECISION)}{grown}"

"""A challenge tried by its maker, and a result in words for who tried a solution."""

from __future__ import annotations

from greenprof.board.judge import Judge
from greenprof.board.model import CPU_SECONDS, JOULES, REJECTED, Challenge, Result
from greenprof.board.sandbox import Sandbox
from greenprof.errors import GreenprofError
from greenprof.meters import open_meter

_HINTS = 8


def what_is_wrong(challenge: Challenge, sandbox: Sandbox) -> list[str]:
    """What a run of a challenge's own programs shows to be wrong; one line each."""
    meter = open_meter("estimate").meter
    try:
        with Judge(challenge, meter=meter, sandbox=sandbox) as one:
            wrong = one.check_reference()
        return [f"{challenge.folder}: {line}" for line in wrong]
    except GreenprofError as error:
        return [str(error)]
    finally:
        meter.close()


def in_words(challenge: Challenge, result: Result) -> str:
    """A result as its team reads it: the verdict first, then what it rests on, then the hints."""
    lines = [*_verdict(challenge, result)]
    lines += [f"note: {note}" for note in result.notes]
    if result.log:
        lines += ["", "what it wrote:", *(f"  {line}" for line in result.log.splitlines()[-10:])]
    if result.findings:
        lines += ["", "hints, dearest first (greenprof lint, and greenprof run, say more):"]
        for each in result.findings[:_HINTS]:
            burnt = "" if each.energy_j is None else f", about {each.energy_j:.2g} J in a run"
            lines.append(f"  {each.path}:{each.line}: {each.message} [{each.rule}]{burnt}")
            lines += [f"      {text}" for text in (each.source or "").splitlines()[:1]]
        if len(result.findings) > _HINTS:
            lines.append(f"  and {len(result.findings) - _HINTS} more")
    return "\n".join(_printable(line) for line in lines)


def _verdict(challenge: Challenge, result: Result) -> list[str]:
    title = challenge.title["en"]
    if result.state == REJECTED or result.score is None:
        return [f"{title}: not right: {result.reason}"]
    what = {JOULES: "joules", CPU_SECONDS: "CPU time"}[result.quantity or JOULES]
    low, high = result.interval or (None, None)
    near = "" if low is None or high is None else f" (95 %: {low:.3f} to {high:.3f})"
    lines = [f"{title}: right, with {result.score:.3f} times the {what} of the reference{near}"]
    if result.precise is False:
        lines.append(
            f"less precise than wanted ({challenge.scoring.precision:.1%}): this machine does other work too, or the "
            "program's use differs from run to run"
        )
    each = [f"{result.cpu_s:.3f} s of CPU time"] if result.cpu_s is not None else []
    if result.joules is not None:
        each.append(f"{result.joules:.3g} J")
    of = result.meter.name if result.meter else "?"
    kind = "estimated, so CPU time is compared" if result.estimated else "measured"
    lines.append(f"{' and '.join(each)} a run, {result.pairs} pairs of runs, meter {of} ({kind})")
    if result.seed is not None:
        lines.append(f"the same inputs again: --seed {result.seed}")
    return lines


def _printable(line: str) -> str:
    """Without what a program could do to a terminal."""
    return "".join(each if each.isprintable() or each == "\t" else "�" for each in line)

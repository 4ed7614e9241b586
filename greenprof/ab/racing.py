"""Race the tests that both sides can run, each with the limit that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from greenprof.ab.outcome import Outcome
from greenprof.ab.side import environ_of
from greenprof.ab.workers import Start, command
from greenprof.errors import GreenprofError
from greenprof.pairs import Match, Plan, Verdict, WorkerPiece, race_many

if TYPE_CHECKING:
    from greenprof.meters.meter import Meter

# A change below this part of its limit, or below the other where that is less, is no alarm, however certain.
_COUNTS = 0.3
_MOST_COUNTED = 0.015
# To import everything and collect, beside what the test itself may take.
_START_S = 120.0


@dataclass
class _Tests(WorkerPiece):
    """A worker of one side; ``asked`` holds the test that was asked for last, of either side."""

    asked: list[str] = field(default_factory=list)

    def go(self, key: str, calls: int) -> None:
        """Ask, and remember what for: what does not answer has failed."""
        self.asked[:] = [key]
        super().go(key, calls)


def raced(
    limits: Mapping[str, float], starts: Sequence[Start], *, waiting: frozenset[str], plan: Plan, timeout_s: float,
    say: Callable[[str], None], meter: Meter | None = None,
) -> tuple[list[Outcome], float]:  # fmt: skip
    """The outcome of each test (`limits`, by node id), and the CPU seconds that all took; `starts` are base and head.

    With a `meter` that measures, joules are compared, else CPU time.

    Each limit has a race of its own, whose verdicts are corrected for the number of all tests. A test that fails on the
    way is left out, and the others of its race begin again.
    """
    outcomes: list[Outcome] = []
    spent_s = 0.0
    for limit in sorted(set(limits.values())):
        nodes = [node for node, its in limits.items() if its == limit]
        own = replace(plan, detect=limit, smallest_change=min(_MOST_COUNTED, limit * _COUNTS))
        while nodes:
            asked: list[str] = []
            quick, slow = (_pieces(starts, nodes, timeout_s, asked, repeats) for repeats in (True, False))
            matches = [_match(slow if node in waiting else quick, node) for node in nodes]
            try:
                verdicts = race_many(matches, own, tests=len(limits), meter=meter, say=say)
            except GreenprofError as error:
                if not asked or asked[0] not in nodes:
                    raise
                nodes.remove(asked[0])
                outcomes.append(Outcome(node=asked[0], said="failed", limit=limit, reason=f"while measured: {error}"))
                continue
            outcomes += [_outcome(node, limit, verdict) for node, verdict in zip(nodes, verdicts, strict=True)]
            spent_s += sum(verdict.spent_s for verdict in verdicts)
            break
    return outcomes, spent_s


def _pieces(
    starts: Sequence[Start], nodes: Sequence[str], timeout_s: float, asked: list[str], repeats: bool
) -> tuple[_Tests, _Tests]:
    files = sorted({node.partition("::")[0] for node in nodes})
    base, head = (
        _Tests(
            command(start, files), cwd=start.side.cwd, env=environ_of(start.side, start.head_top),
            timeout_s=_START_S + timeout_s, name=start.side.name, repeats=repeats, asked=asked,
        )
        for start in starts
    )  # fmt: skip
    return base, head


def _outcome(node: str, limit: float, verdict: Verdict) -> Outcome:
    unit = "j" if verdict.quantity == "J" else "s"
    costs: dict[str, Any] = {f"base_{unit}": verdict.base_cost, f"head_{unit}": verdict.head_cost}
    return Outcome(
        node=node, said=verdict.outcome, limit=limit, **costs,
        ratio=verdict.ratio, interval=verdict.interval, p_value=verdict.p_value, pairs=verdict.pairs,
        smallest_detectable=verdict.smallest_detectable, notes=verdict.notes,
        breach=verdict.outcome == "dearer" and verdict.interval[1] >= 1 + limit,
    )  # fmt: skip


def _match(sides: tuple[_Tests, _Tests], node: str) -> Match:
    return Match(base=sides[0], head=sides[1], key=node)

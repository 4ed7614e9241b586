"""Pure: watts over time, and what ran meanwhile, in at most some hundreds of points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from greenprof.model import Power, Ran
from greenprof.own_code import OwnCode
from greenprof.settle import Ledger, Span, Stack

_POINTS = 300
_MOST_RAN = 4  # functions named in one point
_LEAST_SHARE = 0.05  # of the program's watts in that point

Key = tuple[str, int, str]


def timeline(ledger: Ledger, own: OwnCode) -> tuple[Power, ...]:
    """Mean watts of one recording, span by span, with the program's own functions that they went to."""
    step = max(1, -(-len(ledger.spans) // _POINTS))
    functions: dict[Stack, Key] = {}
    points = []
    for start in range(0, len(ledger.spans), step):
        group, joules = ledger.spans[start : start + step], ledger.joules_by_span[start : start + step]
        elapsed_s = group[-1].end_s - group[0].start_s
        points.append(
            Power(
                start_s=group[0].start_s,
                end_s=group[-1].end_s,
                total_w=_watts([span.total_j for span in group], elapsed_s),
                process_w=_watts([span.process_j for span in group], elapsed_s),
                ran=_ran(group, joules, elapsed_s, own, functions),
                process_cores=sum(span.program_s for span in group) / elapsed_s if elapsed_s > 0 else None,
            )
        )
    return tuple(points)


def _ran(
    spans: Sequence[Span], joules: Sequence[Mapping[Stack, float]], elapsed_s: float, own: OwnCode,
    functions: dict[Stack, Key],
) -> tuple[Ran, ...]:  # fmt: skip
    """The functions of own code that used most, dearest first; each with what it called of others' code."""
    used: dict[Key, float] = defaultdict(float)
    for here in joules:
        for stack, joule in here.items():
            if stack not in functions:
                frame = own.line_of(stack)
                functions[stack] = (frame.path, frame.function_line, frame.function)
            used[functions[stack]] += joule
    all_j = sum(span.process_j or 0.0 for span in spans)
    dearest = sorted(used.items(), key=lambda item: -item[1])[:_MOST_RAN]
    return tuple(
        Ran(path=path, line=line, function=function, process_w=joule / elapsed_s)
        for (path, line, function), joule in dearest
        if elapsed_s > 0 and joule > _LEAST_SHARE * all_j
    )


def _watts(joules: Sequence[float | None], elapsed_s: float) -> float | None:
    known = [each for each in joules if each is not None]
    return sum(known) / elapsed_s if len(known) == len(joules) and elapsed_s > 0 else None

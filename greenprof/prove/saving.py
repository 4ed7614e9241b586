"""What a fix saves: two trees measured side by side."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Sequence

from greenprof.prove.nouns import Asked, Saving
from greenprof.prove.running import Place, start


def measure(before: Place, after: Place, words: Sequence[str], asked: Asked) -> Saving:
    """Run the command in both places in turn until the difference is plain, or it is plain that there is none."""
    places, ratios, seconds = (before, after), [], ([], [])  # type: ignore[var-annotated]
    for number in range(32):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for side in order:
            seconds[side].append(_cpu_s(places[side], words))
        if number:
            ratios.append(math.log(seconds[1][-1] / seconds[0][-1]))
        if len(ratios) >= 5:
            mean, half = statistics.fmean(ratios), 3.5 * statistics.stdev(ratios) / math.sqrt(len(ratios))
            if abs(mean) > half or half < 0.01:
                break
    verdict = "less" if mean < -half else "more" if mean > half else "same" if half < 0.01 else "inconclusive"
    return Saving(
        unit="s", before=statistics.median(seconds[0]), after=statistics.median(seconds[1]), ratio=math.exp(mean),
        low=math.exp(mean - half), high=math.exp(mean + half), verdict=verdict, pairs=len(ratios),
        confidence=asked.confidence,
    )  # fmt: skip


def _cpu_s(place: Place, words: Sequence[str]) -> float:
    null = os.open(os.devnull, os.O_RDWR)
    process = start(place.words(words), place.folder, place.environment(), null, null)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    os.close(null)
    return used.ru_utime + used.ru_stime

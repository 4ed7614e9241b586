"""Pure: how what a line of Python used is divided over the native functions below it.

How much a line used is known from the outside sampler. Another one (`NativeSamples`) has seen which native functions
ran below it, and how often: each stack of lines is divided in these proportions. A stack that the other one never saw
is divided as its innermost line is in all other stacks, and not at all if that was never seen either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from greenprof.model import Frame, NativeFunction, NativeShare, Recording
from greenprof.settle import Amounts, Stack, collapsed
from greenprof.stats import share_margin

MOST_SHARES = 5  # native functions that are told for a line
_SMALLEST_SHARE = 0.01  # of the line

Chain = tuple[NativeFunction, ...]  # outermost first


class Division:
    """The native functions that were seen below the lines of some recordings, and how often."""

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self._by_stack: dict[Stack, Counter[Chain]] = defaultdict(Counter)
        self._by_line: dict[Frame, Counter[Chain]] = defaultdict(Counter)
        for recording in recordings:
            if recording.native is None:
                continue
            for seen in recording.native.stacks:
                frames = collapsed(tuple(recording.frames[place] for place in seen.stack))
                chain = tuple(recording.native.functions[place] for place in seen.functions)
                self._by_stack[frames][chain] += seen.count
                self._by_line[frames[-1]][chain] += seen.count

    def below(self, frames: Stack) -> Mapping[Chain, int]:
        """How often each chain of native functions was seen below a stack; empty if nothing is known of it."""
        if not self._by_line:
            return {}
        return self._by_stack.get(frames) or self._by_line.get(frames[-1]) or {}

    def parts(self, frames: Stack) -> Iterable[tuple[Chain, float]]:
        """The chains below a stack, each with its share of the whole; the empty chain is the interpreter itself."""
        seen = self.below(frames)
        total = sum(seen.values())
        return [(chain, count / total) for chain, count in seen.items()] or [((), 1.0)]


def shares(stacks: Sequence[tuple[Stack, Amounts]], division: Division, *, known: bool) -> tuple[NativeShare, ...]:
    """The native functions that used most for one line, which all of these stacks are charged to, dearest first.

    A function's share is what it used itself, not what it called. Joules are None where they are not `known`.
    """
    own: dict[NativeFunction, Amounts] = defaultdict(Amounts)
    whole, samples = Amounts(), 0
    for frames, amounts in stacks:
        whole.add(amounts)
        samples += sum(division.below(frames).values())
        for chain, share in division.parts(frames):
            if chain:
                own[chain[-1]].add(amounts, share)
    weigh: Callable[[Amounts], float] = (lambda each: each.joules) if known else (lambda each: each.cpu_s)
    worth = [item for item in own.items() if weigh(item[1]) > _SMALLEST_SHARE * weigh(whole)]
    worth.sort(key=lambda item: -weigh(item[1]))
    return tuple(
        NativeShare(
            function=function.name,
            path=function.path,
            self_j=used.joules if known else None,
            cpu_s=used.cpu_s,
            margin=share_margin(weigh(used) / weigh(whole), samples),
        )
        for function, used in worth[:MOST_SHARES]
    )

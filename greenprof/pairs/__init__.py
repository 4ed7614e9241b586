"""Two versions of a piece of work, measured side by side, and a verdict that holds on a busy machine.

    verdict = race(python_piece("f()", setup="from old import f"), python_piece("f()", setup="from new import f"))
    verdict.outcome         # "dearer", "cheaper", "same" or "inconclusive"; it speaks of the second beside the first

`pieces` are what can be raced: a command, or a process that stays and works on request (`worker`, which any Python can
run). `racing` takes pair after pair, each in processes that were started for it: `side_by_side` at the same time on one
core, so that whatever disturbs the one disturbs the other, or in `blocks` of joules where a meter measures. `decide` is
pure: what the pairs so far allow one to say, and how many more are wanted.
"""

from __future__ import annotations

from greenprof.pairs.decide import Plan, Standing, Verdict, standing, verdicts
from greenprof.pairs.match import Match
from greenprof.pairs.pieces import CommandPiece, Piece, WorkerPiece, python_piece
from greenprof.pairs.racing import race, race_many

__all__ = [
    "CommandPiece",
    "Match",
    "Piece",
    "Plan",
    "Standing",
    "Verdict",
    "WorkerPiece",
    "python_piece",
    "race",
    "race_many",
    "standing",
    "verdicts",
]

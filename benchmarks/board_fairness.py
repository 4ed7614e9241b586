"""Is the board fair? The same program handed in 20 times must share one place; one with 10 % more work must not.

    python benchmarks/board_fairness.py judge --minutes 30 --keep judged.jsonl      judge, and keep what was judged
    python benchmarks/board_fairness.py boards judged.jsonl                          boards of what was judged

`judge` makes a small challenge in C, and judges in turn 20 equal submissions and one with 10 % more work, in the
sandbox, as `greenprof board judge` does. Every judgement is made anew: no two share a reading. `boards` takes each 20
in the order in which they were judged as one board, and counts on how many all 20 share the first place, and on how
many the dearer one is told from the first. Beside them are boards that
are drawn: 20 judgements at random of all that were made, and judgements whose pairs are drawn at random of all pairs,
until the judge would stop; there the dearer program's are the same pairs, times 1.1.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from greenprof.board.challenge import load, solution
from greenprof.board.judge import Judge
from greenprof.board.model import CPU_SECONDS, JUDGED, Challenge, Measured, Pair, Result, Scoring
from greenprof.board.ranking import rank
from greenprof.board.sandbox import open_sandbox
from greenprof.board.score import enough, score_of
from greenprof.meters import open_meter
from greenprof.stats import rate_interval

TEAMS = 20
MORE_WORK = 1.10
ROUNDS = 25_000_000
DRAWN = 300
SCORING = Scoring()
SOURCE = """
#define STEP(value) value = value * 6364136223846793005UL + 1442695040888963407UL
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words) {
    unsigned long rounds, value;
    FILE *file = count == 2 ? fopen(words[1], "r") : NULL;
    if (!file || fscanf(file, "%lu %lu", &rounds, &value) != 2) return 1;
    unsigned long kept = value;
    for (unsigned long more = 0; more < rounds * EXTRA; more++) STEP(kept);
    volatile unsigned long sink = kept;
    (void)sink;
    for (unsigned long round = 0; round < rounds; round++) STEP(value);
    printf("%lu\\n", value);
    return 0;
}
"""
CHALLENGE = """
[title]
en = "Numbers"
nl = "Getallen"
[task]
en = "task.md"
nl = "task.md"
[input]
name = "number.txt"
[checker]
kind = "exact"
[reference]
language = "c"
source = "reference.c"
[languages.c]
source = "solution.c"
build = "gcc -O1 -o solution solution.c"
run = "./solution {input}"
"""
GENERATE = """
import random, sys
draw = random.Random(int(sys.argv[1]))
open(sys.argv[2] + "/number.txt", "w").write(f"25000000 {draw.getrandbits(60)}")
"""


def program(more: float) -> str:
    """The program, with `more` of its work done again for nothing."""
    return SOURCE.replace("EXTRA", str(more))


def make_challenge(folder: Path) -> Challenge:
    """A challenge whose answers take some 20 ms to compute."""
    (folder / "samples").mkdir(parents=True)
    for name, text in {
        "challenge.toml": CHALLENGE, "generate.py": GENERATE, "task.md": "Compute.", "reference.c": program(0.0),
    }.items():  # fmt: skip
        (folder / name).write_text(text)
    rounds, value = ROUNDS, random.Random(1).getrandbits(60)
    # The answer in closed form: the map applied so many times, by squaring.
    factor, offset, power = 6364136223846793005, 1442695040888963407, rounds
    total_factor, total_offset = 1, 0
    while power:
        if power & 1:
            total_factor, total_offset = total_factor * factor, total_offset * factor + offset
        offset, factor, power = offset * factor + offset, factor * factor, power >> 1
        total_factor, total_offset, offset, factor = (
            each % 2**64 for each in (total_factor, total_offset, offset, factor)
        )
    (folder / "samples" / "1.txt").write_text(f"{(value * total_factor + total_offset) % 2**64}\n")
    return load(folder)


def judge_for(minutes: float, keep: Path) -> None:
    """Judge until the time is over, and keep one line for each judgement."""
    ends = time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory() as own:
        challenge = make_challenge(Path(own) / "numbers")
        sources = {}
        for kind, more in (("same", 0.0), ("more", MORE_WORK - 1)):
            sources[kind] = Path(own) / f"{kind}.c"
            sources[kind].write_text(program(more))
        meter = open_meter().meter
        with Judge(challenge, meter=meter, sandbox=open_sandbox()) as one, keep.open("a") as file:
            number = 0
            while time.monotonic() < ends:
                kind = "more" if number % (TEAMS + 1) == TEAMS else "same"
                result = one.judge(solution(challenge, "c", sources[kind], id=f"{kind}-{number}"), lint=False)
                if result.state != JUDGED:
                    sys.exit(f"rejected: {result.reason} {result.log}")
                line = {
                    "kind": kind, "log_score": result.log_score, "log_error": result.log_error,
                    "precise": result.precise, "estimated": result.estimated,
                    "pairs": [[pair.submission.cpu_s, pair.reference.cpu_s] for pair in result.readings],
                }  # fmt: skip
                print(json.dumps(line), file=file, flush=True)
                number += 1


def show_boards(kept: Path) -> None:
    """Say how fair the boards are that were judged, and boards drawn from the same readings."""
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    judged = [result_of(line, number) for number, line in enumerate(lines)]
    same = [each for each, line in zip(judged, lines, strict=True) if line["kind"] == "same"]
    more = [each for each, line in zip(judged, lines, strict=True) if line["kind"] == "more"]
    print(f"{len(same)} judgements of one program, {len(more)} of one with {MORE_WORK - 1:.0%} more work")
    print(f"pairs: {mean([len(line['pairs']) for line in lines]):.1f} on average; as precise as wanted: "
          f"{mean([line['precise'] for line in lines]):.0%}")  # fmt: skip
    print(f"scores of the same: {spread(same):.2%} standard deviation, where the judge says "
          f"{mean([each.log_error or 0 for each in same]):.2%}; of the dearer: {middle_score(more):.3f}")  # fmt: skip
    boards = [same[at : at + TEAMS] for at in range(0, len(same) - TEAMS + 1, TEAMS)]
    tell("judged boards: all 20 in one group", [len(rank(board)) == 1 for board in boards])
    tell("judged boards: the dearer one told apart", [told_apart(*both) for both in zip(boards, more, strict=False)])
    draw = random.Random(1)
    if len(same) > TEAMS and more:
        chosen = [(draw.sample(same, TEAMS), draw.choice(more)) for _ in range(DRAWN)]
        tell("boards of judgements drawn: all 20 in one group", [len(rank(board)) == 1 for board, _ in chosen])
        tell("boards of judgements drawn: the dearer one told apart", [told_apart(*both) for both in chosen])
    pool = [pair for line in lines if line["kind"] == "same" for pair in line["pairs"]]
    made = [[judged_again(pool, draw, 1.0, f"same-{team}") for team in range(TEAMS)] for _ in range(DRAWN)]
    dearer = [judged_again(pool, draw, MORE_WORK, "more") for _ in range(DRAWN)]
    tell("boards of pairs drawn: all 20 in one group", [len(rank(board)) == 1 for board in made])
    tell(
        "boards of pairs drawn: the dearer one told apart",
        [told_apart(*both) for both in zip(made, dearer, strict=True)],
    )


def judged_again(pool: list[list[float]], draw: random.Random, more: float, name: str) -> Result:
    """A judgement whose pairs are drawn from all that were recorded, until the judge would stop."""
    pairs: list[Pair] = []
    while not enough(pairs, CPU_SECONDS, SCORING):
        of, by = draw.choice(pool)
        pairs.append(pair_of(of * more, by))
    return scored(tuple(pairs), name)


def told_apart(board: list[Result], dearer: Result) -> bool:
    """Whether the dearer program is in a group behind the first."""
    return dearer.submission not in {each.submission for each in rank([*board, dearer])[0].results}


def result_of(line: dict[str, Any], number: int) -> Result:
    """What the judge says of the pairs of one line."""
    return scored(tuple(pair_of(of, by) for of, by in line["pairs"]), f"{line['kind']}-{number}")


def scored(pairs: tuple[Pair, ...], name: str) -> Result:
    score = score_of(pairs, CPU_SECONDS, SCORING.precision)
    assert score is not None
    return Result(
        submission=name, challenge="numbers", team="", language="c", state=JUDGED, log_score=score.log_score,
        log_error=score.log_error, readings=pairs,
    )  # fmt: skip


def pair_of(of: float, by: float) -> Pair:
    return Pair(seed=0, reference_first=True, reference=measured(by), submission=measured(of))


def measured(cpu_s: float) -> Measured:
    return Measured(
        joules=None, total_j=None, idle_j=None, cpu_s=cpu_s, wall_s=cpu_s, busy_s=cpu_s, sandbox_s=0.0, exit_code=0,
        answer="",
    )  # fmt: skip


def spread(results: list[Result]) -> float:
    return statistics.stdev([each.log_score or 0.0 for each in results]) if len(results) > 1 else 0.0


def middle_score(results: list[Result]) -> float:
    return math.exp(mean([each.log_score or 0.0 for each in results]))


def mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


def tell(what: str, held: list[bool]) -> None:
    if not held:
        print(f"{what}: none")
        return
    low, high = rate_interval(sum(held), len(held))
    print(f"{what}: {sum(held)} of {len(held)} ({mean(held):.1%}; 95 %: {low:.1%} to {high:.1%})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    judging = commands.add_parser("judge")
    judging.add_argument("--minutes", type=float, default=30)
    judging.add_argument("--keep", type=Path, required=True)
    showing = commands.add_parser("boards")
    showing.add_argument("kept", type=Path)
    given = parser.parse_args()
    if given.command == "judge":
        judge_for(given.minutes, given.keep)
    else:
        show_boards(given.kept)

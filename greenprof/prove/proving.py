"""The story of a proof: copy the project, see what it burns, and try one fix after the other. Read this first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from greenprof.config import Config
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.prove import state as states
from greenprof.prove.nouns import KEPT, Asked, Candidate, Proof
from greenprof.prove.patch import patch_of
from greenprof.prove.project import Project, digest_of, files_of
from greenprof.prove.state import State
from greenprof.prove.trees import Trees, make_trees, remove_trees
from greenprof.prove.work import Say, Work, refuse


def prove(asked: Asked, config: Config, project: Project, say: Say) -> Proof:
    """Try the fixes that `asked` is about, dearest first, and keep those that save energy and change nothing else.

    The working tree is only read. How far it came is kept on disk, for `resume`, until the caller has the proof in
    safety and clears it. Raises GreenprofError.
    """
    folder, begun = states.folder_in(project.root), time.monotonic()
    with states.only_one(folder), _copies(asked, project, folder) as (trees, left_out):
        sources, notes = digest_of(project), list(left_out)
        if states.is_unfinished(folder):
            notes.append("an earlier proof was not finished; --resume would have gone on with it, this one began anew")
            states.clear(folder)
        work = Work(asked, config, project, trees, say)
        work.check_before()
        found = work.candidates()
        state = State(
            asked=asked, sources=sources, candidates=found.candidates, left=found.left, notes=tuple(notes),
            j_per_cpu_s=work.j_per_cpu_s, seconds=time.monotonic() - begun,
            started_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        )  # fmt: skip
        return _finish(work, state, folder)


def resume(config_of: Callable[[Asked], Config], project: Project, say: Say) -> Proof:
    """Go on with the proof that was interrupted. Raises GreenprofError where there is none, or it is of other code."""
    folder = states.folder_in(project.root)
    with states.only_one(folder):
        state = states.load(folder)
        if state is None:
            raise GreenprofError("there is no unfinished proof here; name what to prove", EXIT_USAGE)
        _check_same(state, project)
        with _copies(state.asked, project, folder) as (trees, _):
            work = Work(state.asked, config_of(state.asked), project, trees, say)
            work.check_before()
            work.j_per_cpu_s = state.j_per_cpu_s
            say(f"goes on after {len(state.trials)} of {len(state.candidates)} fixes")
            trees.state.become(state.kept)
            return _finish(work, state, folder)


def _finish(work: Work, state: State, folder: Path) -> Proof:
    """Try what is left to try; the state is on disk after each."""
    states.save(state, folder)
    while len(state.trials) < len(state.candidates):
        begun, number = time.monotonic(), len(state.trials)
        candidate = state.candidates[number]
        work.begin(f"fix {number + 1} of {len(state.candidates)}: {name_of(candidate)}")
        gone = tuple(one.candidate.key for one in state.trials if one.verdict == KEPT)
        trial, kept = work.trial_of(candidate, gone, state.kept)
        new = work.behind(candidate) if trial.verdict == KEPT else []
        seconds = time.monotonic() - begun
        state = replace(
            state,
            trials=(*state.trials, replace(trial, seconds=seconds)),
            candidates=(*state.candidates[: number + 1], *new, *state.candidates[number + 1 :]),
            kept=kept,
            seconds=state.seconds + seconds,
        )
        states.save(state, folder)
    together = work.together([one for one in state.trials if one.verdict == KEPT], state.kept)
    originals = work.before(state.kept)
    now = digest_of(work.project)
    changed = [path for path in state.kept if now.get(path) != state.sources.get(path)]
    notes = (f"{path} has changed while this ran: the patch is for what it was" for path in changed)
    return Proof(
        asked=state.asked,
        trials=state.trials,
        patch=patch_of(originals, state.kept),
        together=together,
        left=state.left,
        notes=(*state.notes, *notes),
        started_at=state.started_at,
        seconds=state.seconds,
        contents=state.kept,
        originals=originals,
    )


def name_of(candidate: Candidate) -> str:
    """``string-concat-in-loop shop.py:42``."""
    place = candidate.path if candidate.line is None else f"{candidate.path}:{candidate.line}"
    return f"{candidate.rule or candidate.message} {place}"


@contextmanager
def _copies(asked: Asked, project: Project, folder: Path) -> Iterator[tuple[Trees, tuple[str, ...]]]:
    """The trees while they are needed, and what they lack; those of a proof that was killed are removed first."""
    work = folder / "work"
    files = files_of(project)
    left_out = [path for path in files.too_large if not any(f"{path}/".startswith(f"{link}/") for link in asked.links)]
    notes = tuple(
        f"{path} is not in the copies that were run, for its size; --link {path} leads them to it" for path in left_out
    )
    try:
        yield make_trees(project, files, work, asked.links), notes
    finally:
        remove_trees(project, work)


def _check_same(state: State, project: Project) -> None:
    now = digest_of(project)
    changed = sorted(path for path in now.keys() | state.sources.keys() if now.get(path) != state.sources.get(path))
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        refuse(f"{changed[0]}{more} changed since the proof was interrupted: what it knows is stale; begin again")

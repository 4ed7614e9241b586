"""A judge of a challenge so small that a judgement takes a moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from double_challenge import Submit, submission, working, write_challenge

from greenprof.board.challenge import load
from greenprof.board.judge import Judge
from greenprof.board.model import Challenge, Result
from greenprof.board.sandbox import Sandbox
from greenprof.meters import open_meter


@pytest.fixture(scope="session")
def challenge(tmp_path_factory: pytest.TempPathFactory) -> Challenge:
    return load(write_challenge(tmp_path_factory.mktemp("challenges") / "double"))


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    return working("bubblewrap")


@pytest.fixture(scope="session")
def judge(challenge: Challenge, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    meter = open_meter("estimate").meter
    with Judge(challenge, meter=meter, sandbox=sandbox, lock=tmp_path_factory.mktemp("lock") / "lock") as one:
        yield one


@pytest.fixture(scope="session")
def hasty_judge(judge: Judge, challenge: Challenge, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory):
    """A judge that does not wait for long, for what never ends."""
    limits = replace(challenge.limits, wall_s=1.0, build_s=1.5)
    hasty = replace(challenge, limits=limits)
    with Judge(
        hasty, meter=open_meter("estimate").meter, sandbox=sandbox, lock=tmp_path_factory.mktemp("lock") / "lock"
    ) as one:
        yield one


def submit_to(judge: Judge) -> Submit:
    """How to have files judged, without the linter."""

    def judged(files: dict[str, str] | str, language: str = "python") -> Result:
        return judge.judge(submission(files, language), lint=False)

    return judged


@pytest.fixture
def submit(judge: Judge) -> Submit:
    return submit_to(judge)


@pytest.fixture
def submit_endless(hasty_judge: Judge) -> Submit:
    return submit_to(hasty_judge)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user can reach, as the sandbox has to; pytest's own are for its user alone."""
    with tempfile.TemporaryDirectory(prefix="greenprof-test-") as own:
        Path(own).chmod(0o755)
        yield Path(own)

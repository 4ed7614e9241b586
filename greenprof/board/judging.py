"""What the worker has in hand, to what the judge judges: unpacked, under the challenge that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from greenprof import __version__
from greenprof.board.archive import Refused, unpack
from greenprof.board.judge import Judge
from greenprof.board.model import REJECTED, Challenge, Result, Submission, digest_of

if TYPE_CHECKING:
    from greenprof.board.jobs import Job
    from greenprof.board.sandbox import Sandbox
    from greenprof.board.worker import Judge as JudgeJob
    from greenprof.meters import Meter


@contextmanager
def judging(challenges: Mapping[str, Challenge], meter: Meter, sandbox: Sandbox) -> Iterator[JudgeJob]:
    """A judge of all of them; a challenge's reference is built when it is first needed, and kept."""
    judges: dict[str, Judge] = {}
    with ExitStack() as closing:

        def judge(job: Job, challenge: Challenge) -> Result:
            submission = submission_of(job, challenge, sandbox)
            if isinstance(submission, Result):
                return submission
            if challenge.name not in judges:
                judges[challenge.name] = closing.enter_context(Judge(challenge, meter=meter, sandbox=sandbox))
            return judges[challenge.name].judge(submission)

        yield judge


def submission_of(job: Job, challenge: Challenge, sandbox: Sandbox) -> Submission | Result:
    """The submission of a job, or the result of one that cannot be unpacked: rejected, with the reason."""
    language = challenge.language(job.language)
    try:
        if language is None:
            raise Refused(f"this challenge does not take {job.language}")
        files = unpack(job.filename, job.body, language, challenge.limits, sandbox)
    except Refused as wrong:
        return Result(
            submission=job.uid, challenge=job.challenge, team=job.team, language=job.language, state=REJECTED,
            reason=str(wrong), challenge_digest=challenge.digest, greenprof=__version__,
        )  # fmt: skip
    return Submission(
        id=job.uid, team=job.team, challenge=job.challenge, language=job.language, files=files,
        digest=digest_of(job.language, files), received_at=job.received_at.isoformat(),
    )  # fmt: skip

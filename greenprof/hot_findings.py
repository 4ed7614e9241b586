"""Pure: which findings a run shows to matter, so that they are told however little their source shows."""

from __future__ import annotations

from collections.abc import Iterable

from greenprof.grades import is_confident
from greenprof.model import Finding
from greenprof.query_use import MANY
from greenprof.settle import Amounts
from greenprof.stats import share_margin

LEAST_SHARE = 0.01  # of the program's joules: less is not worth a finding that nothing else speaks for


def is_hot(used: Amounts, cost: str, process_j: float, waiting_j: float, samples: int) -> bool:
    """Whether the lines of a finding have burned a share of the joules that matters.

    That is `LEAST_SHARE` or more, and more than the share's own margin: what so few of all `samples` show is not to be
    told from nothing. The joules are those of work, of the program's `process_j`; and where what is repeated may
    be waited for, those that passed meanwhile too, of them and all `waiting_j`.
    """
    shares = [(used.joules, process_j)]
    if cost != "cpu":
        shares.append((used.joules + used.idle_j, process_j + waiting_j))
    return any(_matters(part / whole, samples) for part, whole in shares if whole > 0)


def worth_telling(findings: Iterable[Finding], min_confidence: str) -> tuple[Finding, ...]:
    """The findings that are sure enough, and those of the others that a run speaks for.

    It does so where their lines are hot, or where their statement was sent again and again, as they say.
    """
    return tuple(one for one in findings if is_confident(one.confidence, min_confidence) or _is_seen(one))


def _matters(share: float, samples: int) -> bool:
    margin = share_margin(share, samples)
    return share >= LEAST_SHARE and margin is not None and share > margin


def _is_seen(finding: Finding) -> bool:
    return bool(finding.hot) or (bool(finding.confirmed) and (finding.executions or 0) >= MANY)

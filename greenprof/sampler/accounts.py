"""Pure: which CPU time of a process is on stacks already, and where the rest of it belongs.

The process tree knows how much each process has used, to the microsecond; the sampler places what it sees on stacks.
What is not seen must not vanish, and nothing may be booked twice: a shell that becomes a Python has used some time
as a shell; a forked Python that becomes gzip goes on as gzip; one that has ended used a little since the last look.
"""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from greenprof.member import Spent
from greenprof.sampler.process import StackSample

_REST_S = 0.03  # what a process may have used since the last look, and the lag of the clocks
FOREIGN_S = 0.01  # what a process has used and no stack has: from so much on it is asked for threads without Python
_KEPT_WINDOWS = 10  # the account of a process that has ended, for what is told late


@dataclass(slots=True)
class _Account:
    command: tuple[str, ...] = ()
    spent_s: float = 0.0
    settled_s: float = 0.0  # placed on stacks, or given to its command
    last: list[StackSample] = field(default_factory=list)  # the stacks that used CPU time, when they were seen last
    waited: list[StackSample] = field(default_factory=list)  # those it waited in, in a window in which none used any
    rest_s: float = _REST_S  # the most that is still put on those stacks when it has ended
    runs_another: bool = False
    windows_since_end: int = 0

    @property
    def due_s(self) -> float:
        return max(0.0, self.spent_s - self.settled_s)


class Accounts:
    """The accounts of all processes of the tree: `spend`, `place`, then `settle` once a window."""

    def __init__(self) -> None:
        self._accounts: dict[int, _Account] = {}
        self.unseen = 0  # Pythons that ended before they were seen at work
        self.unseen_s = 0.0

    def due_s(self, pid: int) -> float:
        """What `pid` has spent and is neither on a stack nor under its command."""
        return self._accounts[pid].due_s if pid in self._accounts else 0.0

    def spend(self, spent: Spent) -> None:
        """Note what a process has used."""
        account = self._of(spent.pid)
        account.command = spent.command or account.command
        account.spent_s += spent.cpu_s

    def begin(self, pid: int, before_s: float = 0.0) -> float:
        """`pid` is sampled from now on; of what it spends in all, the first `before_s` are not to be placed.

        Returns the part of them that was not placed before.
        """
        account = self._of(pid)
        account.runs_another, account.rest_s = False, _REST_S
        new_s = max(0.0, before_s - account.settled_s)
        account.settled_s += new_s
        return new_s

    def place(self, pid: int, samples: Sequence[StackSample], apart_s: float = 0.0) -> None:
        """Note what was placed on stacks, and what was told apart from them."""
        account = self._of(pid)
        ran = [sample for sample in samples if sample.cpu_s > 0]
        account.settled_s += sum(sample.cpu_s for sample in ran) + apart_s
        account.last = ran or account.last
        account.waited = [] if ran else [sample for sample in samples if sample.wait_s > 0]

    def place_foreign(self, pid: int, cpu_s: float) -> list[StackSample]:
        """Put CPU time of threads that run no Python on the stacks that ran in this window, else those that waited.

        These called the library that shared out its work among threads of its own. It is no more than what is due.
        """
        account = self._of(pid)
        samples = _share(min(cpu_s, account.due_s), account.waited or account.last)
        account.settled_s += sum(sample.cpu_s for sample in samples)
        return samples

    def end(self, pid: int, unseen_s: float) -> None:
        """`pid` is not sampled any more, and was looked at last `unseen_s` ago."""
        self._of(pid).rest_s = unseen_s + _REST_S

    def settle(
        self, sampled: Container[int], expected: Container[int], others: Container[int]
    ) -> tuple[list[StackSample], list[Spent]]:
        """What is due, at the end of a window: on the stacks of processes that have ended, and on commands.

        Held back is what is due of those who are `sampled` and those who are `expected` to be soon; what `others` used,
        who run something else, goes to their commands. Everybody else has ended: the rest goes to the stacks on which
        the process was seen last, as far as it can have been used since then (and not by a thread that is none of
        Python's); if it was never seen on a stack, to its command.
        """
        rests: list[StackSample] = []
        commands: list[Spent] = []
        for pid, account in list(self._accounts.items()):
            due_s = account.due_s
            if pid in sampled:
                if account.last:
                    account.settled_s += max(0.0, due_s - _REST_S)
                continue
            if pid in expected:
                continue
            ended = pid not in others
            account.runs_another |= not ended
            if due_s > 0:
                account.settled_s = account.spent_s
                if ended and account.last and not account.runs_another:
                    part_s = min(due_s, account.rest_s)
                    account.rest_s -= part_s
                    rests += _share(part_s, account.last)
                else:
                    commands.append(Spent(pid, account.command, due_s))
                    self._note_unseen(account, due_s)
            if ended:
                account.windows_since_end += 1
                if account.windows_since_end > _KEPT_WINDOWS:
                    del self._accounts[pid]
        return rests, commands

    def _note_unseen(self, account: _Account, cpu_s: float) -> None:
        named_python = account.command and os.path.basename(account.command[0]).startswith("python")  # noqa: PTH119
        if named_python and not account.runs_another:
            self.unseen += account.windows_since_end == 0
            self.unseen_s += cpu_s

    def _of(self, pid: int) -> _Account:
        account = self._accounts.get(pid)
        if account is None:
            account = self._accounts[pid] = _Account()
        return account


def _share(cpu_s: float, samples: Sequence[StackSample]) -> list[StackSample]:
    """`cpu_s` divided over these stacks as their own CPU time is, or their waiting if they have none."""
    weights = [sample.cpu_s for sample in samples]
    if not any(weights):
        weights = [sample.wait_s for sample in samples]
    return [
        replace(sample, cpu_s=cpu_s * weight / sum(weights), wait_s=0.0, count=0)
        for sample, weight in zip(samples, weights, strict=True)
    ]

"""Whose joules they are: a bounded number of groups, each with a counter that never goes down.

    above    = joules of the machine - idle watts × time                     (all of them where idle is unknown)
    a group  = above × its CPU time ÷ busy CPU time of the machine
    unseen   = above - all groups: interrupts, and processes that came and went between two looks

At most so many groups are shown; what the others use is in ``(other)``. A group gets a place when there is one, or
when it is twice as hot as the coolest of those that have one. Then that one's series ends, and its joules are in
``forgotten_j`` so that the books still close: to put them into ``(other)`` would show a leap there that nobody drew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from greenprof.monitor.system import Group

OTHER = Group("(other)")
UNSEEN = Group("(unseen)")

_COOLING_S = 60.0  # how soon a group that does nothing cools by e
_STAYS_S = 60.0  # at least: its counter is to be seen once more
_HOTTER = 2.0
_LEAST_W = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of time that ends now: ``now_s`` only grows, ``wall_s`` is the time since 1970."""

    elapsed_s: float
    now_s: float
    wall_s: float


@dataclass(slots=True)
class Account:
    """What a group has used since ``created_s`` (1970), and how hot it is: watts, weighed by how long ago they were."""

    created_s: float
    shown_since_s: float
    joules: float = 0.0
    cpu_s: float = 0.0
    watts: float = 0.0
    heat: float = 0.0
    heat_at_s: float = 0.0

    def warm(self, watts: float, span: Span) -> None:
        """It drew `watts` over this span."""
        kept = math.exp(-span.elapsed_s / _COOLING_S)
        self.heat = self.heat_now(span.now_s - span.elapsed_s) * kept + watts * (1 - kept)
        self.heat_at_s = span.now_s

    def heat_now(self, now_s: float) -> float:
        """How hot it is by now."""
        return self.heat * math.exp(-max(0.0, now_s - self.heat_at_s) / _COOLING_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """CPU seconds by group, with what nobody was seen to use, and how much busy time is still unexplained."""

    cpu_s: Mapping[Group, float]
    unseen_s: float
    debt_s: float


def shares(
    own_s: Mapping[Group, float], told_s: Mapping[Group, float], busy_s: float, debt_s: float, cpus: int
) -> Shares:
    """Divide the machine's busy time over groups.

    Clocks of processes are exact, the machine's busy time comes in steps of 10 ms a CPU: what it shows beyond the
    clocks is carried on (`debt_s`) and only taken as unseen once the sum of both is beyond. Nobody is told more
    children's time than that.
    """
    seen_s = sum(own_s.values())
    debt_s = max(debt_s + busy_s - seen_s, -0.02 * cpus - 0.1)
    spare_s = max(0.0, debt_s)
    children_s = sum(told_s.values())
    part = min(1.0, spare_s / children_s) if children_s > 0 else 0.0
    cpu_s = dict(own_s)
    if part > 0:
        for group, seconds in told_s.items():
            cpu_s[group] = cpu_s.get(group, 0.0) + seconds * part
    return Shares(cpu_s=cpu_s, unseen_s=max(0.0, spare_s - children_s * part), debt_s=debt_s - spare_s)


class Ledger:
    """The books of a host."""

    def __init__(self, most_groups: int, began_s: float) -> None:
        self._most = most_groups
        self._began_s = began_s
        self.shown: dict[Group, Account] = {}
        self.other = Account(created_s=began_s, shown_since_s=0.0)
        self.unseen = Account(created_s=began_s, shown_since_s=0.0)
        self.idle_j = self.forgotten_j = self.forgotten_cpu_s = 0.0
        self._waiting: dict[Group, Account] = {}

    def book(self, joules: float, idle_j: float, used: Shares, span: Span) -> None:
        """Book what the machine drew in a span of time, of which `idle_j` it would have drawn anyway."""
        above_j, elapsed_s = joules - idle_j, span.elapsed_s
        self.idle_j += idle_j
        busy_s = sum(used.cpu_s.values()) + used.unseen_s
        per_s = above_j / busy_s if busy_s > 0 else 0.0
        for account in (*self.shown.values(), self.other):
            account.watts = 0.0
        for group, cpu_s in used.cpu_s.items():
            watts = cpu_s * per_s / elapsed_s
            account = self._account(group, watts, span)
            account.joules += cpu_s * per_s
            account.cpu_s += cpu_s
            account.watts += watts
            if account is not self.other:
                account.warm(watts, span)
        unseen_j = used.unseen_s * per_s if busy_s > 0 else above_j
        self.unseen.joules += unseen_j
        self.unseen.cpu_s += used.unseen_s
        self.unseen.watts = unseen_j / elapsed_s
        self._exchange(span)

    def rows(self) -> list[tuple[Group, Account]]:
        """Every group that is shown, and the two that stand for the rest."""
        return [*self.shown.items(), (OTHER, self.other), (UNSEEN, self.unseen)]

    def _account(self, group: Group, watts: float, span: Span) -> Account:
        account = self.shown.get(group)
        if account is not None:
            return account
        if group in (OTHER, UNSEEN):  # a process may call itself so
            return self.other
        if len(self.shown) < self._most:
            self._waiting.pop(group, None)
            account = self.shown[group] = Account(created_s=span.wall_s - span.elapsed_s, shown_since_s=span.now_s)
            return account
        waiting = self._waiting.get(group)
        if waiting is None:
            waiting = self._waiting[group] = Account(created_s=span.wall_s, shown_since_s=span.now_s)
        waiting.warm(watts, span)
        return self.other

    def _exchange(self, span: Span) -> None:
        """Let the hottest that has no place have that of the coolest, if that is worth it."""
        if not self._waiting:
            return
        now_s = span.now_s
        hottest = max(self._waiting, key=lambda group: self._waiting[group].heat_now(now_s))
        coolest = min(self.shown, key=lambda group: self.shown[group].heat_now(now_s), default=None)
        if coolest is not None:
            account = self.shown[coolest]
            heat = self._waiting[hottest].heat_now(now_s)
            stayed = now_s - account.shown_since_s >= _STAYS_S
            if stayed and heat > max(_LEAST_W, _HOTTER * account.heat_now(now_s)):
                del self.shown[coolest]
                self.forgotten_j += account.joules
                self.forgotten_cpu_s += account.cpu_s
                warm = self._waiting.pop(hottest)
                self.shown[hottest] = Account(
                    created_s=span.wall_s, shown_since_s=now_s, heat=warm.heat, heat_at_s=warm.heat_at_s
                )
        if len(self._waiting) > 4 * self._most:
            by_heat = sorted(self._waiting, key=lambda group: self._waiting[group].heat_now(now_s))
            for group in by_heat[: len(by_heat) // 2]:
                del self._waiting[group]

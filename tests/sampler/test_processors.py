"""The sampler keeps off the processors of the program, but goes only where nothing else runs."""

import os

import pytest

from greenprof.sampler import processors
from greenprof.sampler.processors import Elbowroom, own_processor


class Machine:
    """Four processors; `idle` are those that do nothing as time goes on, `moves` where the sampler went."""

    def __init__(self):
        self.now_s, self.idle, self.moves = 100.0, set(), []
        self.ticks = dict.fromkeys(range(4), 0.0)

    def pass_time(self, seconds):
        self.now_s += seconds
        for number in self.idle:
            self.ticks[number] += seconds * 100


@pytest.fixture
def machine(monkeypatch):
    made = Machine()
    monkeypatch.setattr(processors, "_idle_ticks", lambda: {n: int(ticks) for n, ticks in made.ticks.items()})
    monkeypatch.setattr(processors, "tick_s", lambda: 0.01)
    monkeypatch.setattr(processors.time, "monotonic", lambda: made.now_s)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda pid, to: made.moves.append(set(to)), raising=False)
    return made


def test_it_moves_to_an_idle_processor(machine):
    room = Elbowroom()
    machine.idle = {2, 3}
    machine.pass_time(0.2)
    room.keep_off({0, 2})
    assert machine.moves == [{3}]


@pytest.mark.parametrize("idle", [set(), {1}])
def test_it_stays_where_no_other_is_idle(machine, idle):
    room = Elbowroom()
    for _ in range(20):
        machine.idle = idle
        machine.pass_time(0.2)
        room.keep_off({0, 1})
        room.reconsider()
    assert machine.moves == []


def test_it_goes_back_when_others_come(machine):
    room = Elbowroom()
    machine.idle = {1, 2, 3}
    machine.pass_time(0.2)
    room.keep_off({0})
    machine.idle = set()
    for _ in range(10):
        machine.pass_time(0.1)
        room.reconsider()
    assert machine.moves == [{1, 2, 3}, {0, 1, 2, 3}]


def test_it_does_not_look_at_every_tick(machine, monkeypatch):
    room = Elbowroom()
    looks = []
    monkeypatch.setattr(processors, "_idle_ticks", lambda: looks.append(1) or {})
    for _ in range(100):
        machine.pass_time(0.01)
        room.keep_off({0})
    assert len(looks) <= 10


def test_in_the_end_it_is_where_it_was(machine):
    room = Elbowroom()
    machine.idle = {3}
    machine.pass_time(0.2)
    room.keep_off({0})
    room.restore()
    assert machine.moves == [{3}, {0, 1, 2, 3}]


def test_the_real_machine_tells_its_idle_time():
    ticks = processors._idle_ticks()
    assert len(ticks) >= 1
    assert own_processor() in ticks
    assert all(number >= 0 for number in ticks.values())

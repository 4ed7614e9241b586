"""Every run of a function, a coroutine, a generator."""

from __future__ import annotations

import asyncio

import pytest

import greenprof
from greenprof.errors import GreenprofError


def test_every_run_of_a_function_and_of_a_method(machine):
    meter, clock, _ = machine(watts=10.0)
    seen = []

    class Shop:
        @greenprof.measured(meter=meter, keep=2, on_result=seen.append)
        def load(self, seconds, *, fail=False):
            """Load."""
            clock.sleep(seconds)
            if fail:
                raise ValueError("no")
            return seconds

    shop = Shop()
    assert [shop.load(seconds) for seconds in (1, 2, 3)] == [1, 2, 3]
    with pytest.raises(ValueError, match="no"):
        shop.load(4, fail=True)
    assert [m.energy_j for m in seen] == pytest.approx([10, 20, 30, 40], abs=1e-5)
    assert list(Shop.load.measurements) == seen[-2:]
    assert Shop.load.__doc__ == "Load."
    assert seen[0].name.endswith("Shop.load")


def test_the_bare_decorator_measures_with_what_is_here(spin):
    @greenprof.measured
    def work():
        spin(0.03)
        return 7

    assert work() == 7
    (m,) = work.measurements
    assert m.energy_j is None or m.energy_j > 0
    assert m.duration_s >= 0.03


def test_recursion_measures_each_call(machine):
    meter, clock, _ = machine(watts=10.0)

    @greenprof.measured(meter=meter)
    def down(n):
        clock.sleep(1)
        return n and down(n - 1)

    down(2)
    assert [m.energy_j for m in down.measurements] == pytest.approx([10, 20, 30], abs=1e-5)


def test_coroutines_run_side_by_side(machine):
    meter, clock, _ = machine(watts=10.0)

    @greenprof.measured(meter=meter)
    async def fetch(seconds):
        await asyncio.sleep(0)
        clock.sleep(seconds)
        return seconds

    async def both():
        return await asyncio.gather(fetch(1), fetch(2))

    assert asyncio.run(both()) == [1, 2]
    assert [m.energy_j for m in fetch.measurements] == pytest.approx([10, 30], abs=1e-5)  # both waited for the first


def test_a_generator_is_measured_while_it_runs_only(machine):
    meter, clock, _ = machine(watts=10.0)

    @greenprof.measured(meter=meter)
    def rows():
        got = []
        for n in range(3):
            clock.sleep(1)
            try:
                got.append((yield n))
            except KeyError:
                got.append("thrown")
        return got

    def consume():
        return (yield from rows())

    runner = consume()
    assert next(runner) == 0
    clock.sleep(100)
    assert runner.send("a") == 1
    clock.sleep(100)
    assert runner.throw(KeyError("x")) == 2
    with pytest.raises(StopIteration) as end:
        runner.send("c")
    assert end.value.value == ["a", "thrown", "c"]
    (m,) = rows.measurements
    assert m.energy_j == pytest.approx(30, abs=1e-5)
    assert m.duration_s == pytest.approx(3)

    abandoned = rows()
    next(abandoned)
    clock.sleep(100)
    abandoned.close()
    assert rows.measurements[-1].energy_j == pytest.approx(10, abs=1e-5)
    rows().close()  # never begun: nothing to measure
    assert len(rows.measurements) == 2


def test_an_asynchronous_generator_is_measured_while_it_runs_only(machine):
    meter, clock, _ = machine(watts=10.0)
    closed = []

    @greenprof.measured(meter=meter)
    async def rows():
        try:
            for n in range(3):
                clock.sleep(1)
                yield n
        finally:
            closed.append(True)

    async def consume():
        async for n in rows():
            clock.sleep(100)
            assert n < 3
        some = rows()
        assert await anext(some) == 0
        with pytest.raises(KeyError):
            await some.athrow(KeyError("x"))

    asyncio.run(consume())
    assert [m.energy_j for m in rows.measurements] == pytest.approx([30, 10], abs=1e-5)
    assert closed == [True, True]


def test_decorating_what_is_no_function_says_how(spin):
    with pytest.raises(GreenprofError, match="below @classmethod"):
        greenprof.measured(classmethod(spin))
    with pytest.raises(GreenprofError, match="0 or more"):
        greenprof.measured(keep=-1)(spin)

"""Bytecodes are counted one by one, alike from call to call and beside other tools; 3.11 says that it cannot."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.budgets import BYTECODES, judge, parse_budget
from greenprof.errors import GreenprofError
from greenprof.own_code import OWN, level_of
from greenprof.proxies import Count, bytecodes, grown

counts_here = pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring begins with Python 3.12")


def add_up(numbers: int) -> int:
    total = 0
    for number in range(numbers):
        total += number
    return total


def once(call: Callable[[], object]) -> int:
    found = bytecodes.count(call).interval
    assert found[0] == found[1]
    return found[0]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python 3.12 counts")
def test_python_3_11_says_politely_that_it_cannot() -> None:
    with pytest.raises(GreenprofError, match=r"begins with Python 3.12; this is 3.11: run the tests on 3.12, or"):
        bytecodes.count(int)


@counts_here
def test_every_turn_of_a_loop_counts_the_same() -> None:
    none, one, two, many = (once(lambda n=n: add_up(n)) for n in (0, 1, 2, 1000))
    assert two - one == one - none > 0
    assert many - none == 1000 * (one - none)


@counts_here
def test_the_counting_itself_is_not_counted() -> None:
    assert once(int) <= 2
    with bytecodes.Bytecodes() as counted:
        pass
    assert counted.count is not None
    assert counted.count <= 3


@counts_here
@given(st.integers(0, 300), st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_a_count_comes_out_alike_each_time(numbers: int, times: int) -> None:
    assert len(set(bytecodes.count(lambda: add_up(numbers), repeats=times + 1).counts)) == 1


def several_threads() -> None:
    threads = [threading.Thread(target=add_up, args=(500,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def with_an_error_inside() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise LookupError

    with pytest.raises(LookupError):
        list(numbers())


async def coroutines() -> list[int]:
    async def one(number: int) -> int:
        await asyncio.sleep(0)
        return number

    return [await one(number) for number in range(3)]


@counts_here
@pytest.mark.parametrize(
    "work",
    [several_threads, with_an_error_inside, lambda: asyncio.run(coroutines())],
    ids=["threads", "error", "async"],
)
def test_threads_generators_and_coroutines_are_constant_too(work: Callable[[], object]) -> None:
    for _ in range(2):
        work()
    assert len(set(bytecodes.count(work, repeats=10).counts)) == 1


@counts_here
def test_what_other_threads_do_meanwhile_counts() -> None:
    assert once(several_threads) > 4 * once(lambda: add_up(500))


@counts_here
def test_an_error_goes_through_and_leaves_everything_as_it_was() -> None:
    places = [sys.monitoring.get_tool(place) for place in range(6)]
    with pytest.raises(ZeroDivisionError):
        bytecodes.count(lambda: 1 // 0)
    assert [sys.monitoring.get_tool(place) for place in range(6)] == places
    assert gc.isenabled()


@counts_here
def test_garbage_is_not_collected_meanwhile_and_a_disabled_collector_stays_so() -> None:
    seen = []
    bytecodes.count(lambda: seen.append(gc.isenabled()))
    assert set(seen) == {False}
    gc.disable()
    try:
        bytecodes.count(int)
        assert not gc.isenabled()
    finally:
        gc.enable()


@counts_here
def test_own_code_counts_without_the_libraries_that_it_calls() -> None:
    import textwrap

    def work() -> str:
        return textwrap.fill("a word " * 50)

    work()
    every = once(work)
    own = bytecodes.count(work, own=lambda path: level_of(path) == OWN, repeats=3).interval
    assert own[0] == own[1] < 30 < 500 < every
    assert once(work) == every, "counting own code leaves other code countable"


@contextmanager
def places_taken(*places: int) -> Iterator[None]:
    with ExitStack() as stack:
        for place in places:
            if sys.monitoring.get_tool(place) is None:
                sys.monitoring.use_tool_id(place, f"tool-{place}")
                stack.callback(sys.monitoring.free_tool_id, place)
        yield


@counts_here
def test_a_place_that_another_tool_holds_is_left_to_it() -> None:
    expected = once(lambda: add_up(10))
    with places_taken(3, 4, 5):
        assert once(lambda: add_up(10)) == expected
        assert sys.monitoring.get_tool(4) == "tool-4"


@counts_here
def test_without_a_free_place_the_holders_are_named() -> None:
    with places_taken(*range(6)), pytest.raises(GreenprofError, match=r"hold all places of sys.monitoring \(.*tool-4"):
        bytecodes.count(int)


@counts_here
def test_another_tool_that_watches_does_not_change_the_number() -> None:
    expected = once(lambda: add_up(50))
    events = sys.monitoring.events
    with places_taken(2):
        sys.monitoring.register_callback(2, events.LINE, lambda _code, _line: add_up(2))
        sys.monitoring.set_events(2, events.LINE)
        try:
            assert once(lambda: add_up(50)) == expected
        finally:
            sys.monitoring.set_events(2, 0)
            sys.monitoring.register_callback(2, events.LINE, None)


@counts_here
def test_a_trace_function_does_not_change_the_number() -> None:
    expected = once(lambda: add_up(50))
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        assert once(lambda: add_up(50)) == expected
    finally:
        sys.settrace(before)


@counts_here
def test_no_alarm_in_200_decisions_and_half_a_percent_is_found() -> None:
    before = bytecodes.count(lambda: add_up(400))
    alarms = sum(grown(before, bytecodes.count(lambda: add_up(400)), 0.002) != "kept" for _ in range(200))
    assert alarms == 0
    assert grown(before, bytecodes.count(lambda: add_up(402)), 0.002) == "over"


def counted(*counts: int) -> Count:
    return Count(quantity=BYTECODES, counts=counts)


def test_growth_is_told_where_the_calls_agree() -> None:
    assert grown(counted(1000), counted(1002), 0.002) == "kept"
    assert grown(counted(1000), counted(1003), 0.002) == "over"
    assert grown(counted(1000), counted(500), 0.002) == "kept"
    assert grown(counted(990, 1010), counted(990, 1010), 0.002) == "kept"
    assert grown(counted(990, 1010), counted(991, 1010), 0.002) == "kept"
    assert grown(counted(990, 1010), counted(1000, 1010), 0.002) == "cannot tell"
    assert grown(counted(990, 1010), counted(1000, 1011), 0.002) == "over"


def test_a_count_is_held_to_a_budget_by_its_least_and_its_most() -> None:
    budget = parse_budget("1000 bytecodes")
    for counts, verdict in (((990, 1000), "kept"), ((990, 1001), "cannot tell"), ((1001, 1100), "over")):
        count = counted(*counts)
        assert judge(budget, count.value, count.interval).verdict == verdict


def test_two_quantities_are_not_compared() -> None:
    from greenprof.budgets import INSTRUCTIONS

    with pytest.raises(ValueError, match="bytecodes and instructions cannot be compared"):
        grown(counted(1), Count(quantity=INSTRUCTIONS, counts=(1,)), 0.0)

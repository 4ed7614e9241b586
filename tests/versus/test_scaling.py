"""How a cost grows: never a wrong name, and the right one where the costs show it."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.versus.cases import sizes, values
from greenprof.versus.scaling import growth

ORDERS: dict[str, Callable[[float], float]] = {
    "log n": math.log,
    "n": lambda n: n,
    "n log n": lambda n: n * math.log(n),
    "n²": lambda n: n**2,
    "n³": lambda n: n**3,
}
SIZES = (100.0, 300.0, 1000.0, 3000.0, 10_000.0)


def costs(
    f: Callable[[float], float], at: tuple[float, ...], noise: float, start: float, seed: int
) -> list[list[float]]:
    chance = random.Random(seed)
    most = f(at[-1])
    return [[(start + f(n) / most) * math.exp(chance.gauss(0, noise)) for _ in range(8)] for n in at]


@pytest.mark.parametrize("order", ORDERS)
def test_each_order_is_named(order: str) -> None:
    for seed in range(20):
        made = growth("x", "n", SIZES, costs(ORDERS[order], SIZES, 0.01, 0.02, seed))
        assert made.order == order, made
        assert made.fits[0].order == order
        assert made.fits[0].deviation < 0.03


@pytest.mark.parametrize("noise", [0.02, 0.1])
@pytest.mark.parametrize("start", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("at", [(1e3, 1e4, 1e5), (1e3, 2e3, 4e3, 8e3), SIZES])
def test_no_order_is_named_that_is_not_the_one(noise: float, start: float, at: tuple[float, ...]) -> None:
    told: Counter[bool] = Counter()
    for order, f in ORDERS.items():
        for seed in range(20):
            made = growth("x", "n", at, costs(f, at, noise, start, seed))
            # What hardly grows beside its start-up is as good as constant, to within the noise.
            hidden = made.order == "constant" and (start >= 2 or noise >= 0.1)
            told[made.order in {order, None} or hidden] += 1
    assert told[False] == 0, told


def test_what_does_not_grow_is_constant() -> None:
    for seed in range(50):
        chance = random.Random(seed)
        made = growth("x", "n", SIZES, [[math.exp(chance.gauss(0, 0.02)) for _ in range(8)] for _ in SIZES])
        assert made.order in {"constant", None}


def test_doubling_with_each_step_is_exponential() -> None:
    at = (10.0, 12.0, 14.0, 16.0, 18.0, 20.0)
    for seed in range(10):
        made = growth("x", "n", at, costs(lambda n: 2**n, at, 0.01, 0.01, seed))
        assert made.order == "exponential", made


def test_the_nearest_orders_are_told_apart_or_refused() -> None:
    at = (1000.0, 2000.0, 4000.0)
    made = growth("x", "n", at, costs(ORDERS["n"], at, 0.1, 0.3, 1))
    assert made.order is None
    assert "cannot be told apart" in made.why
    assert {fit.order for fit in made.fits} >= {"constant", "n", "n²"}


def test_what_no_order_describes_has_no_name() -> None:
    made = growth("x", "n", SIZES, [[one] * 5 for one in (1.0, 9.0, 2.0, 30.0, 3.0)])
    assert (made.order, made.why) == (None, "no order describes the costs")


@settings(max_examples=50)
@given(low=st.integers(-1000, 1000), count=st.integers(1, 100), step=st.integers(1, 50))
def test_a_range_has_all_its_values(low: int, count: int, step: int) -> None:
    high = low + (count - 1) * step
    assert [int(value) for value in values("n", f"{low}..{high}:{step}")] == list(range(low, high + 1, step))


def test_ranges_and_lists() -> None:
    assert values("n", "1..1000*10") == ("1", "10", "100", "1000")
    assert values("n", "0..1:0.25") == ("0", "0.25", "0.5", "0.75", "1")
    assert values("n", "gcc, clang") == ("gcc", "clang")
    assert values("n", "../a,1.5") == ("../a", "1.5")
    assert sizes("n=1e3,100,10") == ("n", ("10", "100", "1e3"))

"""The fixture ``energy``: a call, a block, or what is awaited, measured within a test."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Protocol, SupportsIndex, TypeVar, cast

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.pytest_plugin.rounds import Plan, Span, rounds, series

if TYPE_CHECKING:
    from greenprof.measuring.shared import SharedMeter
    from greenprof.measuring.tally import Tally
    from greenprof.pytest_plugin.counted import Counting
    from greenprof.pytest_plugin.result import Mode, Round, Series
    from greenprof.pytest_plugin.statements import Sender, Statements
    from greenprof.pytest_plugin.turns import Turns

R = TypeVar("R")


class Watch(Protocol):
    """What looks where the energy of a test goes, beside the measuring."""

    def span_comes(self) -> None:
        """A span that cannot be repeated is about to be measured."""

    def span_begins(self) -> None:
        """The meter has been read, and the work begins."""

    def span_ends(self) -> None:
        """The work is over, and the meter is about to be read."""

    def measured(self, series: Series, again: Callable[[], object] | None) -> None:
        """A test was measured; `again` repeats what was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a test is measured with; ``shared``, the meter, is None where nothing is to be measured."""

    shared: SharedMeter | None
    plan: Plan
    turns: Turns
    watch: Watch
    statements: Statements | None = None
    counting: Counting | None = None
    in_turn: bool = True


class Energy:
    """Measures within one test; ``result`` is what was measured, None until then.

    ``units`` says how many of what the budget is per (``per="request"``) one call or one block does. ``extra_info`` is
    kept with the result.
    """

    def __init__(self, bench: Bench) -> None:
        self.result: Series | None = None
        self._units = 1
        self._extra_info: dict[str, Any] = {}
        self._bench = bench
        self._mode: Mode | None = None
        self._found: list[tuple[Round, Tally]] = []
        self.senders: Sequence[Sender] = ()  # of one call, or of the last block
        self._queries: list[float] = []
        self._span: Span | None = None
        self._depth = 0

    @property
    def units(self) -> int:
        """How many of what the budget is per one call or one block does."""
        return self._units

    @units.setter
    def units(self, number: int) -> None:
        __tracebackhide__ = True
        if not isinstance(number, SupportsIndex) or isinstance(number, bool) or number.__index__() < 1:
            raise _wrong(f"energy.units is a whole number from 1, not {number!r}")
        self._units = number.__index__()

    @property
    def extra_info(self) -> dict[str, Any]:
        """What is kept with the result."""
        return self._extra_info

    @extra_info.setter
    def extra_info(self, values: dict[str, Any]) -> None:
        __tracebackhide__ = True
        if not isinstance(values, dict):
            raise _wrong(f"energy.extra_info is a dict, not {_kind(values)}")
        self._extra_info = values

    def __repr__(self) -> str:
        return f"<energy of {'nothing yet' if self._mode is None else 'a ' + self._mode.removesuffix('s')}>"

    def __call__(self, function: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
        """Call ``function(*args, **kwargs)`` in rounds until the meter can tell, and give what it returned last."""
        __tracebackhide__ = True
        _check(function, "energy(f, x)")
        return self._repeat(functools.partial(function, *args, **kwargs), self._bench.plan)

    def pedantic(  # noqa: PLR0917 (as pytest-benchmark has it)
        self,
        target: Callable[..., R],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> R:
        """Call `target` in exactly so many rounds of so many calls.

        `setup` is called before each round, unmeasured; it may return the arguments, as ``(args, kwargs)``. Then there
        is one call in a round.
        """
        __tracebackhide__ = True
        _check(target, "energy.pedantic(f, args=(x,))")
        for name, number, least in (
            ("rounds", rounds, 1),
            ("iterations", iterations, 1),
            ("warmup_rounds", warmup_rounds, 0),
        ):
            if not isinstance(number, int) or number < least:
                raise _wrong(f"energy.pedantic: {name} is a whole number from {least}, not {number!r}")
        if setup is not None and iterations != 1:
            raise _wrong("energy.pedantic: with a setup there is one call in a round: leave out iterations")
        prepared = _Prepared(target, tuple(args), dict(kwargs or {}), setup)
        plan = Plan(
            min_rounds=rounds, max_time_s=0.0, min_time_s=None, iterations=iterations, warmup_rounds=warmup_rounds
        )
        return self._repeat(prepared.call, plan, prepared.prepare)

    async def aio(self, function: Callable[..., Awaitable[R]], /, *args: Any, **kwargs: Any) -> R:
        """Await ``function(*args, **kwargs)`` in rounds, as calling the fixture does for a plain function."""
        __tracebackhide__ = True
        if not callable(function):
            if inspect.iscoroutine(function):
                function.close()
            raise _wrong(f"energy.aio needs a coroutine function, not {_kind(function)}: await energy.aio(f, x)")
        self._begin("calls")
        bench = self._bench
        if bench.shared is None:
            return await function(*args, **kwargs)
        with bench.turns.mine(bench.in_turn):
            steps = self._rounds(bench.plan)
            try:
                for calls in steps:
                    for _ in itertools.repeat(None, calls):
                        value = await function(*args, **kwargs)
            except BaseException:
                self._forget(steps)
                raise
        if bench.counting is not None:
            await bench.counting.awaited(functools.partial(function, *args, **kwargs))
        self._finish(None)
        return value

    def __enter__(self) -> Energy:
        __tracebackhide__ = True
        self._depth += 1
        bench = self._bench
        if self._depth > 1:
            return self
        self._begin("block")
        if bench.shared is not None:
            if bench.counting is not None:
                bench.counting.prepare(_around_a_block)
            bench.turns.take(bench.in_turn)
            bench.watch.span_comes()
            self._mark()
            self._span = Span(bench.shared)
            bench.watch.span_begins()
        if bench.counting is not None:
            bench.counting.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._depth -= 1
        span, bench = self._span, self._bench
        if self._depth:
            return
        if bench.counting is not None:
            bench.counting.end(kind is None)
        if span is None:
            return
        self._span = None
        try:
            bench.watch.span_ends()
            if kind is None:
                self._found.append(span.end())
                self._queries.append(self._sent(1))
            else:
                span.drop()
        finally:
            bench.turns.give_back()
        if self._found:
            self._finish(None)
        else:
            self._mode = None

    def _begin(self, mode: Mode) -> None:
        """Say what is measured: a test measures one thing."""
        __tracebackhide__ = True
        if self._mode is not None and (mode, self._mode) != ("block", "block"):
            raise _wrong(
                f"energy measures one thing in a test, and has measured a {self._mode.removesuffix('s')} already"
            )
        self._mode = mode

    def _repeat(self, call: Callable[[], R], plan: Plan, prepare: Callable[[], None] | None = None) -> R:
        __tracebackhide__ = True
        self._begin("calls")
        bench = self._bench
        if bench.shared is None:
            if prepare is not None:
                prepare()
            return call()
        with bench.turns.mine(bench.in_turn):
            steps = self._rounds(plan, prepare)
            try:
                for calls in steps:
                    for _ in itertools.repeat(None, calls):
                        value = call()
            except BaseException:
                self._forget(steps)
                raise
            self._finish(lambda: (prepare and prepare(), call()))
        return value

    def _forget(self, steps: Generator[int, None, None]) -> None:
        """A call raised: nothing is measured, and another may be."""
        steps.close()
        self._mode, self._found = None, []

    def _rounds(self, plan: Plan, prepare: Callable[[], None] | None = None) -> Generator[int, None, None]:
        """How often to call, again and again. The statements are those of the last round."""
        assert self._bench.shared is not None
        __tracebackhide__ = True
        found = self._found
        steps = rounds(self._bench.shared, plan, lambda one, span: found.append((one, span)), prepare)
        try:
            for calls in steps:
                self._mark()
                yield calls
                self._queries = [self._sent(calls)]
        finally:
            steps.close()

    def _finish(self, again: Callable[[], object] | None) -> None:
        bench = self._bench
        assert bench.shared is not None
        assert self._mode is not None
        queries = sum(self._queries) / len(self._queries) if bench.statements is not None and self._queries else None
        one = replace(series(self._mode, bench.shared, self._found), queries=queries, units=self.units)
        if bench.counting is not None:
            if again is not None:
                bench.counting.calls(again)
            one = replace(one, counts=bench.counting.counts, notes=(*one.notes, *bench.counting.notes))
        self.result = one
        bench.watch.measured(self.result, again)

    def _mark(self) -> None:
        statements = self._bench.statements
        if statements is not None:
            self._before, self._since = statements.count(), statements.mark()

    def _sent(self, calls: int) -> float:
        """How many statements a call has sent, of so many calls since the mark."""
        statements = self._bench.statements
        if statements is None:
            return 0
        self.senders = [replace(one, count=round(one.count / calls)) for one in statements.senders(self._since)]
        return (statements.count() - self._before) / calls


@functools.cache
def _around_a_block() -> int:
    """The bytecodes that are counted of a block with nothing in it."""
    from greenprof.pytest_plugin.counted import around
    from greenprof.pytest_plugin.turns import Turns

    plan, nobody = Plan(min_rounds=1, max_time_s=0, min_time_s=None), cast("Watch", None)

    def block(counting: Counting) -> None:
        with Energy(Bench(shared=None, plan=plan, turns=Turns(None), watch=nobody, counting=counting)):
            pass

    return around(block)


class _Prepared(Generic[R]):
    """A call whose arguments a setup may give anew before each round."""

    def __init__(
        self, target: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any], setup: Callable[[], Any] | None
    ) -> None:
        self._target, self._args, self._kwargs, self._setup = target, args, kwargs, setup

    def prepare(self) -> None:
        __tracebackhide__ = True
        given = self._setup() if self._setup is not None else None
        if given is None:
            return
        try:
            args, kwargs = given
            self._args, self._kwargs = tuple(args), dict(kwargs)
        except (TypeError, ValueError):
            raise _wrong(f"energy.pedantic: a setup returns None or (args, kwargs), not {_kind(given)}") from None

    def call(self) -> R:
        __tracebackhide__ = True
        return self._target(*self._args, **self._kwargs)


def _check(function: object, example: str) -> None:
    __tracebackhide__ = True
    if inspect.iscoroutinefunction(function) or inspect.iscoroutine(function):
        if inspect.iscoroutine(function):
            function.close()
        raise _wrong("energy cannot await here: write await energy.aio(f, x)")
    if not callable(function):
        raise _wrong(f"energy needs a function, not {_kind(function)}: {example}, not energy(f(x))")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise _wrong("calling a generator function runs none of it: energy(lambda: list(f()))")


def _kind(value: object) -> str:
    return type(value).__name__


def _wrong(message: str) -> GreenprofError:
    return GreenprofError(message, EXIT_USAGE)

"""``@greenprof.measured``: every run of a function, measured."""

from __future__ import annotations

import functools
import inspect
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, ParamSpec, Protocol, TypeVar, overload

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.measuring.block import Measurement
from greenprof.meters import Meter

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")

OnResult = Callable[[Measurement], object]


class MeasuredFunction(Protocol[P, R_co]):
    """A function as before, with the measurements of its last runs, oldest first."""

    measurements: deque[Measurement]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run it, measured."""
        ...


@overload
def measured(function: Callable[P, R], /) -> MeasuredFunction[P, R]: ...
@overload
def measured(
    *,
    name: str | None = None,
    meter: str | Meter | None = None,
    share: bool = True,
    keep: int = 100,
    on_result: OnResult | None = None,
) -> Callable[[Callable[P, R]], MeasuredFunction[P, R]]: ...
def measured(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    meter: str | Meter | None = None,
    share: bool = True,
    keep: int = 100,
    on_result: OnResult | None = None,
) -> Any:
    """Measure every run of a function, a coroutine function, a generator function or an asynchronous one.

    The last `keep` measurements are in the function's ``measurements``; `on_result` is called with each
    when its run has ended, also when it ended by an exception. `name` is the label of the measurements
    (default: the function's qualified name); `meter` and `share` are those of `measure`.

    A coroutine is measured from its first step to its end, waiting included, with all that the machine
    did meanwhile. A generator is measured while it runs, not while its consumer does; that costs two
    readings per item.
    """
    if function is None:
        return functools.partial(_decorate, name=name, meter=meter, share=share, keep=keep, on_result=on_result)
    return _decorate(function, name=name, meter=meter, share=share, keep=keep, on_result=on_result)


def _decorate(
    function: Callable[..., Any],
    *,
    name: str | None,
    meter: str | Meter | None,
    share: bool,
    keep: int,
    on_result: OnResult | None,
) -> Any:
    if not callable(function) or isinstance(function, staticmethod):
        raise GreenprofError(
            f"@measured cannot decorate a {type(function).__name__}: put it below @classmethod, @staticmethod or "
            "@property, next to the function",
            EXIT_USAGE,
        )
    if keep < 0:
        raise GreenprofError(f"@measured cannot keep {keep} measurements: give 0 or more", EXIT_USAGE)
    measurements: deque[Measurement] = deque(maxlen=keep)
    label = getattr(function, "__qualname__", repr(function)) if name is None else name

    def new() -> Measurement:
        return Measurement(meter, label, share)

    def ended(measurement: Measurement) -> None:
        measurements.append(measurement)
        if on_result is not None:
            on_result(measurement)

    wrapper = functools.wraps(function)(_kind_of(function)(function, new, ended))
    wrapper.measurements = measurements  # type: ignore[attr-defined]
    return wrapper


New = Callable[[], Measurement]
Ended = Callable[[Measurement], None]


def _kind_of(function: Callable[..., Any]) -> Callable[[Callable[..., Any], New, Ended], Callable[..., Any]]:
    if inspect.isasyncgenfunction(function):
        return _asynchronous_generator
    if inspect.isgeneratorfunction(function):
        return _generator
    return _coroutine if inspect.iscoroutinefunction(function) else _plain


def _plain(function: Callable[..., Any], new: New, ended: Ended) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        measurement = new()
        try:
            with measurement:
                return function(*args, **kwargs)
        finally:
            ended(measurement)

    return run


def _coroutine(function: Callable[..., Any], new: New, ended: Ended) -> Callable[..., Any]:
    async def run(*args: Any, **kwargs: Any) -> Any:
        measurement = new()
        try:
            with measurement:
                return await function(*args, **kwargs)
        finally:
            ended(measurement)

    return run


def _generator(function: Callable[..., Any], new: New, ended: Ended) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        measurement = new()
        generator = function(*args, **kwargs)
        step: Callable[[Any], Any] = generator.send
        given: Any = None
        try:
            while True:
                measurement.resume()
                try:
                    item = step(given)
                except StopIteration as end:
                    return end.value
                finally:
                    measurement.pause()
                try:
                    given = yield item
                    step = generator.send
                except BaseException as error:  # thrown in by the consumer, closing included
                    step, given = generator.throw, error
        finally:
            ended(measurement)

    return run


def _asynchronous_generator(function: Callable[..., Any], new: New, ended: Ended) -> Callable[..., Any]:
    async def run(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        measurement = new()
        generator = function(*args, **kwargs)
        step: Callable[[Any], Any] = generator.asend
        given: Any = None
        try:
            while True:
                measurement.resume()
                try:
                    item = await step(given)
                except StopAsyncIteration:
                    return
                finally:
                    measurement.pause()
                try:
                    given = yield item
                    step = generator.asend
                except BaseException as error:  # thrown in by the consumer, closing included
                    step, given = generator.athrow, error
        finally:
            ended(measurement)

    return run

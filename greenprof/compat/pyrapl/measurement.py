"""Begin, end, export: as a pair of calls, as a context, as a decorator."""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, TypeVar, overload

from greenprof.compat.pyrapl.device import Device
from greenprof.compat.pyrapl.exception import (
    PyRAPLException,
    PyRAPLNoEnergyConsumptionRecordedException,
    PyRAPLNoEnergyConsumptionRecordStartedException,
)
from greenprof.compat.pyrapl.outputs import Output, PrintOutput
from greenprof.compat.pyrapl.result import Result
from greenprof.compat.pyrapl.sensor import current
from greenprof.measuring.shared import Mark

P = ParamSpec("P")
R = TypeVar("R")


class Measurement:
    """What the devices that `setup` has chosen use between `begin` and `end`.

    As a context it is exported when the block ends, unless by an exception. `output` is where `export`
    sends the result (default: it is printed).
    """

    def __init__(self, label: str, output: Output | None = None) -> None:
        self.label = label
        self._output = PrintOutput() if output is None else output
        self._sensor = current()
        self._begun: tuple[float, Mark] | None = None
        self._result: Result | None = None

    def begin(self) -> None:
        """Begin, or begin anew."""
        if self._begun is not None:
            self._sensor.shared.end(share=False)
        self._begun = time.time(), self._sensor.shared.begin(share=False)

    def end(self) -> None:
        """End; raises `PyRAPLNoEnergyConsumptionRecordStartedException` without a `begin`."""
        if self._begun is None:
            raise PyRAPLNoEnergyConsumptionRecordStartedException(
                f"the measurement {self.label!r} was ended before it had begun: call begin() first"
            )
        end = self._sensor.shared.end(share=False)
        (timestamp, start), self._begun = self._begun, None
        self._result = Result(
            label=self.label,
            timestamp=timestamp,
            duration=(end.reading.at_ns - start.reading.at_ns) / 1000,
            pkg=self._sensor.energies_uj(Device.PKG, start, end),
            dram=self._sensor.energies_uj(Device.DRAM, start, end),
        )

    def export(self, output: Output | None = None) -> None:
        """Send the result to `output`, or else to the measurement's own."""
        if self._result is None:
            raise PyRAPLNoEnergyConsumptionRecordedException(
                f"the measurement {self.label!r} has no result to export: call begin() and end() first"
            )
        (self._output if output is None else output).add(self._result)

    @property
    def result(self) -> Result | None:
        """The result, ``None`` before the first `end`."""
        return self._result

    def __enter__(self) -> Measurement:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.end()
        if kind is None:
            self.export()


@overload
def measureit(_func: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def measureit(*, output: Output | None = None, number: int = 1) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def measureit(
    _func: Callable[P, R] | None = None, /, *, output: Output | None = None, number: int = 1
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Measure every call of a function; with `number` it runs so many times per call and the mean is exported."""
    if number < 1:
        raise PyRAPLException(f"measureit cannot run a function {number} times: give a number of 1 or more")

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if inspect.iscoroutinefunction(function):
            raise PyRAPLException("measureit cannot await: decorate coroutine functions with greenprof.measured")

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            measurement = Measurement(function.__name__, output)
            measurement.begin()
            try:
                for _ in range(number - 1):
                    function(*args, **kwargs)
                value = function(*args, **kwargs)
            finally:
                measurement.end()
            result = measurement.result
            assert result is not None
            measurement._output.add(result / number)
            return value

        return run

    return decorate if _func is None else decorate(_func)

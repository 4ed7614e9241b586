"""pyRAPL's exceptions. Each is a `GreenprofError` too, and says in one line what is wrong and what to do."""

from __future__ import annotations

from greenprof.compat.pyrapl.device import Device
from greenprof.errors import EXIT_USAGE, GreenprofError


class PyRAPLException(GreenprofError):
    """The parent of all."""

    def __init__(self, message: str) -> None:
        super().__init__(message, EXIT_USAGE)


class PyRAPLNoEnergyConsumptionRecordedException(PyRAPLException):
    """A measurement was to be exported that has not been ended."""


class PyRAPLNoEnergyConsumptionRecordStartedException(PyRAPLException):
    """A measurement was to be ended that has not begun."""


class PyRAPLCantRecordEnergyConsumption(PyRAPLException):
    """A device, or with ``device`` None every device, has no counter here that can be read."""

    def __init__(self, device: Device | None, message: str) -> None:
        super().__init__(message)
        self.device = device


class PyRAPLCantInitDeviceAPI(PyRAPLException):
    """Kept for programs that name it; greenprof raises `PyRAPLCantRecordEnergyConsumption` instead."""


class PyRAPLBadSocketIdException(PyRAPLException):
    """There is no such socket."""

    def __init__(self, socket_id: int, message: str) -> None:
        super().__init__(message)
        self.socket_id = socket_id

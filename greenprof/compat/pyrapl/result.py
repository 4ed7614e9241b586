"""A measurement's figures, in pyRAPL's units."""

from __future__ import annotations

from dataclasses import dataclass, replace

Energies = list[float | None]


@dataclass(frozen=True)
class Result:
    """`timestamp` in seconds since the epoch, `duration` in microseconds, energies in microjoules by socket.

    ``None`` in place of a list: the device is not there or was not asked for. ``None`` in a list: the
    socket's energy is unknown, or the socket was not asked for.
    """

    label: str
    timestamp: float
    duration: float
    pkg: Energies | None = None
    dram: Energies | None = None

    def __truediv__(self, number: float) -> Result:
        """The mean over `number` repetitions."""
        return replace(
            self,
            duration=self.duration / number,
            pkg=_divided(self.pkg, number),
            dram=_divided(self.dram, number),
        )


def rows(result: Result) -> list[dict[str, object]]:
    """One row per socket, for tables: the result's fields, and ``socket``."""
    sockets = max((len(energies) for energies in (result.pkg, result.dram) if energies is not None), default=0)
    return [
        {
            "label": result.label,
            "timestamp": result.timestamp,
            "duration": result.duration,
            "pkg": _at(result.pkg, socket),
            "dram": _at(result.dram, socket),
            "socket": socket,
        }
        for socket in range(sockets)
    ]


COLUMNS = ("label", "timestamp", "duration", "pkg", "dram", "socket")


def _at(energies: Energies | None, socket: int) -> float | None:
    return None if energies is None or socket >= len(energies) else energies[socket]


def _divided(energies: Energies | None, number: float) -> Energies | None:
    return None if energies is None else [None if energy is None else energy / number for energy in energies]

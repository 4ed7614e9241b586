"""Which of a meter's domains belong to which device and socket."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from greenprof.compat.pyrapl.device import Device
from greenprof.compat.pyrapl.exception import PyRAPLBadSocketIdException, PyRAPLCantRecordEnergyConsumption
from greenprof.compat.pyrapl.result import Energies
from greenprof.errors import GreenprofError
from greenprof.measuring.shared import Mark, SharedMeter, shared_meter

# The dies of a package add up to its socket; a machine with one package may leave the number out.
# ``cpu`` is what the estimate calls all packages together.
_DOMAIN = re.compile(r"(?P<kind>package|dram|cpu)(?:-(?P<socket>\d+))?(?:-die-\d+)?(?:@.*)?")

Places = dict[int, list[int]]


@dataclass(frozen=True)
class Sensor:
    """An open meter, and the places of its domains by device and socket."""

    shared: SharedMeter
    places: dict[Device, Places]
    sockets: int

    def energies_uj(self, device: Device, start: Mark, end: Mark) -> Energies | None:
        """Microjoules per socket, ``None`` if the device is not measured."""
        places = self.places.get(device)
        if places is None:
            return None
        lost = end.reading.invalid_s > start.reading.invalid_s
        joules = end.reading.since(start.reading)
        return [
            None if lost or socket not in places else _sum_uj([joules[place] for place in places[socket]])
            for socket in range(self.sockets)
        ]


def setup(
    devices: Sequence[Device] | None = None, socket_ids: Sequence[int] | None = None, meter: str | None = None
) -> None:
    """Choose devices (default: all that are there), sockets (default: all) and a meter for all later measurements.

    `meter` is ``NAME`` or ``NAME:ARGUMENT``; without it only a meter that measures is taken, never an
    estimate. Raises `PyRAPLCantRecordEnergyConsumption`, `PyRAPLBadSocketIdException`, or another
    `GreenprofError` if the named meter cannot be opened.
    """
    global _chosen, _current
    _current = _sensor(devices, socket_ids, meter)
    _chosen = devices, socket_ids, meter


def current() -> Sensor:
    """What `setup` has chosen, opened anew in the child of a fork; the defaults if it was never called."""
    if _current is None or _current.shared.closed:
        setup(*_chosen)
    assert _current is not None
    return _current


_current: Sensor | None = None
_chosen: tuple[Sequence[Device] | None, Sequence[int] | None, str | None] = (None, None, None)


def _sensor(devices: Sequence[Device] | None, socket_ids: Sequence[int] | None, meter: str | None) -> Sensor:
    shared = _measuring_meter() if meter is None else shared_meter(meter)
    found = _places(shared.meter.domains)
    if not found:
        raise PyRAPLCantRecordEnergyConsumption(
            None, f"the meter {shared.meter.name} tells neither packages nor memory apart, as this interface needs"
        )
    for device in devices or ():
        if device not in found:
            raise PyRAPLCantRecordEnergyConsumption(
                device, f"the meter {shared.meter.name} has no counter for {Device(device).name} on this machine"
            )
    known = {socket for places in found.values() for socket in places}
    for socket in socket_ids or ():
        if socket not in known:
            raise PyRAPLBadSocketIdException(
                socket, f"there is no socket {socket} here (sockets: {', '.join(map(str, sorted(known)))})"
            )
    wanted = known if socket_ids is None else set(socket_ids)
    places = {
        device: {socket: each for socket, each in places.items() if socket in wanted}
        for device, places in found.items()
        if devices is None or device in devices
    }
    return Sensor(shared, places, 1 + max(wanted, default=-1))


def _measuring_meter() -> SharedMeter:
    try:
        shared = shared_meter(None)
    except GreenprofError as failure:
        raise PyRAPLCantRecordEnergyConsumption(None, str(failure)) from None
    if shared.meter.estimated:
        reasons = "; ".join(f"{refusal.name}: {refusal.reason}" for refusal in shared.refused)
        raise PyRAPLCantRecordEnergyConsumption(
            None, f'nothing measures energy here ({reasons}); setup(meter="{shared.meter.name}") would estimate it'
        )
    return shared


def _places(domains: Sequence[str]) -> dict[Device, Places]:
    found: dict[Device, Places] = defaultdict(lambda: defaultdict(list))
    for place, domain in enumerate(domains):
        match = _DOMAIN.fullmatch(domain)
        if match:
            device = Device.DRAM if match["kind"] == "dram" else Device.PKG
            found[device][int(match["socket"] or 0)].append(place)
    return found


def _sum_uj(joules: Sequence[float | None]) -> float | None:
    known = [each for each in joules if each is not None]
    return sum(known) * 1e6 if len(known) == len(joules) else None

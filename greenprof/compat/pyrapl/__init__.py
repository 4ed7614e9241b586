"""pyRAPL's interface on greenprof's meters: ``import greenprof.compat.pyrapl as pyRAPL``.

Names, arguments and units are those of pyRAPL 0.2.3: joules come in microjoules and times in
microseconds, and results are what the counters show, however short the code is. Different are:

- a counter that wraps is unwrapped, a joule that nobody can know is ``None`` (never -1 or negative);
- a processor without memory counters works, and so do packages in dies: they add up to their socket;
- `setup` need not be called, and takes a meter: ``setup(meter="rapl:/some/folder")``, ``setup(meter="estimate")``;
- without counters there is one clear error, and estimates only for those who ask for them by name;
- importing prints nothing and leaves the root logger alone; pandas and pymongo are imported on use.
"""

from __future__ import annotations

from greenprof.compat.pyrapl import outputs
from greenprof.compat.pyrapl.device import Device
from greenprof.compat.pyrapl.exception import (
    PyRAPLBadSocketIdException,
    PyRAPLCantInitDeviceAPI,
    PyRAPLCantRecordEnergyConsumption,
    PyRAPLException,
    PyRAPLNoEnergyConsumptionRecordedException,
    PyRAPLNoEnergyConsumptionRecordStartedException,
)
from greenprof.compat.pyrapl.measurement import Measurement, measureit
from greenprof.compat.pyrapl.result import Result
from greenprof.compat.pyrapl.sensor import setup

__all__ = [
    "Device",
    "Measurement",
    "PyRAPLBadSocketIdException",
    "PyRAPLCantInitDeviceAPI",
    "PyRAPLCantRecordEnergyConsumption",
    "PyRAPLException",
    "PyRAPLNoEnergyConsumptionRecordStartedException",
    "PyRAPLNoEnergyConsumptionRecordedException",
    "Result",
    "measureit",
    "outputs",
    "setup",
]

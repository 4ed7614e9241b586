"""pyRAPL's interface: old code runs after changing its import, and its faults are gone."""

from __future__ import annotations

import csv
import math
import os
import subprocess
import sys
import time
import types

import pytest

import greenprof.compat.pyrapl as pyRAPL
from greenprof.errors import GreenprofError


@pytest.fixture
def machine(powercap_tree):
    """Set up on a simulated tree: ``machine(layout, devices=…, socket_ids=…, **zone)`` -> tree."""

    def build(layout="single", devices=None, socket_ids=None, **zone):
        tree = powercap_tree(layout, **zone)
        with tree.run_at(40.0):
            pyRAPL.setup(devices=devices, socket_ids=socket_ids, meter=f"rapl:{tree.root}")
        return tree

    return build


def measured(tree, *steps: float, label: str = "x") -> pyRAPL.Result:
    """What a measurement says of a machine that draws these joules."""
    tree.step(0.01)
    measurement = pyRAPL.Measurement(label, output=Silent())
    measurement.begin()
    for joules in steps:
        tree.step(joules)
    measurement.end()
    return measurement.result


class Silent(pyRAPL.outputs.Output):
    def add(self, result):
        pass


class Kept(pyRAPL.outputs.Output):
    def __init__(self):
        self.results = []

    def add(self, result):
        self.results.append(result)


def test_microjoules_and_microseconds(machine):
    tree = machine()
    before = time.time()
    result = measured(tree, 0.25, label="load")
    assert (result.label, result.dram) == ("load", None)
    assert result.pkg == pytest.approx([250_000], abs=1)
    assert before - 1 <= result.timestamp <= time.time()
    assert 0 < result.duration < 5e6


def test_a_wrap_is_unwrapped(machine):
    tree = machine(start_uj=999_000_000, range_uj=1_000_000_000)
    for _ in range(30):
        result = measured(tree, 0.2)
        assert result.pkg == pytest.approx([200_000], abs=1)
    assert tree.raw("intel-rapl:0") < 999_000_000


def test_sockets_memory_and_the_choice_of_them(machine):
    assert measured(machine("two-sockets"), 1.0).pkg == pytest.approx([500_000, 300_000], abs=1)
    assert measured(machine("two-sockets"), 1.0).dram == pytest.approx([100_000, 100_000], abs=1)
    only = measured(machine("two-sockets", devices=[pyRAPL.Device.DRAM], socket_ids=[1]), 1.0)
    assert only.pkg is None
    assert only.dram == [None, pytest.approx(100_000, abs=1)]


def test_dies_add_up_to_their_socket(machine):
    result = measured(machine("dies"), 1.0)
    assert result.pkg == pytest.approx([900_000], abs=1)
    assert result.dram == pytest.approx([100_000], abs=1)


def test_what_cannot_be_known_is_none(machine):
    tree = machine("two-sockets")
    measurement = pyRAPL.Measurement("x", output=Silent())
    measurement.begin()
    tree.write("intel-rapl:1", b"")
    measurement.end()
    assert measurement.result.pkg[1] is None
    assert measurement.result.pkg[0] is not None
    assert (measurement.result / 2).pkg[1] is None


def test_devices_and_sockets_that_are_not_there(machine):
    with pytest.raises(pyRAPL.PyRAPLCantRecordEnergyConsumption) as failure:
        machine("amd", devices=[pyRAPL.Device.DRAM])
    assert failure.value.device is pyRAPL.Device.DRAM
    with pytest.raises(pyRAPL.PyRAPLBadSocketIdException) as failure:
        machine(socket_ids=[0, 4])
    assert failure.value.socket_id == 4
    assert "sockets: 0" in str(failure.value)


def test_without_counters_there_is_one_clear_error_and_estimates_by_name_only(tmp_path):
    with pytest.raises(GreenprofError, match="does not exist"):
        pyRAPL.setup(meter=f"rapl:{tmp_path / 'nothing'}")
    code = """
import greenprof.compat.pyrapl as pyRAPL
try:
    pyRAPL.setup()
except pyRAPL.PyRAPLCantRecordEnergyConsumption as failure:
    print(failure.device, failure)
pyRAPL.setup(meter="estimate:65")
with pyRAPL.Measurement("guess", output=pyRAPL.outputs.PrintOutput(raw=True)):
    sum(range(1_000_000))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if not os.path.exists("/sys/class/powercap/intel-rapl:0"):  # noqa: PTH110
        assert done.stdout.startswith("None ")
        assert 'setup(meter="estimate") would estimate it' in done.stdout
    assert "Result(label='guess'" in done.stdout
    assert done.stderr == ""


def test_the_context_exports_unless_by_exception(machine):
    machine()
    kept = Kept()
    with pyRAPL.Measurement("good", output=kept) as inside:
        assert isinstance(inside, pyRAPL.Measurement)
    failing = pyRAPL.Measurement("bad", output=kept)
    with pytest.raises(ValueError, match="x"), failing:
        raise ValueError("x")
    assert [result.label for result in kept.results] == ["good"]
    assert failing.result is not None
    other = Kept()
    failing.export(other)
    assert other.results == [failing.result]


def test_ending_and_exporting_too_early(machine):
    machine()
    measurement = pyRAPL.Measurement("x")
    assert measurement.result is None
    with pytest.raises(pyRAPL.PyRAPLNoEnergyConsumptionRecordStartedException, match="begin"):
        measurement.end()
    with pytest.raises(pyRAPL.PyRAPLNoEnergyConsumptionRecordedException, match="end"):
        measurement.export()


def test_measureit_with_and_without_arguments(machine, capsys):
    tree = machine()
    kept = Kept()

    @pyRAPL.measureit(output=kept, number=4)
    def work(joules, *, back):
        """Work."""
        tree.step(joules)
        return back

    assert work(0.1, back="yes") == "yes"
    assert kept.results[0].pkg == pytest.approx([100_000], abs=1)
    assert (kept.results[0].label, work.__doc__) == ("work", "Work.")

    @pyRAPL.measureit
    def printed():
        tree.step(0.1)

    printed()
    assert "Label : printed" in capsys.readouterr().out
    with pytest.raises(GreenprofError, match="1 or more"):
        pyRAPL.measureit(number=0)

    async def coroutine():
        pass

    with pytest.raises(GreenprofError, match="await"):
        pyRAPL.measureit(coroutine)


RESULT = pyRAPL.Result(label="a, b", timestamp=1e9, duration=1500.0, pkg=[250_000.0, None], dram=None)


def test_printing(capsys):
    pyRAPL.outputs.PrintOutput().add(RESULT)
    text = capsys.readouterr().out
    assert "Duration :  1500.0000 us" in text
    assert "socket 0 : 250000.0000 uJ" in text
    assert "socket 1 : unknown" in text
    assert "DRAM" not in text


def test_csv(tmp_path):
    path = tmp_path / "result.csv"
    for append in (True, True, False):
        output = pyRAPL.outputs.CSVOutput(str(path), separator=";", append=append)
        output.add(RESULT)
        assert len(output.buffer) == 2
        output.save()
        assert output.buffer == []
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert list(rows[0]) == ["label", "timestamp", "duration", "pkg", "dram", "socket"]
        assert rows[-2]["label"] == "a, b"
        assert [row["pkg"] for row in rows[-2:]] == ["250000.0", ""]
        assert [row["socket"] for row in rows[-2:]] == ["0", "1"]
    assert len(rows) == 2
    path.write_text("one,two\n", encoding="utf-8")
    with pytest.raises(GreenprofError, match="its columns are"):
        pyRAPL.outputs.CSVOutput(str(path))
    assert path.read_text(encoding="utf-8") == "one,two\n"
    with pytest.raises(GreenprofError, match="cannot be written"):
        pyRAPL.outputs.CSVOutput(str(tmp_path / "no" / "folder.csv"))


def test_a_table():
    pytest.importorskip("pandas")
    output = pyRAPL.outputs.DataFrameOutput()
    assert list(output.data.columns) == ["label", "timestamp", "duration", "pkg", "dram", "socket"]
    output.add(RESULT)
    output.add(RESULT)
    assert list(output.data["socket"]) == [0, 1, 0, 1]
    assert output.data["pkg"][0] == 250_000
    assert math.isnan(output.data["pkg"][1])
    assert output.data["timestamp"][0] == time.ctime(1e9)


def test_mongo_with_and_without_its_driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymongo", None)
    with pytest.raises(GreenprofError, match="pip install pymongo"):
        pyRAPL.outputs.MongoOutput("mongodb://nowhere", "energy", "runs")

    inserted = []
    collection = types.SimpleNamespace(insert_many=inserted.extend)
    client = {"energy": {"runs": collection}}
    monkeypatch.setitem(sys.modules, "pymongo", types.SimpleNamespace(MongoClient=lambda _uri: client))
    output = pyRAPL.outputs.MongoOutput("mongodb://nowhere", "energy", "runs")
    output.save()
    output.add(RESULT)
    output.save()
    assert [row["pkg"] for row in inserted] == [250_000.0, None]


def test_importing_is_quiet_and_light():
    code = """
import sys, logging
import greenprof.compat.pyrapl
assert not logging.getLogger().handlers
assert not {"pandas", "pymongo"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_it_offers_what_pyrapl_offers():
    sources = pytest.importorskip("pyRAPL")
    internals = {"DeviceAPI", "PkgAPI", "DramAPI", "DeviceAPIFactory", "Sensor"}
    public = {name for name, value in vars(sources).items() if isinstance(value, type)} - internals
    assert public | {"setup", "measureit"} <= set(pyRAPL.__all__)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_measures_on(machine):
    tree = machine()
    with tree.run_at(40.0):
        pid = os.fork()
        if pid == 0:
            measurement = pyRAPL.Measurement("child", output=Silent())
            measurement.begin()
            time.sleep(0.05)
            measurement.end()
            os._exit(0 if measurement.result.pkg[0] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

"""Two meters read as one, and those that must not be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from greenprof.errors import GreenprofError
from greenprof.meters import info
from greenprof.meters.together import Together, open_together, split
from greenprof.model import Reading

NAMES = ("rapl", "nvml", "estimate", "battery")


class Plain:
    """A meter whose every property the test decides."""

    def __init__(self, name, *domains, **said):
        self.name, self.domains = name, domains
        self.estimated, self.uncertainty, self.scope = False, 0.05, f"what {name} sees"
        self.idle_w, self.max_interval_s, self.notes = None, None, ()
        self.readings, self.closed = [], 0
        vars(self).update(said)

    def read(self):
        return self.readings.pop(0)

    def close(self):
        self.closed += 1


def cpu(**said):
    return Plain("rapl", "package-0", "dram-0", **said)


def gpu(**said):
    return Plain("nvml", "gpu-0", **{"uncertainty": 0.1, **said})


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ("rapl", ("rapl",)),
        ("rapl+nvml", ("rapl", "nvml")),
        ("rapl:/sys/x+nvml:0,1", ("rapl:/sys/x", "nvml:0,1")),
        ("+nvml", ("", "nvml")),
        ("rapl:/tmp/a+b", ("rapl:/tmp/a+b",)),
        ("rapl:/tmp/a+nvmlish/x", ("rapl:/tmp/a+nvmlish/x",)),
        ("rapl+nothing", ("rapl+nothing",)),
        ("rapl+", ("rapl+",)),
        ("rapl+nvml+estimate", ("rapl", "nvml", "estimate")),
        ("", ("",)),
    ],
)
def test_a_plus_sign_counts_where_a_meter_follows_it(spec, parts):
    assert split(spec, NAMES) == parts
    assert split(spec, ()) == (spec,)


def test_the_domains_of_all_in_turn_and_one_reading():
    first, second = cpu(readings=[]), gpu(readings=[])
    first.readings = [Reading(at_ns=1000, joules=(1.0, 2.0)), Reading(at_ns=3000, joules=(5.0, None), invalid_s=0.5)]
    second.readings = [Reading(at_ns=1100, joules=(10.0,)), Reading(at_ns=3100, joules=(40.0,), invalid_s=0.2)]
    meter = Together([first, second])
    assert (meter.name, meter.domains) == ("rapl+nvml", ("package-0", "dram-0", "gpu-0"))
    begin, end = meter.read(), meter.read()
    assert begin == Reading(at_ns=1050, joules=(1.0, 2.0, 10.0))
    assert end == Reading(at_ns=3050, joules=(5.0, None, 40.0), invalid_s=0.5)
    assert end.since(begin) == (4.0, None, 30.0)


def test_time_lost_by_both_at_once_counts_once_and_at_different_times_twice():
    first, second = cpu(), gpu()
    losses = [(0.0, 0.0), (1.0, 1.0), (1.0, 3.0), (1.5, 3.0)]
    first.readings = [Reading(at_ns=n, joules=(0.0, 0.0), invalid_s=lost) for n, (lost, _) in enumerate(losses)]
    second.readings = [Reading(at_ns=n, joules=(0.0,), invalid_s=lost) for n, (_, lost) in enumerate(losses)]
    meter = Together([first, second])
    assert [meter.read().invalid_s for _ in losses] == [0.0, 1.0, 3.0, 3.5]


def test_what_is_said_of_the_sum_holds_for_each_part():
    meter = Together(
        [cpu(idle_w=20.0, notes=("a", "b")), gpu(resolution_s=0.1, idle_w=60.0, max_interval_s=0.1, notes=("b", "c"))]
    )
    said = info(meter)
    assert (said.estimated, said.uncertainty, said.idle_w) == (False, 0.1, 80.0)
    assert said.scope == "rapl: what rapl sees; and nvml: what nvml sees"
    assert said.notes == ("a", "b", "c")
    assert said.resolution_s == 0.1
    assert meter.max_interval_s == 0.1


def test_what_one_part_does_not_know_is_not_known():
    meter = Together([Plain("estimate", "cpu", estimated=True, uncertainty=1.03, idle_w=20.0), gpu()])
    assert (meter.estimated, meter.uncertainty, meter.idle_w, meter.max_interval_s) == (True, 1.03, None, None)
    assert Together([cpu(max_interval_s=600.0), gpu(max_interval_s=0.1)]).max_interval_s == 0.1


@pytest.mark.parametrize(
    ("meters", "message"),
    [
        ((cpu(), cpu()), "rapl and rapl both count dram-0, package-0"),
        ((cpu(), Plain("estimate", "cpu")), "rapl and estimate count the same machine"),
        ((Plain("rapl", "psys"), gpu()), "rapl counts the whole machine, and nvml would be counted again"),
        ((cpu(), Plain("battery", "BAT0", whole_machine=True)), "battery counts the whole machine, and rapl would"),
        ((gpu(), gpu()), "both count gpu-0"),
    ],
)
def test_what_would_be_counted_twice_is_refused(meters, message):
    with pytest.raises(GreenprofError, match=message) as caught:
        Together(meters)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_gpus_of_two_makers_stand_beside_one_processor():
    meter = Together([cpu(), gpu(), Plain("other", "gpu-1")])
    assert meter.domains == ("package-0", "dram-0", "gpu-0", "gpu-1")


def test_if_one_cannot_be_opened_the_others_are_closed():
    first = cpu()

    def open_one(part):
        if part == "nvml":
            raise GreenprofError("no GPU")
        return first

    with pytest.raises(GreenprofError, match="no GPU"):
        open_together(("rapl", "nvml"), open_one)
    assert first.closed == 1


def test_meters_that_do_not_go_together_are_closed():
    meters = {"rapl": cpu(), "estimate": Plain("estimate", "cpu")}
    with pytest.raises(GreenprofError, match="cannot be added up"):
        open_together(tuple(meters), meters.__getitem__)
    assert [meter.closed for meter in meters.values()] == [1, 1]


def test_closing_closes_all():
    parts = SimpleNamespace(cpu=cpu(), gpu=gpu())
    open_together(("cpu", "gpu"), vars(parts).__getitem__).close()
    assert (parts.cpu.closed, parts.gpu.closed) == (1, 1)

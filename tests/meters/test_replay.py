"""A saved recording as a counter."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.meters import info, open_meter
from greenprof.meters.replay import ReplayMeter
from greenprof.model import Host, MeterInfo, Overhead, Recording, Run, Window
from greenprof.wire import dumps, recordings_to_json


def recording(*windows, domains=("package-0",), **meter):
    said = {
        "estimated": False,
        "uncertainty": 0.05,
        "scope": "the processor packages",
        "idle_w": 12.0,
        "resolution_s": 0.002,
        **meter,
    }
    return Recording(
        run=Run(
            command=("app",),
            started_at="2026-05-01T12:00:00Z",
            duration_s=windows[-1].end_s if windows else 0.0,
            exit_code=0,
            cpu_s=1.0,
            processes=1,
            max_rss_bytes=None,
            read_bytes=None,
            written_bytes=None,
        ),
        host=Host(cpu="c", cores=1, os="o", python="3", virtualised=None, governor=None, fingerprint="f"),
        meter=MeterInfo(name="rapl", domains=domains, **said),
        windows=windows,
        frames=(),
        stacks=(),
        samples=(),
        processes=(),
        overhead=Overhead(cpu_s=0.0, wall_s=0.0),
        sources={},
    )


def windows(*joules, length_s=0.1, invalid_s=None):
    return tuple(
        Window(
            start_s=place * length_s,
            end_s=(place + 1) * length_s,
            joules=each if isinstance(each, tuple) else (each,),
            busy_s=0.1,
            program_s=0.1,
            invalid_s=(invalid_s or {}).get(place, 0.0),
        )
        for place, each in enumerate(joules)
    )


@pytest.fixture
def replayed(simulated_clock):
    def build(saved, **more):
        clock = simulated_clock()
        return clock, ReplayMeter(saved, "run.json", clock=clock, **more)

    return build


def test_the_joules_come_again_on_their_own_time_base(replayed):
    clock, meter = replayed(recording(*windows(5.0, 15.0, 1.0)))
    clock.sleep(7)  # the count begins with the first reading, not when the meter is opened
    joules = [meter.read().joules[0]]
    for _ in range(6):
        clock.sleep(0.05)
        joules.append(meter.read().joules[0])
    assert joules == pytest.approx([0.0, 2.5, 5.0, 12.5, 20.0, 20.5, 21.0])


def test_the_same_reading_at_the_same_time_every_time(replayed):
    def history():
        clock, meter = replayed(recording(*windows(5.0, 15.0, 1.0)))
        return [(clock.sleep(0.013), meter.read())[1] for _ in range(20)]

    assert history() == history()


def test_several_domains_and_lost_time(replayed):
    saved = recording(
        *windows((1.0, 2.0), (3.0, None), (1.0, 8.0), invalid_s={1: 0.06}), domains=("package-0", "dram-0")
    )
    clock, meter = replayed(saved)
    assert meter.read().joules == (0.0, 0.0)
    clock.sleep(0.1)
    assert meter.read().joules == pytest.approx((1.0, 2.0))
    clock.sleep(0.05)
    within = meter.read()
    assert within.joules == (pytest.approx(2.5), None)
    assert within.invalid_s == pytest.approx(0.03)
    clock.sleep(0.05)
    assert meter.read().joules == (pytest.approx(4.0), None), "the recorded meter could not be read here"
    clock.sleep(0.1)
    last = meter.read()
    assert last.joules == pytest.approx((5.0, 10.0))
    assert last.invalid_s == pytest.approx(0.06)


def test_after_the_end_joules_are_unknown_and_a_note_says_so(replayed):
    clock, meter = replayed(recording(*windows(5.0, 15.0)))
    meter.read()
    clock.sleep(0.2)
    assert meter.read().joules == pytest.approx((20.0,))
    assert not any("ended" in note for note in meter.notes)
    clock.sleep(0.001)
    assert meter.read().joules == (None,)
    assert meter.read().joules == (None,)
    assert sum("the recording ended after 0.200 s" in note for note in meter.notes) == 1


@pytest.mark.parametrize("estimated", [True, False])
def test_what_is_said_is_what_was_said_and_that_it_is_a_replay(replayed, estimated):
    saved = recording(*windows(1.0), estimated=estimated, uncertainty=0.4, notes=("a note",))
    said = info(replayed(saved, runs=3)[1])
    assert said.name == "replay"
    assert replace(said, name="rapl", notes=()) == replace(saved.meter, notes=())
    assert said.notes[0].startswith("a replay of run.json (meter rapl, 2026-05-01T12:00:00Z, the first of 3 runs): ")
    assert "not drawn by what runs now" in said.notes[0]
    assert said.notes[1] == "a note"


JOULES = st.none() | st.floats(0, 1e6)


SECONDS = st.integers(0, 5000).map(lambda milliseconds: milliseconds / 1000)


@given(
    st.lists(st.tuples(SECONDS, JOULES), max_size=20),
    st.tuples(SECONDS.filter(bool), st.floats(0, 1e6)),
    st.lists(st.floats(0, 1), max_size=30),
)
def test_any_recording_never_runs_backwards_and_ends_at_its_sum(spans, final, instants):
    spans = [*spans, final]
    now_s, made = 0.0, []
    for seconds, joules in spans:
        made.append(
            Window(start_s=now_s, end_s=now_s + seconds, joules=(joules,), busy_s=0.0, program_s=0.0, invalid_s=0.0)
        )
        now_s += seconds
    clock = Instants()
    meter = ReplayMeter(recording(*made), "run.json", clock=clock)
    meter.read()
    shown = []
    for share in sorted(instants):
        clock.now_ns = clock.start_ns + int(share * now_s * 1e9)
        reading = meter.read()
        assert reading.joules[0] is None or reading.joules[0] >= 0
        shown += [joules for joules in reading.joules if joules is not None]
    assert shown == sorted(shown)
    clock.now_ns = clock.start_ns + round(now_s * 1e9) - 1000  # a microsecond before it is over
    total = sum(joules for _, joules in spans if joules is not None)
    assert total - 1e6 * 0.001 - 1e-6 <= meter.read().joules[0] <= total + 1e-6


class Instants:
    """A clock that the test sets."""

    def __init__(self):
        self.start_ns = self.now_ns = 10**12

    def monotonic_ns(self):
        return self.now_ns


def test_through_the_door(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(dumps(recordings_to_json([recording(*windows(1e9, length_s=100.0))] * 2)))
    meter = open_meter(f"replay:{path}").meter
    first = meter.read()
    second = meter.read()
    assert 0 <= second.since(first)[0] < 1e9
    assert second.since(first)[0] == pytest.approx((second.at_ns - first.at_ns) / 1e2, rel=1e-3)
    assert "the first of 2 runs" in meter.notes[0]
    meter.close()


def refused(spec):
    with pytest.raises(GreenprofError) as caught:
        open_meter(spec)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert "greenprof run --save" in str(caught.value)
    return str(caught.value)


def test_files_that_are_no_recording(tmp_path):
    assert "no recording is named" in refused("replay")
    assert "cannot be read" in refused(f"replay:{tmp_path}/none.json")
    (tmp_path / "text").write_text("hello")
    assert "is not JSON" in refused(f"replay:{tmp_path}/text")
    (tmp_path / "other.json").write_text("{}")
    assert "neither a greenprof report nor a recording" in refused(f"replay:{tmp_path}/other.json")


def test_a_report_has_no_windows(tmp_path):
    from greenprof.join import join
    from greenprof.wire import report_to_json

    path = tmp_path / "report.json"
    path.write_text(json.dumps(report_to_json(join([recording(*windows(1.0))], []))))
    assert "is a report, which has no windows" in refused(f"replay:{path}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"joules": [-1.0]}, "windows[1] holds less than nothing"),
        ({"invalid_s": -1.0}, "windows[1] holds less than nothing"),
        ({"end_s": 0.05}, "windows[1] ends before it starts"),
        ({"start_s": 0.15}, "windows[1] does not start where the one before it ends"),
        ({"joules": [1.0, 2.0]}, "1 joules a window"),
    ],
)
def test_windows_that_are_no_history_of_a_counter(tmp_path, change, reason):
    path = tmp_path / "run.json"
    data = recordings_to_json([recording(*windows(1.0, 2.0, 3.0))])
    data["runs"][0]["windows"] = [dict(window) for window in data["runs"][0]["windows"]]
    data["runs"][0]["windows"][1].update(change)
    path.write_text(json.dumps(data))
    assert reason in refused(f"replay:{path}")

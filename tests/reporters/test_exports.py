"""The files for other tools' viewers: what they hold, that they sum to the whole, and that the viewers open them.

The tests of the viewers themselves need `go`; `profiler-cli` (npm: @firefox-devtools/profiler-cli); or `chromium` and
the npm package speedscope, installed globally or its folder named in SPEEDSCOPE. Each is skipped where that is absent.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof import reporters
from greenprof.model import Hotspot, LineShare, Node, Power, Ran
from greenprof.reporters import _stacks
from greenprof.reporters._protobuf import varint
from greenprof.wire import report_from_json

EXPORTS = ("collapsed", "firefox", "pprof", "speedscope")


def node(path, line, function, total_j, cpu_s, *below):
    """A node of the call tree; what is below it are its lines and its children."""
    return Node(
        path=path, line=line, function=function, total_j=total_j, cpu_s=cpu_s,
        lines=tuple(each for each in below if isinstance(each, LineShare)),
        children=tuple(each for each in below if isinstance(each, Node)),
    )  # fmt: skip


def on_line(line, self_j, cpu_s):
    return LineShare(line=line, self_j=self_j, cpu_s=cpu_s)


TREE = (
    node(
        "shop.py", 90, "main", 7.0, 3.5,
        on_line(97, 0.5, 0.25),
        node("shop.py", 35, "monthly; report", 5.5, 2.75, on_line(42, 4.0, 2.0), on_line(44, 1.0, 0.5)),
        node("/usr/lib/python3.12/json/__init__.py", 183, "dumps", 1.0, 0.5, on_line(238, 1.0, 0.5)),
    ),
    node("<command: gzip -9>", 0, "gzip -9", 2.0, 1.0, on_line(0, 2.0, 1.0)),
)  # fmt: skip
TIMELINE = (
    Power(
        start_s=0.0, end_s=2.0, total_w=6.0, process_w=4.0,
        ran=(Ran(path="shop.py", line=35, function="monthly; report", process_w=2.5),),
    ),
    Power(start_s=2.0, end_s=3.0, total_w=None, process_w=None),
    Power(
        start_s=3.0, end_s=4.0, total_w=3.0, process_w=2.0,
        ran=(Ran(path="shop.py", line=90, function="main", process_w=2.0),),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def lined(shop):
    """A report of 10 J and 5 s of CPU time, of which 9 J and 4.5 s lie in the tree."""
    return replace(
        shop,
        run=replace(shop.run, command=("python", "shop.py"), cpu_s=5.0, duration_s=4.0),
        energy=replace(shop.energy, process_j=10.0, unattributed_j=1.0),
        tree=TREE,
        timeline=TIMELINE,
    )


# What an export holds, read back -------------------------------------------------------------------------------------

# Fields of profile.proto: number, and the message that it holds ("int", "text" for what is none); * if repeated.
PROTO = {
    "Profile": {
        "sample_type": (1, "ValueType*"), "sample": (2, "Sample*"), "mapping": (3, "Mapping*"),
        "location": (4, "Location*"), "function": (5, "Function*"), "string_table": (6, "text*"),
        "time_nanos": (9, "int"), "duration_nanos": (10, "int"), "comment": (13, "int*"),
        "default_sample_type": (14, "int"),
    },
    "ValueType": {"type": (1, "int"), "unit": (2, "int")},
    "Sample": {"location_id": (1, "int*"), "value": (2, "int*")},
    "Mapping": {
        "id": (1, "int"), "filename": (5, "int"), "has_functions": (7, "int"), "has_filenames": (8, "int"),
        "has_line_numbers": (9, "int"),
    },
    "Location": {"id": (1, "int"), "mapping_id": (2, "int"), "line": (4, "Line*")},
    "Line": {"function_id": (1, "int"), "line": (2, "int")},
    "Function": {"id": (1, "int"), "name": (2, "int"), "filename": (4, "int"), "start_line": (5, "int")},
}  # fmt: skip


def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def read_message(data, kind):
    """A message as a dict of its fields; repeated ones are lists, absent ones their default."""
    names = {number: (name, of) for name, (number, of) in PROTO[kind].items()}
    found = {name: [] if of.endswith("*") else 0 for name, of in names.values()}
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        name, of = names[tag >> 3]
        if tag & 7 == 0:
            value, at = read_varint(data, at)
        else:
            assert tag & 7 == 2, "no other wire type is used"
            length, at = read_varint(data, at)
            value, at = data[at : at + length], at + length
            assert len(value) == length
            if of.startswith("text"):
                value = value.decode("utf-8")
            elif of == "int*":
                packed, inside = [], 0
                while inside < length:
                    one, inside = read_varint(value, inside)
                    packed.append(one)
                found[name] += packed
                continue
            else:
                value = read_message(value, of.rstrip("*"))
        if of.endswith("*"):
            found[name].append(value)
        else:
            found[name] = value
    return found


def pprof_of(report):
    return read_message(gzip.decompress(reporters.render("pprof", report)), "Profile")


def pprof_stacks(profile):
    """Each sample as ((function, file, line), …) outermost first, and its values."""
    text = profile["string_table"]
    functions = {each["id"]: each for each in profile["function"]}
    locations = {each["id"]: each for each in profile["location"]}
    assert 0 not in functions and 0 not in locations
    for sample in profile["sample"]:
        lines = [locations[place]["line"] for place in reversed(sample["location_id"])]
        frames = tuple(
            (
                text[functions[line["function_id"]]["name"]],
                text[functions[line["function_id"]]["filename"]],
                line["line"],
            )
            for (line,) in lines
        )
        yield frames, tuple(sample["value"])


def collapsed_stacks(report):
    for line in reporters.render("collapsed", report).splitlines():
        stack, weight = re.fullmatch(r"(.+) (\d+)", line).groups()
        yield stack.split(";"), int(weight)


def of_speedscope(report):
    """The profiles by the end of their names, after a check of what the format asks for."""
    file = json.loads(reporters.render("speedscope", report))
    assert file["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = file["shared"]["frames"]
    assert all(isinstance(frame["name"], str) for frame in frames)
    for profile in file["profiles"]:
        assert profile["type"] == "sampled" and profile["startValue"] == 0
        assert profile["unit"] in ("none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes")
        assert len(profile["samples"]) == len(profile["weights"])
        assert sum(profile["weights"]) == profile["endValue"]
        assert all(0 <= frame < len(frames) for sample in profile["samples"] for frame in sample)
    assert 0 <= file["activeProfileIndex"] < len(file["profiles"])
    return file, frames


def of_firefox(report):
    """The profile, after a check that its tables fit together."""
    profile = json.loads(reporters.render("firefox", report))
    shared = profile["shared"]
    strings = shared["stringArray"]
    tables = ("stackTable", "frameTable", "funcTable", "resourceTable", "nativeSymbols", "sources")
    samples = [thread["samples"] for thread in profile["threads"]]
    for table in [shared[name] for name in tables] + [thread["markers"] for thread in profile["threads"]] + samples:
        assert {len(column) for column in table.values() if isinstance(column, list)} <= {table["length"]}
    stacks, frames, functions = shared["stackTable"], shared["frameTable"], shared["funcTable"]
    for stack, (frame, prefix) in enumerate(zip(stacks["frame"], stacks["prefix"], strict=True)):
        assert 0 <= frame < frames["length"]
        assert prefix is None or 0 <= prefix < stack, "callers come before what they called"
    assert all(0 <= function < functions["length"] for function in frames["func"])
    assert all(category in (None, *range(len(profile["meta"]["categories"]))) for category in frames["category"])
    assert all(0 <= name < len(strings) for name in functions["name"] + shared["sources"]["filename"])
    assert all(source in (None, *range(shared["sources"]["length"])) for source in functions["source"])
    assert [thread["isMainThread"] for thread in profile["threads"]] == [True] + [False] * (len(samples) - 1)
    for table in samples:
        assert table["time"] == sorted(table["time"])
        assert all(0 <= stack < stacks["length"] for stack in table["stack"])
        assert all(time < profile["meta"]["profilingEndTime"] for time in table["time"]), (
            "the viewer leaves out the end"
        )
    for counter in profile["counters"]:
        assert counter["samples"]["time"][-1] < profile["meta"]["profilingEndTime"]
    assert profile["meta"]["interval"] > 0
    return profile


def firefox_stacks(profile, thread):
    """Names on each sample's stack, outermost first, its time in ms and its weight."""
    shared = profile["shared"]
    names = [shared["stringArray"][name] for name in shared["funcTable"]["name"]]
    samples = profile["threads"][thread]["samples"]
    for stack, at, weight in zip(samples["stack"], samples["time"], samples["weight"], strict=True):
        found, place = [], stack
        while place is not None:
            found.insert(0, names[shared["frameTable"]["func"][shared["stackTable"]["frame"][place]]])
            place = shared["stackTable"]["prefix"][place]
        yield found, at, weight


def energy_uj(report):
    """The µJ that each export holds, by its name."""
    return {
        "collapsed": sum(weight for _, weight in collapsed_stacks(report)),
        "speedscope": sum(of_speedscope(report)[0]["profiles"][0]["weights"]),
        "pprof": sum(values[1] for _, values in pprof_stacks(pprof_of(report))),
        "firefox": sum(weight for *_, weight in firefox_stacks(of_firefox(report), 0)),
    }


# Whole numbers -------------------------------------------------------------------------------------------------------

amounts = st.floats(0, 1e6, allow_subnormal=False)


@given(st.lists(amounts, max_size=30), st.integers(0, 10**18))
def test_shares_are_whole_and_sum_to_the_whole(weights, whole):
    numbers = _stacks.apportion(weights, whole)
    assert len(numbers) == len(weights)
    if not weights:
        return
    assert sum(numbers) == whole
    assert all(isinstance(number, int) and number >= 0 for number in numbers)
    total = math.fsum(weights)
    if total:
        assert all(abs(n - w / total * whole) < 1 + 1e-9 * whole for n, w in zip(numbers, weights, strict=True))
        assert all(n == 0 for n, w in zip(numbers, weights, strict=True) if w == 0)


@pytest.mark.parametrize(
    ("weights", "whole", "numbers"),
    [
        ([1, 1, 1], 2, [1, 1, 0]),
        ([0.5, 0.25, 0.25], 2, [1, 1, 0]),
        ([1, 2, 7], 100, [10, 20, 70]),
        ([0, 0], 5, [0, 5]),
        ([], 0, []),
        ([3.0], 0, [0]),
    ],
)
def test_the_largest_remainders_are_rounded_up(weights, whole, numbers):
    assert _stacks.apportion(weights, whole) == numbers


@st.composite
def trees(draw, depth=3):
    """Nodes whose totals are what their lines and children used, and something that the tree does not tell."""
    lines = tuple(
        LineShare(line=line, self_j=draw(amounts), cpu_s=draw(amounts) / 1e3)
        for line in draw(st.lists(st.integers(1, 99), max_size=3, unique=True))
    )
    children = tuple(draw(st.lists(trees(depth - 1), max_size=2))) if depth else ()
    parts_j = [each.self_j for each in lines] + [each.total_j for each in children]
    return Node(
        path=draw(st.sampled_from(["app.py", "b;c d.py", "<string>", "/usr/lib/python3.12/ast.py"])),
        line=draw(st.integers(1, 99)),
        function=draw(st.sampled_from(["main", "<lambda>", "a;b 12", "größe", "x\ny"])),
        total_j=math.fsum(parts_j) + draw(st.sampled_from([0.0, 0.25])),
        cpu_s=math.fsum(each.cpu_s for each in (*lines, *children)) + draw(st.sampled_from([0.0, 0.5])),
        lines=lines,
        children=children,
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(trees(), max_size=3), st.floats(0, 1e4))
def test_every_export_sums_to_the_joules_and_cpu_time_of_the_program(shop, tree, elsewhere):
    placed_j, placed_s = (math.fsum(getattr(each, name) for each in tree) for name in ("total_j", "cpu_s"))
    report = replace(
        shop,
        run=replace(shop.run, cpu_s=placed_s + elsewhere),
        energy=replace(shop.energy, process_j=placed_j + elsewhere),
        tree=tuple(tree),
    )
    whole_uj = round(report.energy.process_j * 1e6)
    for export, used_uj in energy_uj(report).items():
        assert abs(used_uj - whole_uj) <= max(1, whole_uj * 1e-12), export
    cpu_ns = round(report.run.cpu_s * 1e9)
    assert abs(sum(values[0] for _, values in pprof_stacks(pprof_of(report))) - cpu_ns) <= max(1, cpu_ns * 1e-12)
    profile = of_speedscope(report)[0]["profiles"][1]
    assert profile["unit"] == "nanoseconds" and abs(profile["endValue"] - cpu_ns) <= max(1, cpu_ns * 1e-12)


def test_a_tree_of_more_than_the_program_is_not_cut_down(lined):
    report = replace(lined, energy=replace(lined.energy, process_j=8.0))
    assert set(energy_uj(report).values()) == {9_000_000}


def test_what_lies_nowhere_is_said(reports, lined):
    assert set(energy_uj(reports["empty"]).values()) == {40_000}
    for stack, weight in list(collapsed_stacks(reports["empty"]))[-1:]:
        assert (stack[1:], weight) == (["(not placed)"], 40_000)
    assert (("(not placed)", "", 0),) in dict(pprof_stacks(pprof_of(lined)))
    assert dict(pprof_stacks(pprof_of(lined)))[(("(not placed)", "", 0),)] == (500_000_000, 1_000_000)
    placed = replace(lined, energy=replace(lined.energy, process_j=9.0), run=replace(lined.run, cpu_s=4.5))
    assert not any("(not placed)" in str(reporters.render(export, placed)) for export in ("collapsed", "speedscope"))


# Each format ---------------------------------------------------------------------------------------------------------


def test_collapsed_is_what_flame_graph_tools_read(lined):
    root = "python shop.py (µJ, measured, ±1 %)"
    assert reporters.render("collapsed", lined) == (
        f"{root};main (shop.py:90);shop.py:97 500000\n"
        f"{root};main (shop.py:90);monthly, report (shop.py:35);shop.py:42 4000000\n"
        f"{root};main (shop.py:90);monthly, report (shop.py:35);shop.py:44 1000000\n"
        f"{root};main (shop.py:90);monthly, report (shop.py:35) 500000\n"
        f"{root};main (shop.py:90);dumps (/usr/lib/python3.12/json/__init__.py:183);"
        "/usr/lib/python3.12/json/__init__.py:238 1000000\n"
        f"{root};(command: gzip -9) 2000000\n"
        f"{root};(not placed) 1000000\n"
    )


def test_speedscope_has_a_profile_each_for_energy_cpu_time_and_waiting(lined):
    file, frames = of_speedscope(lined)
    energy, cpu, waiting = file["profiles"]
    assert energy["name"] == "python shop.py: energy in µJ, measured, ±1 %" and energy["unit"] == "none"
    assert cpu["name"] == "python shop.py: CPU time" and cpu["unit"] == "nanoseconds"
    assert "not the program's own" in waiting["name"] and waiting["unit"] == "none"
    named = [[frames[frame]["name"] for frame in sample] for sample in energy["samples"]]
    assert dict(zip(map(tuple, named), energy["weights"], strict=True)) == {
        ("main", "shop.py:97"): 500_000,
        ("main", "monthly; report", "shop.py:42"): 4_000_000,
        ("main", "monthly; report", "shop.py:44"): 1_000_000,
        ("main", "monthly; report"): 500_000,
        ("main", "dumps", "__init__.py:238"): 1_000_000,
        ("(command: gzip -9)",): 2_000_000,
        ("(not placed)",): 1_000_000,
    }
    assert {"name": "main", "file": "shop.py", "line": 90} in frames
    assert {"name": "shop.py:42", "file": "shop.py", "line": 42} in frames
    assert {"name": "(command: gzip -9)"} in frames
    assert cpu["endValue"] == 5_000_000_000
    # 6.4 J at shop.py:42 and 15.5 J at shop.py:93, whose idle joules are the machine's.
    assert waiting["endValue"] == 21_900_000
    assert [[frames[frame]["name"] for frame in sample] for sample in waiting["samples"]] == [
        ["monthly_report", "shop.py:42"],
        ["main", "shop.py:93"],
    ]


def test_speedscope_has_no_profile_of_waiting_where_nothing_waited(lined):
    busy = replace(lined, hotspots=tuple(replace(spot, idle_j=0.0) for spot in lined.hotspots))
    assert len(of_speedscope(busy)[0]["profiles"]) == 2


def test_pprof_has_both_values_on_each_line(lined):
    profile = pprof_of(lined)
    text = profile["string_table"]
    assert text[0] == "" and len(set(text)) == len(text)
    assert [(text[each["type"]], text[each["unit"]]) for each in profile["sample_type"]] == [
        ("cpu", "nanoseconds"),
        ("energy", "microjoules"),
    ]
    assert text[profile["default_sample_type"]] == "energy"
    main = ("main", "shop.py", 90)
    report = ("monthly; report", "shop.py")
    json_ = "/usr/lib/python3.12/json/__init__.py"
    assert dict(pprof_stacks(profile)) == {
        (("main", "shop.py", 97),): (250_000_000, 500_000),
        (main, (*report, 42)): (2_000_000_000, 4_000_000),
        (main, (*report, 44)): (500_000_000, 1_000_000),
        (main, (*report, 35)): (250_000_000, 500_000),
        (main, ("dumps", json_, 238)): (500_000_000, 1_000_000),
        (("(command: gzip -9)", "", 0),): (1_000_000_000, 2_000_000),
        (("(not placed)", "", 0),): (500_000_000, 1_000_000),
    }
    starts = {text[each["name"]]: each["start_line"] for each in profile["function"]}
    assert starts["main"] == 90 and starts["dumps"] == 183
    assert profile["duration_nanos"] == 4_000_000_000
    assert profile["time_nanos"] == 1_795_291_200 * 10**9  # 2026-11-21T20:00:00Z
    assert any("measured over" in text[comment] for comment in profile["comment"])
    assert all(location["mapping_id"] == profile["mapping"][0]["id"] for location in profile["location"])


def test_pprof_is_the_same_bytes_for_the_same_report(lined):
    first = reporters.render("pprof", lined)
    assert first == reporters.render("pprof", lined) and first[:2] == b"\x1f\x8b"


@given(st.integers(0, 2**64 - 1))
def test_a_varint_reads_back(number):
    encoded = varint(number)
    assert read_varint(encoded, 0) == (number, len(encoded))
    assert len(encoded) == max(1, math.ceil(number.bit_length() / 7))


def test_pprof_reads_the_same_with_the_protobuf_library(lined):
    factory = pytest.importorskip("google.protobuf.message_factory", reason="protobuf is not installed")
    from google.protobuf import descriptor_pb2, descriptor_pool

    file = descriptor_pb2.FileDescriptorProto(name="profile.proto", package="test", syntax="proto3")
    kinds = {
        "int": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
        "text": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    }
    for kind, its_fields in PROTO.items():
        message = file.message_type.add(name=kind)
        for name, (number, of) in its_fields.items():
            one = of.rstrip("*")
            field = message.field.add(name=name, number=number, label=3 if of.endswith("*") else 1)
            field.type = kinds.get(one, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE)
            if one not in kinds:
                field.type_name = f".test.{one}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    profile = factory.GetMessageClass(pool.FindMessageTypeByName("test.Profile"))()
    profile.ParseFromString(gzip.decompress(reporters.render("pprof", lined)))

    def plain(message):
        return {
            name: [plain(each) if of[0].isupper() else each for each in getattr(message, name)]
            if of.endswith("*")
            else getattr(message, name)
            for name, (_, of) in PROTO[message.DESCRIPTOR.name].items()
        }

    assert plain(profile) == pprof_of(lined)


def test_firefox_has_threads_of_energy_and_cpu_time(lined):
    profile = of_firefox(lined)
    assert profile["meta"]["preprocessedProfileVersion"] == 60
    assert [(each["name"], each["samples"]["weightType"]) for each in profile["threads"]] == [
        ("Energy of the whole run (1 sample = 1 µJ)", "samples"),
        ("Energy over time (1 sample = 1 µJ)", "samples"),
        ("CPU time of the whole run", "tracing-ms"),
    ]
    whole = {tuple(stack): (time, weight) for stack, time, weight in firefox_stacks(profile, 0)}
    assert whole["main", "monthly; report", "shop.py:42"] == (0, 4_000_000)
    assert whole["(not placed)",] == (0, 1_000_000)
    assert list(firefox_stacks(profile, 1)) == [
        (["monthly; report"], 0.0, 5_000_000),
        (["(other functions)"], 1250.0, 3_000_000),
        (["main"], 3000.0, 2_000_000),
    ]
    cpu = {tuple(stack): weight for stack, _, weight in firefox_stacks(profile, 2)}
    assert cpu["main", "monthly; report", "shop.py:42"] == 2000 and sum(cpu.values()) == pytest.approx(5000)
    names = [each["name"] for each in profile["meta"]["categories"]]
    shared = profile["shared"]
    of = {
        shared["stringArray"][name]: category
        for name, category in zip(shared["funcTable"]["name"], shared["frameTable"]["category"], strict=True)
    }
    assert names[of["main"]] == "Own code" and names[of["dumps"]] == "Standard library"
    assert names[of["(not placed)"]] == "Other"
    told = [entry["value"] for section in profile["meta"]["extra"] for entry in section["entries"]]
    assert any("measured over" in sentence for sentence in told)


def joules(counter):
    return sum(counter["samples"]["count"]) * 3600e-12


def test_firefox_has_power_tracks_in_picowatt_hours(lined):
    program, machine = of_firefox(lined)["counters"]
    for counter in (program, machine):
        assert counter["category"] == "power" and counter["pid"] == "0" and counter["mainThreadIndex"] == 0
        samples = counter["samples"]
        assert samples["length"] == len(samples["time"]) == len(samples["count"])
        assert all(before < after for before, after in pairwise(samples["time"]))
    assert joules(program) == pytest.approx(4 * 2 + 2 * 1)
    assert joules(machine) == pytest.approx(6 * 2 + 3 * 1)
    # Watts as the viewer works them out: pWh over the ms since the sample before.
    times, counts = (program["samples"][column] for column in ("time", "count"))
    watts = [
        count * 3.6e-6 / (after - before) for (before, after), count in zip(pairwise(times), counts[1:], strict=True)
    ]
    assert watts == pytest.approx([4, 4, 0, 2, 2])
    assert counts[0] == 0, "the viewer ignores the first"


def test_firefox_shows_a_run_of_one_span(lined):
    """It hides a power track of two samples."""
    profile = of_firefox(replace(lined, timeline=TIMELINE[:1]))
    assert all(counter["samples"]["length"] > 2 for counter in profile["counters"])


@given(st.lists(st.tuples(st.floats(0.001, 1), st.none() | st.floats(0, 500)), min_size=1, max_size=20))
def test_power_tracks_hold_the_joules_of_the_timeline(shop, spans):
    at_s, timeline = 0.0, []
    for length_s, watts in spans:
        timeline.append(Power(start_s=at_s, end_s=at_s + length_s, total_w=watts, process_w=watts))
        at_s += length_s
    counters = of_firefox(replace(shop, timeline=tuple(timeline)))["counters"]
    expected = [(power.end_s - power.start_s) * power.process_w for power in timeline if power.process_w is not None]
    assert [joules(counter) for counter in counters] == pytest.approx(
        [math.fsum(expected)] * 2 if expected else [], abs=1e-7
    )


def test_carbon_goes_with_the_power_track(reports, lined):
    assert of_firefox(reports["estimated"])["meta"]["gramsOfCO2ePerKWh"] == 267.6
    assert "gramsOfCO2ePerKWh" not in of_firefox(lined)["meta"]


# Joules unknown ------------------------------------------------------------------------------------------------------


def test_without_joules_cpu_time_is_the_weight_and_the_unit_says_so(reports):
    report = reports["unknown"]
    cpu_ns = round(report.run.cpu_s * 1e9)
    stacks = list(collapsed_stacks(report))
    assert sum(weight for _, weight in stacks) == cpu_ns
    assert all(stack[0].endswith("(ns of CPU time, joules unknown)") for stack, _ in stacks)
    file, _ = of_speedscope(report)
    assert [(each["unit"], each["endValue"]) for each in file["profiles"]] == [("nanoseconds", cpu_ns)]
    profile = pprof_of(report)
    text = profile["string_table"]
    assert [(text[each["type"]], text[each["unit"]]) for each in profile["sample_type"]] == [("cpu", "nanoseconds")]
    assert sum(value for _, (value,) in pprof_stacks(profile)) == cpu_ns
    assert text[profile["default_sample_type"]] == "cpu"
    profile = of_firefox(report)
    assert [each["name"] for each in profile["threads"]] == ["CPU time of the whole run"]
    assert profile["counters"] == []


# What breaks a careless exporter -------------------------------------------------------------------------------------


@pytest.mark.parametrize("export", EXPORTS)
def test_a_saved_report_exports_identically(report, export):
    again = report_from_json(json.loads(reporters.render("json", report)), "saved.json")
    assert reporters.render(export, again) == reporters.render(export, report)


def test_no_export_lets_an_unsafe_character_through(report):
    _, frames = of_speedscope(report)
    shown = [frame["name"] + frame.get("file", "") for frame in frames]
    shown += pprof_of(report)["string_table"] + of_firefox(report)["shared"]["stringArray"]
    shown += reporters.render("collapsed", report).split("\n")
    assert not {c for c in "".join(shown) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    for export in ("firefox", "speedscope"):
        assert reporters.render(export, report).isascii()


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_any_name_is_one_frame_of_a_collapsed_stack(shop, function, path):
    tree = (node(path, 1, function, 2.0, 1.0, on_line(7, 1.5, 0.75)),)
    stacks = list(collapsed_stacks(replace(shop, tree=tree)))
    assert [len(stack) for stack, _ in stacks] == [3, 2, 2]
    # A number at the end of a frame would be read as a second weight, by tools that compare two.
    assert not any(re.search(r"\s\d+$", stack[-1]) for stack, _ in stacks)


def test_other_scripts_stay_readable(lined):
    tree = (node("größe.py", 1, "計算", 9.0, 4.5),)
    report = replace(lined, tree=tree)
    assert ";計算 (größe.py:1) 9000000\n" in reporters.render("collapsed", report)
    assert ("計算", "größe.py", 1) in {frames[-1] for frames, _ in pprof_stacks(pprof_of(report))}


def test_a_line_that_stands_for_a_loop_is_shown_as_the_loop(lined):
    spots = tuple(replace(spot, end_line=48) for spot in lined.hotspots if spot.line == 42)
    report = replace(lined, hotspots=spots)
    assert "monthly, report (shop.py:35);shop.py:42–48 4000000\n" in reporters.render("collapsed", report)
    file, frames = of_speedscope(report)
    for profile in (file["profiles"][0], file["profiles"][2]):
        named = [frames[frame]["name"] for sample in profile["samples"] for frame in sample]
        assert "shop.py:42–48" in named and "shop.py:42" not in named


def test_functions_of_one_name_stay_apart(lined):
    report = replace(lined, tree=(node("a.py", 1, "<lambda>", 5.0, 1.0), node("a.py", 9, "<lambda>", 4.0, 1.0)))
    assert sum(frame["name"] == "<lambda>" for frame in of_speedscope(report)[1]) == 2
    assert len({stack[1] for stack, _ in collapsed_stacks(report)}) == 3
    assert sum(each["start_line"] > 0 for each in pprof_of(report)["function"]) == 2


@pytest.mark.parametrize("export", EXPORTS)
def test_a_deep_tree_is_exported_whole(lined, export):
    tree = node("deep.py", 3000, "f3000", 9.0, 4.5)
    for depth in range(2999, 0, -1):
        tree = node("deep.py", depth, f"f{depth}", 9.0, 4.5, tree)
    report = replace(lined, tree=(tree,))
    output = reporters.render(export, report)
    text = gzip.decompress(output) if export == "pprof" else output.encode()
    assert b"f1" in text and b"f3000" in text


def test_a_waiting_process_without_lines_has_no_line(shop):
    spot = Hotspot(
        path="<command: sleep>", line=0, function="sleep", self_j=0.0, cpu_s=0.0, samples=0, wait_s=1.0, idle_j=2.0
    )
    file, frames = of_speedscope(replace(shop, hotspots=(spot,)))
    assert [frames[frame] for frame in file["profiles"][2]["samples"][0]] == [{"name": "(command: sleep)"}]


# The door ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("run.speedscope.json", "speedscope"),
        ("RUN.Speedscope.JSON", "speedscope"),
        ("run.speedscope", "speedscope"),
        ("run.firefox.json", "firefox"),
        ("run.json", "json"),
        ("firefox.json", "json"),
        ("speedscope.json", "json"),
        ("run.collapsed", "collapsed"),
        ("some.dir/run.folded", "collapsed"),
        ("run.pb.gz", "pprof"),
        ("run.pprof", "pprof"),
        ("run.gz", None),
        ("pprof", None),
        (".json", None),
        ("run.pb", None),
        ("speedscope.json/run", None),
    ],
)
def test_the_longest_suffix_names_the_format(name, format):
    assert reporters.format_for(name) == format
    assert reporters.format_for(Path(name)) == format


def greenprof(*arguments):
    return subprocess.run([sys.executable, "-m", "greenprof", *arguments], capture_output=True, check=False)


def test_the_command_writes_every_export_at_once(lined, tmp_path):
    saved = tmp_path / "saved.json"
    saved.write_text(reporters.render("json", lined), encoding="utf-8")
    files = [tmp_path / name for name in ("a.collapsed", "a.firefox.json", "a.pb.gz", "a.speedscope.json")]
    done = greenprof("report", str(saved), *(word for file in files for word in ("-o", str(file))))
    assert done.returncode == 0, done.stderr
    for file, export in zip(files, EXPORTS, strict=True):
        rendered = reporters.render(export, lined)
        assert file.read_bytes() == (rendered if isinstance(rendered, bytes) else rendered.encode())
    piped = greenprof("report", str(saved), "-f", "pprof")
    assert piped.stdout == reporters.render("pprof", lined), piped.stderr


# The viewers themselves ----------------------------------------------------------------------------------------------


def without_viewer(why):
    """A skip that is seen where people work; where nobody looks, a failure."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def test_go_tool_pprof_reads_it(lined, tmp_path):
    go = shutil.which("go") or without_viewer("go is not installed: pprof itself did not read the export")
    (tmp_path / "x.pb.gz").write_bytes(reporters.render("pprof", lined))
    (tmp_path / "shop.py").write_text("".join(f"line_{number}\n" for number in range(1, 100)))

    def pprof(*arguments):
        return subprocess.run(
            [go, "tool", "pprof", *arguments, "x.pb.gz"], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    top = pprof("-top", "-nodefraction=0")
    assert "Type: energy" in top and "of 10000000microjoules total" in top
    assert re.search(r"5500000microjoules 55\.00% .* monthly; report$", top, re.MULTILINE)
    assert re.search(r"7000000microjoules 70\.00% +main$", top, re.MULTILINE)
    assert "of 5000ms total" in pprof("-top", "-sample_index=cpu", "-nodefraction=0")
    listed = pprof("-list", "monthly")
    assert re.search(r"4000000 +4000000 +42:line_42", listed)


def test_the_firefox_profiler_reads_it(lined, tmp_path):
    command = shutil.which("profiler-cli") or without_viewer(
        "profiler-cli is not installed: the Profiler did not read it"
    )
    (tmp_path / "x.firefox.json").write_text(reporters.render("firefox", lined))
    environment = {**os.environ, "PROFILER_CLI_SESSION_DIR": str(tmp_path / "sessions")}

    def profiler(*arguments, check=True):
        return subprocess.run(
            [command, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=check
        )

    try:
        # It gives its own server half a second to begin, which is too little on a busy machine: so it is asked again.
        said, deadline_s = profiler("load", "x.firefox.json", check=False), time.monotonic() + 60
        while (listed := profiler("counter", "list", "--json", check=False)).returncode:
            assert time.monotonic() < deadline_s, said.stderr + listed.stderr
            time.sleep(0.2)
        counters = json.loads(listed.stdout)["counters"]
        assert [(each["name"], each["category"], each["unit"]) for each in counters] == [
            ("Program", "power", "pWh"),
            ("Whole machine", "power", "pWh"),
        ]
        assert "2.8 mWh" in profiler("counter", "info", "c-0").stdout  # 10 J
        functions = json.loads(profiler("thread", "functions", "--thread", "t-0", "--json").stdout)["functions"]
        total = {each["name"]: each["totalSamples"] for each in functions}
        assert total["main"] == 7_000_000 and total["shop.py:42"] == 4_000_000
        assert "monthly; report" in profiler("thread", "samples", "--thread", "t-1").stdout
    finally:
        profiler("stop", "--all")


def speedscope_folder():
    folder = os.environ.get("SPEEDSCOPE")
    if not folder and shutil.which("npm"):
        root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=False).stdout.strip()
        folder = f"{root}/speedscope"
    page = Path(folder or "nowhere") / "dist" / "release" / "index.html"
    return page if page.exists() else None


def test_speedscope_opens_it(lined, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    page = speedscope_folder()
    if not chromium or not page:
        without_viewer(
            "chromium or the npm package speedscope is not installed: speedscope itself did not open the export"
        )
    encoded = base64.b64encode(reporters.render("speedscope", lined).encode()).decode()
    (tmp_path / "open.js").write_text(f'speedscope.loadFileFromBase64("x.speedscope.json", "{encoded}")')
    shown = subprocess.run(
        [
            chromium, "--headless=new", "--no-sandbox", "--allow-file-access-from-files", "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader", f"--user-data-dir={tmp_path / 'chromium'}", "--virtual-time-budget=20000",
            "--dump-dom", f"{page.as_uri()}#localProfilePath={tmp_path / 'open.js'}",
        ],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    assert "python shop.py: energy in µJ, measured, ±1 %" in shown
    assert "(1/3)" in re.sub(r"<[^>]+>|\s+", "", shown)

"""Hourly factors: time zones, clocks that change, gaps, bad rows; and the best hour of a forecast."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof import carbon
from greenprof.carbon.hourly import Hour
from greenprof.errors import GreenprofError

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def read(tmp_path):
    def read(text, zone=None, encoding="utf-8"):
        path = tmp_path / "hours.csv"
        path.write_bytes(text.encode(encoding))
        return carbon.read_hours(path, zone)

    return read


def values(hours):
    return [hour.g_per_kwh for hour in hours.hours]


@pytest.mark.parametrize(
    "text",
    [
        "time,g_per_kwh\n2026-11-29T12:00Z,300\n2026-11-29T13:00Z,200\n",
        "time,g_per_kwh\r\n2026-11-29T13:00+00:00,200\r\n\r\n2026-11-29T13:00+01:00,300\r\n",
        "\ufefftime;g_per_kwh\n2026-11-29 12:00Z;300,0\n2026-11-29 13:00Z;200,0\n",
        "Datetime (UTC),Country,Carbon intensity gCO₂eq/kWh (direct),Carbon intensity gCO₂eq/kWh (Life cycle)\n"
        "2026-11-29 12:00:00,Netherlands,250,300\n2026-11-29 13:00:00,Netherlands,150,200\n",
        "from,actual\n2026-11-29T12:00Z,300\n2026-11-29T13:00Z,200\n",
    ],
)
def test_the_usual_ways_to_write_such_a_file(read, text):
    hours = read(text)
    assert hours.hours == (
        Hour(start=START, end=START + HOUR, g_per_kwh=300.0),
        Hour(start=START + HOUR, end=START + 2 * HOUR, g_per_kwh=200.0),
    )


def test_a_column_says_whether_it_is_over_the_life_cycle(read):
    assert read("time,carbon intensity (direct)\n2026-11-29T12:00Z,3\n").scope == "direct"
    assert read("time,carbon intensity (LCA)\n2026-11-29T12:00Z,3\n").scope == "life cycle"
    assert read("time,g_per_kwh\n2026-11-29T12:00Z,3\n").scope is None


def test_the_hour_that_the_clock_shows_twice(read):
    rows = ["2026-10-25 01:00", "2026-10-25 02:00", "2026-10-25 02:00", "2026-10-25 03:00"]
    hours = read("time,g_per_kwh\n" + "".join(f"{at},{n}00\n" for n, at in enumerate(rows, 1)), "Europe/Amsterdam")
    assert [hour.start.hour for hour in hours.hours] == [23, 0, 1, 2]
    assert values(hours) == [100, 200, 300, 400]


def test_the_hour_that_the_clock_skips(read):
    rows = "time,g_per_kwh\n2026-03-29 01:00,100\n2026-03-29 03:00,300\n"
    hours = read(rows, "Europe/Amsterdam")
    assert hours.covers(hours.hours[0].start, hours.hours[-1].end)  # one hour after the other
    with pytest.raises(GreenprofError, match=r"row 3: '2026-03-29 02:30' is a time that Europe/Amsterdam skips"):
        read("time,g_per_kwh\n2026-03-29 01:00,100\n2026-03-29 02:30,300\n", "Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("time,g_per_kwh\n", "has no row with a factor"),
        ("time,g_per_kwh\n2026-11-29T12:00Z,\n", "has no row with a factor"),
        ("when,g_per_kwh\n2026-11-29T12:00Z,3\n", "row 1: no column is called 'time'"),
        ("time,price,zone\n2026-11-29T12:00Z,3,x\n", "row 1: no column is called 'g_per_kwh'"),
        ("time,g_per_kwh\n2026-11-29T12:00,3\n", "row 2: '2026-11-29T12:00' has no time zone"),
        ("time,g_per_kwh\nnoon,3\n", "row 2: 'noon' is no time"),
        ("time,g_per_kwh\n2026-11-29T12:00Z,3\n2026-11-29T13:00Z,n/a\n", "row 3: 'n/a' is no number"),
        ("time,g_per_kwh\n2026-11-29T12:00Z,nan\n", "row 2: nan is no number"),
        ("time,g_per_kwh\n2026-11-29T12:00Z,-4\n", "row 2: -4 is below 0"),
        ("time,g_per_kwh\n2026-11-29T12:00Z,0.3\n", "row 2: 0.3 g/kWh is less than any grid"),
        ("time,g_per_kwh\n2026-11-29T12:00Z\n", "row 2: has 1 columns, the header has 2"),
        ("time,g_per_kwh\n2026-11-29T12:00Z,3\n2026-11-29T13:00+01:00,4\n", "row 3: .* is there twice"),
        ('time,g_per_kwh\n"2026-11-29T12:00Z,3\n', "is no CSV"),
    ],
)
def test_a_bad_file_is_one_clear_line(read, text, said):
    with pytest.raises(GreenprofError, match=f"hours.csv: {said}") as raised:
        read(text)
    assert raised.value.exit_code == 2
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_or_no_text_and_a_zone_that_is_none(read, tmp_path):
    with pytest.raises(GreenprofError, match="cannot be read"):
        carbon.read_hours(tmp_path / "none.csv")
    with pytest.raises(GreenprofError, match="no text in UTF-8"):
        read("time,g_per_kwh\n2026-11-29T12:00Z,3\n", encoding="utf-16")
    for zone in ("Europe/Amstelveen", "", "../etc/passwd"):
        with pytest.raises(GreenprofError, match="no time zone is called"):
            read("time,g_per_kwh\n2026-11-29T12:00,3\n", zone)


def test_a_gap_is_said_and_never_bridged(read):
    hours = read("time,g_per_kwh\n" + "".join(f"2026-11-29T{h:02}:00Z,{100 + h}\n" for h in (10, 11, 12, 14, 15)))
    assert hours.mean([(START, START + HOUR / 2, 1.0)]) == (112.0, 1)
    with pytest.raises(GreenprofError, match=r"no factor for 2026-11-29 13:00\+00:00; .* with gaps"):
        hours.mean([(START, START + 2 * HOUR, 1.0)])
    with pytest.raises(GreenprofError, match=r"no factor for 2026-11-29 16:00\+00:00"):
        hours.mean([(START + 3 * HOUR, START + 5 * HOUR, 1.0)])
    with pytest.raises(GreenprofError, match=r"no factor for 2026-11-28 12:00"):
        hours.mean([(START - 24 * HOUR, START - 23 * HOUR, 1.0)])


def of(factors, step=HOUR):
    rows = (Hour(start=START + n * step, end=START + (n + 1) * step, g_per_kwh=g) for n, g in enumerate(factors))
    return carbon.Hours(where="f.csv", hours=tuple(rows))


grams = st.lists(st.floats(1, 1000), min_size=2, max_size=30)


@given(grams, st.data())
def test_the_mean_is_the_integral_over_the_time_of_the_run(factors, data):
    minutes = len(factors) * 60
    begin = data.draw(st.integers(0, minutes - 1))
    end = data.draw(st.integers(begin + 1, minutes))
    minute = timedelta(minutes=1)
    mean, rows = of(factors).mean([(START + begin * minute, START + end * minute, 5.0)])
    by_minute = [factors[at // 60] for at in range(begin, end)]
    assert mean == pytest.approx(sum(by_minute) / len(by_minute))
    assert rows == (end - 1) // 60 - begin // 60 + 1


def test_an_hour_in_which_more_was_used_counts_more():
    spans = [(START, START + HOUR, 3.0), (START + HOUR, START + 2 * HOUR, 1.0)]
    assert of([100, 200]).mean(spans) == (125.0, 2)


def test_a_run_that_used_nothing_has_the_mean_over_its_time():
    assert of([100, 200]).mean([(START, START + 2 * HOUR, 0.0)]) == (150.0, 2)


@given(grams, st.integers(1, 48), st.sampled_from([15, 30, 60]))
def test_no_start_at_any_minute_is_better_than_the_advice(factors, quarters, step):
    minute, span = timedelta(minutes=1), timedelta(minutes=7 * quarters)
    hours = of(factors, timedelta(minutes=step))
    end = hours.hours[-1].end
    if hours.hours[0].start + span > end:
        return
    advice = carbon.advise(hours, span, now=START)
    starts = range(0, (end - span - START) // minute + 1, 5)
    means = [hours.mean([(START + at * minute, START + at * minute + span, 1.0)])[0] for at in starts]
    assert advice.best.g_per_kwh <= min(means) + 1e-9
    assert advice.worst.g_per_kwh >= max(means) - 1e-9
    assert advice.first.start == START


def test_what_is_past_or_too_late_is_no_advice():
    hours = of([50, 300, 200, 100, 60])
    assert carbon.advise(hours, HOUR, now=START).best.start == START
    assert carbon.advise(hours, HOUR, now=START + HOUR / 2).best.start == START + 4 * HOUR
    assert carbon.advise(hours, HOUR, now=START + HOUR, by=START + 4 * HOUR).best.start == START + 3 * HOUR
    assert carbon.advise(hours, HOUR, now=START + 99 * HOUR).past
    with pytest.raises(GreenprofError, match="covers no 6 h in one piece"):
        carbon.advise(hours, 6 * HOUR, now=START)
    with pytest.raises(GreenprofError, match="to be over by"):
        carbon.advise(hours, 2 * HOUR, now=START, by=START + HOUR)


def test_the_saving_is_against_the_first_start_that_can_be_had():
    assert carbon.advise(of([200, 100, 300]), HOUR, now=START).saved == pytest.approx(0.5)
    assert carbon.advise(of([0, 0]), HOUR, now=START).saved is None

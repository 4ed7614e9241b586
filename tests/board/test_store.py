"""The store and its queue, on SQLite and PostgreSQL alike: nothing is lost, and nothing is judged twice."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from greenprof.board import accounts, event, jobs, submissions
from greenprof.board.model import JUDGED, REJECTED
from greenprof.board.store import SCHEMA, Store, address_of
from greenprof.board.tables import HEAD, audit, metadata, results
from greenprof.board.wire import result_from_json, result_to_json
from greenprof.board.worker import work
from greenprof.errors import GreenprofError

from .conftest import challenge, result

GENEROUS = submissions.Allowance(waiting=1000, an_hour=1000)
NAMES = ("sorting",)


def hand_in(store, team, text="print(1)", **more):
    given_ = {"challenge": "sorting", "language": "python", "filename": "a.py", "allowance": GENEROUS} | more
    return submissions.accept(store, team, body=text.encode(), digest=text, **given_)[0]


@pytest.fixture
def team(store):
    return accounts.add_team(store, "Red", who="test")


def test_tables_are_those_of_the_migrations(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.reading() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda thing, name, kind, *_: kind != "table" or name.startswith("greenprof_board_")
            },
        )
        differences = compare_metadata(context, metadata)
        version = connection.execute(sa.text(f"SELECT version_num FROM {SCHEMA.version_table}")).scalar()
    assert [one for one in differences if "version" not in str(one)] == []
    assert version == HEAD


def test_what_is_accepted_is_in_the_queue_and_is_judged_once(store, team):
    uid = hand_in(store, team)
    job = jobs.take(store, "one", NAMES)
    assert (job.uid, job.body, job.attempt) == (uid, b"print(1)", 1)
    assert jobs.take(store, "two", NAMES) is None
    assert jobs.finish(store, job, "one", result(uid, 0.5))
    assert not jobs.finish(store, job, "one", result(uid, 0.1))
    entry = submissions.entry_of(store, uid)
    assert (entry.state, entry.score, entry.team) == (JUDGED, 0.5, "Red")
    kept = submissions.results_of(store, [entry.id])[entry.id]
    assert kept.readings == result(uid, 0.5).readings


def test_a_judge_that_dies_is_replaced_and_its_late_result_is_not_kept(store, team):
    uid = hand_in(store, team)
    dead = jobs.take(store, "dead", NAMES, lease_s=0.05)
    time.sleep(0.1)
    alive = jobs.take(store, "alive", NAMES)
    assert (alive.uid, alive.attempt) == (uid, 2)
    assert not jobs.renew(store, dead)
    assert not jobs.finish(store, dead, "dead", result(uid, 0.1))
    assert not jobs.give_back(store, dead, "late")
    assert jobs.finish(store, alive, "alive", result(uid, 0.5))
    with store.reading() as connection:
        assert connection.execute(sa.select(results.c.judge, results.c.score)).all() == [("alive", 0.5)]


def test_a_lease_that_is_renewed_is_not_taken(store, team):
    hand_in(store, team)
    job = jobs.take(store, "one", NAMES, lease_s=0.1)
    assert jobs.renew(store, job, lease_s=60)
    time.sleep(0.15)
    assert jobs.take(store, "two", NAMES) is None


def test_what_kills_every_judge_is_left_to_a_person(store, team):
    uid = hand_in(store, team)
    for _ in range(jobs.ATTEMPTS):
        assert jobs.take(store, "one", NAMES, lease_s=0) is not None
        time.sleep(0.01)
    assert jobs.take(store, "one", NAMES) is None
    entry = submissions.entry_of(store, uid)
    assert entry.state == jobs.FAILED and "3 times" in entry.trouble
    assert jobs.again(store, uid)
    assert jobs.take(store, "one", NAMES).attempt == 1


def test_what_cannot_be_judged_waits_before_it_is_tried_again(store, team, monkeypatch):
    uid = hand_in(store, team)
    assert jobs.give_back(store, jobs.take(store, "one", NAMES), "the disk is full")
    assert jobs.take(store, "one", NAMES) is None
    monkeypatch.setattr(jobs, "AGAIN_AFTER_S", 0)
    other = hand_in(store, team, "print(2)")
    assert jobs.take(store, "one", NAMES).uid == other
    assert submissions.entry_of(store, uid).trouble == "the disk is full"


def test_a_judge_takes_only_what_it_has_the_challenge_of(store, team):
    hand_in(store, team, challenge="other")
    assert jobs.take(store, "one", NAMES) is None
    assert jobs.take(store, "one", ("sorting", "other")) is not None


def test_teams_take_turns(store, team):
    blue = accounts.add_team(store, "Blue", who="test")
    first = [hand_in(store, team, f"red {n}") for n in range(3)]
    second = hand_in(store, blue, "blue")
    taken = [jobs.take(store, "one", NAMES).uid for _ in range(4)]
    assert taken[0] == first[0] and taken.index(second) <= 1 and sorted(taken) == sorted([*first, second])


def test_many_judges_judge_each_submission_once(store, team):
    uids = {hand_in(store, team, f"print({n})") for n in range(24)}
    seen: list[str] = []

    def judge(job, _):
        seen.append(job.uid)
        return result(job.uid, 1.0)

    stop = threading.Event()

    def one():
        work(store, {"sorting": challenge()}, judge, stop=stop, until_empty=True)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(seen) == sorted(uids)
    assert jobs.states(store)[JUDGED] == 24


def test_a_judge_outlives_a_submission_that_it_cannot_judge(store, team):
    uids = [hand_in(store, team, f"print({n})") for n in range(3)]

    def judge(job, _):
        if job.uid == uids[1]:
            raise OSError("no room")
        return result(job.uid, None if job.uid == uids[2] else 0.7)

    work(store, {"sorting": challenge()}, judge, stop=threading.Event(), until_empty=True)
    states = {uid: submissions.entry_of(store, uid) for uid in uids}
    assert [states[uid].state for uid in uids] == [JUDGED, "accepted", REJECTED]
    assert states[uids[1]].trouble == "OSError: no room"


def test_the_same_files_of_a_team_are_not_judged_twice(store, team):
    first = hand_in(store, team)
    assert hand_in(store, team) == first
    blue = accounts.add_team(store, "Blue", who="test")
    assert hand_in(store, blue) != first
    assert sum(jobs.states(store).values()) == 2


@pytest.mark.parametrize(
    ("allowance", "said"), [({"waiting": 2}, "wait for the judge"), ({"an_hour": 2}, "in an hour")]
)
def test_a_team_has_limits_which_others_do_not_use_up(store, team, allowance, said):
    limits = submissions.Allowance(**({"waiting": 99, "an_hour": 99} | allowance))
    for n in range(2):
        hand_in(store, team, f"print({n})", allowance=limits)
    with pytest.raises(submissions.TooManyError, match=said) as refused:
        hand_in(store, team, "print(9)", allowance=limits)
    assert 0 < refused.value.after_s <= 3601
    hand_in(store, accounts.add_team(store, "Blue", who="test"), allowance=limits)


def test_a_key_opens_for_its_team_until_it_is_revoked(store, team):
    key = accounts.new_key(store, team, accounts.TOKEN, who="test")
    assert accounts.team_with(store, key).name == "Red"
    assert accounts.team_with(store, key[:-1]) is None
    assert (
        accounts.team_with(store, accounts.new_key(store, team, accounts.TOKEN, who="t", life=timedelta())) is not None
    )
    assert accounts.revoke(store, team, who="test") == 2
    assert accounts.team_with(store, key) is None
    assert accounts.team_of(store, team.id).sessions == team.sessions + 1


def test_an_invite_is_used_once(store, team):
    invite = accounts.new_key(store, team, accounts.INVITE, who="test", life=timedelta(days=1))
    assert accounts.team_with(store, invite) is None, "an invite is no token"
    joined, key = accounts.exchange(store, invite)
    assert joined.name == "Red" and accounts.team_with(store, key).id == team.id
    assert accounts.exchange(store, invite) is None
    late = accounts.new_key(store, team, accounts.INVITE, who="test", life=timedelta(seconds=-1))
    assert accounts.exchange(store, late) is None


def test_a_team_that_is_closed_stays_out(store, team):
    key = accounts.new_key(store, team, accounts.TOKEN, who="test")
    accounts.close(store, team, closed=True, who="test")
    assert accounts.team_with(store, key) is None
    accounts.close(store, team, closed=False, who="test")
    assert accounts.team_with(store, key) is not None


def test_no_key_is_in_the_database(store, team, url):
    key = accounts.new_key(store, team, accounts.TOKEN, who="test")
    with store.reading() as connection:
        for table in metadata.tables.values():
            assert key not in str(connection.execute(sa.select(table)).all())


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x1b[31m", "a\u200b"])
def test_a_name_that_cannot_be_shown_is_refused(store, name):
    with pytest.raises(GreenprofError, match="a team's name"):
        accounts.add_team(store, name, who="test")


def test_a_name_is_taken_once(store, team):
    with pytest.raises(GreenprofError, match="a team Red already"):
        accounts.add_team(store, " Red ", who="test")


def test_a_freeze_hides_what_comes_later_until_it_is_revealed(store):
    planned, now = event.event_of(store)
    assert not planned.frozen(now)
    event.plan(store, who="test", freeze_at=now - timedelta(minutes=1))
    planned, now = event.event_of(store)
    assert planned.hides(now, now) and not planned.hides(now - timedelta(minutes=2), now)
    before = event.state_of(store)
    event.plan(store, who="test", revealed_at=now)
    planned, now = event.event_of(store)
    assert not planned.hides(now, now)
    assert event.state_of(store) != before


def test_who_did_what_is_written_down(store, team):
    hand_in(store, team)
    event.plan(store, who="Ann", closes_at=None)
    with store.reading() as connection:
        rows = connection.execute(sa.select(audit.c.who, audit.c.action).order_by(audit.c.id)).all()
    assert rows == [("test", "add team"), ("Red", "submit"), ("Ann", "set closes_at")]


def test_the_secret_of_sessions_stays_the_same(store, url, tmp_path):
    assert event.secret_of(store) == event.secret_of(Store(address_of(url, tmp_path)))


@given(st.floats(0.01, 100), st.booleans())
def test_a_result_survives_being_kept(score, estimated):
    import json

    made = result("x", score, estimated=estimated)
    read = result_from_json(json.loads(json.dumps(result_to_json(made))), "here")
    assert read.readings == made.readings and read.interval == made.interval and read.meter == made.meter


@pytest.mark.parametrize("text", ["mysql://x/y", "nowhere/board.sqlite"])
def test_an_address_that_cannot_be_used_is_said_in_a_line(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GreenprofError, match="board"):
        Store(address_of(text, tmp_path))


def test_a_damaged_file_is_left_alone(tmp_path):
    path = tmp_path / "board.sqlite"
    path.write_bytes(b"no database at all, but more than a header's worth of bytes" * 20)
    with pytest.raises(GreenprofError, match="damaged"):
        Store(address_of(str(path), tmp_path))
    assert path.read_bytes().startswith(b"no database")

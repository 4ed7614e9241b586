"""A board in a file and back, and as a static site."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta

import pytest

from greenprof.board import accounts, event, jobs, submissions
from greenprof.board.store import Store, address_of
from greenprof.board.transfer import read_board, write_board
from greenprof.errors import GreenprofError

from .conftest import challenge, result

GENEROUS = submissions.Allowance(waiting=1000, an_hour=1000)


@pytest.fixture
def filled(store):
    """A board with two teams, a result each, and one submission that waits."""
    for name, score in (("Red", 0.5), ("Blue", None)):
        team = accounts.add_team(store, name, who="test")
        hand_in(store, team, name)
        job = jobs.take(store, "judge", ("sorting",))
        jobs.finish(store, job, "judge", result(job.uid, score))
    hand_in(store, team, "waits")
    event.plan(store, who="test", freeze_at=event.event_of(store)[1] + timedelta(hours=1))
    return store


def hand_in(store, team, text):
    return submissions.accept(
        store, team, challenge="sorting", language="python", filename="a.py", body=text.encode(), digest=text,
        allowance=GENEROUS,
    )[0]  # fmt: skip


def test_a_backup_brings_all_of_it_back(filled, tmp_path):
    key = accounts.new_key(filled, accounts.team_named(filled, "Red"), accounts.TOKEN, who="test")
    event.secret_of(filled)
    file = tmp_path / "board.zip"
    assert write_board(filled, file, private=True, with_sources=True) == 3
    assert file.stat().st_mode & 0o077 == 0
    other = Store(address_of(str(tmp_path / "other.sqlite"), tmp_path))
    assert read_board(other, file) == 3
    assert submissions.entries(other) == submissions.entries(filled)
    assert accounts.team_with(other, key).name == "Red"
    assert event.event_of(other)[0] == event.event_of(filled)[0]
    assert event.secret_of(other) == event.secret_of(filled)
    numbers = [one.id for one in submissions.entries(other)]
    assert submissions.results_of(other, numbers) == submissions.results_of(filled, numbers)
    assert jobs.take(other, "judge", ("sorting",)).body == b"waits"
    with pytest.raises(GreenprofError, match="has teams already"):
        read_board(other, file)


def test_it_is_put_back_into_either_database(filled, store, url, tmp_path):
    file = tmp_path / "board.zip"
    write_board(filled, file, private=True, with_sources=True)
    with filled.writing() as connection:
        from greenprof.board.tables import audit, keys, results, settings, sources, teams
        from greenprof.board.tables import submissions as rows

        for table in (sources, results, rows, keys, teams, settings, audit):
            connection.execute(table.delete())
    assert read_board(store, file) == 3
    team = accounts.add_team(store, "Green", who="test")
    assert hand_in(store, team, "more"), "numbers go on after those that were brought in"


def test_an_export_holds_no_keys_and_sources_only_if_asked(filled, tmp_path):
    key = accounts.new_key(filled, accounts.team_named(filled, "Red"), accounts.TOKEN, who="test")
    event.secret_of(filled)
    file = tmp_path / "board.zip"
    write_board(filled, file, private=False, with_sources=False)
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["board.json"]
        text = archive.read("board.json").decode()
    data = json.loads(text)
    assert set(data["tables"]) == {
        f"greenprof_board_{name}" for name in ("teams", "submissions", "results", "settings")
    }
    assert event.secret_of(filled) not in text and key not in text
    assert data["tables"]["greenprof_board_results"][0]["body"]["readings"], "the raw readings"
    write_board(filled, file, private=False, with_sources=True)
    with zipfile.ZipFile(file) as archive:
        assert len([name for name in archive.namelist() if name.startswith("sources/")]) == 3


@pytest.mark.parametrize(
    "text", [None, b"no zip", {"format": "x"}, {"format": "greenprof-board", "version": 1, "tables": {"x": 1}}, []]
)
def test_what_is_no_board_is_refused_in_a_line_and_changes_nothing(tmp_path, text):
    file = tmp_path / "board.zip"
    if isinstance(text, bytes):
        file.write_bytes(text)
    elif text is not None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("board.json", json.dumps(text))
    store = Store(address_of(str(tmp_path / "board.sqlite"), tmp_path))
    with pytest.raises(GreenprofError, match=r"board\.zip"):
        read_board(store, file)
    assert accounts.all_teams(store) == []


def test_the_static_site_is_complete_in_itself(filled, tmp_path):
    from greenprof.board.archive_site import write_site
    from greenprof.board.web.context import Board, Settings

    folder = tmp_path / "site"
    write_site(Board(filled, {"sorting": challenge()}, Settings(archived=True)), folder)
    pages = list(folder.rglob("*.html"))
    assert len(pages) == 2 * (4 + 3)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<form" not in text and "data-live=" not in text
        for link in re.findall(r'(?:href|src)="([^"#][^"]*)"', text):
            assert link.startswith("data:") or (page.parent / link.partition("#")[0]).is_file(), (page, link)
    assert "Ranglijst" in (folder / "nl" / "challenges" / "sorting.html").read_text(encoding="utf-8")
    assert json.loads((folder / "api/challenges/sorting/ranking.json").read_text())["tables"]
    with pytest.raises(GreenprofError, match="not empty"):
        write_site(Board(filled, {}, Settings()), folder)

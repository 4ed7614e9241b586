"""The board through its door, HTTP: pages without a script, the interface for programs, and what must not get in."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from greenprof.board import accounts, event, jobs, submissions, words
from greenprof.board.tables import sources
from greenprof.board.web import guard
from greenprof.board.web.app import application
from greenprof.board.web.context import Board, Settings
from greenprof.board.words import LANGUAGES, preferred, speaking

from .conftest import challenge, result

BOARD = Path(guard.__file__).parents[1]


@pytest.fixture
def app(store):
    return application(Board(store, {"sorting": challenge()}, Settings(title="A board")))


@pytest.fixture
def door(app):
    with TestClient(app, base_url="http://board.test", follow_redirects=False) as client:
        yield client


class Someone:
    """A team, what it hands in, and its browser."""

    def __init__(self, store, app, name, role=accounts.TEAM):
        self.store, self.team = store, accounts.add_team(store, name, role=role, who="test")
        self.token = accounts.new_key(store, self.team, accounts.TOKEN, who="test")
        self.header = {"authorization": f"Bearer {self.token}"}
        self.browser = TestClient(app, base_url="http://board.test", follow_redirects=False)

    def hand_in(self, text="print(1)", filename="solution.py", **more):
        path = "/api/challenges/sorting/submissions"
        return self.browser.post(path, content=text, params={"filename": filename} | more, headers=self.header)

    def enter(self):
        token = form_of(self.browser.get("/enter").text)
        answer = self.browser.post("/enter", data={"form": token, "key": self.token})
        assert answer.status_code == 303, answer.text
        return self

    def send(self, path, data, files=None):
        return self.browser.post(path, data={"form": form_of(self.browser.get("/team").text)} | data, files=files)


@pytest.fixture
def red(store, app):
    return Someone(store, app, "Red")


@pytest.fixture
def blue(store, app):
    return Someone(store, app, "Blue <b>&")


@pytest.fixture
def organiser(store, app):
    return Someone(store, app, "Ann", accounts.ORGANISER).enter()


def form_of(page):
    return re.search(r'name="form" value="([^"]+)"', page)[1]


def judge(store, score, **more):
    """What a judge does with the next submission."""
    job = jobs.take(store, "judge", ("sorting",))
    assert jobs.finish(store, job, "judge", result(job.uid, score, **more))
    return job.uid


def lines_of(answer):
    return [(line["rank"], line["team"]) for table in answer.json()["tables"] for line in table["lines"]]


def test_from_handing_in_to_the_ranking(door, store, red, blue):
    taken = red.hand_in()
    assert taken.status_code == 201 and taken.json()["state"] == "accepted"
    judge(store, 0.5)
    blue.hand_in("print(2)")
    judge(store, 0.9)
    assert lines_of(door.get("/api/challenges/sorting/ranking")) == [(1, "Red"), (2, blue.team.name)]
    page = door.get("/challenges/sorting").text
    assert page.index(">Red<") < page.index("Blue &lt;b&gt;&amp;") and "<b>&" not in page
    assert "0.500" in page
    assert "Red" in door.get("/").text and "Red" in door.get("/challenges/sorting/projector").text
    rows = list(csv.DictReader(io.StringIO(door.get("/api/challenges/sorting/ranking.csv").text)))
    assert [row["team"] for row in rows] == ["Red", blue.team.name] and float(rows[0]["low"]) < 0.5


def test_teams_that_cannot_be_told_apart_share_a_place(door, store, red, blue):
    red.hand_in()
    judge(store, 0.50, error=0.05)
    blue.hand_in("2")
    judge(store, 0.51, error=0.05)
    assert [rank for rank, _ in lines_of(door.get("/api/challenges/sorting/ranking"))] == [1, 1]
    assert door.get("/challenges/sorting").text.count("shared") >= 2


def test_each_teams_best_counts(door, store, red):
    for text, score in (("1", 0.9), ("2", 0.4), ("3", 0.7), ("4", None)):
        red.hand_in(text)
        judge(store, score)
    (table,) = door.get("/api/challenges/sorting/ranking").json()["tables"]
    (line,) = table["lines"]
    assert (line["score"], line["judged"]) == (0.4, 3)
    assert door.get("/api/challenges/sorting/ranking").json()["rejected"] == 1


def test_estimated_scores_are_a_board_of_their_own(door, store, red, blue):
    red.hand_in()
    judge(store, 0.2, estimated=True)
    blue.hand_in("2")
    judge(store, 0.9)
    first, second = door.get("/api/challenges/sorting/ranking").json()["tables"]
    assert not first["estimated"] and second["estimated"]
    assert first["lines"][0]["team"] == blue.team.name and second["lines"][0]["rank"] == 1
    assert "Estimated scores" in door.get("/challenges/sorting").text


def test_what_is_handed_in_again_is_judged_once(red):
    first = red.hand_in().json()
    again = red.hand_in()
    assert again.status_code == 200 and again.json()["uid"] == first["uid"] and not again.json()["new"]


def test_a_zip_is_looked_into(store, red):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mine/solution.py", "print(1)")
    assert red.hand_in(file.getvalue(), "mine.zip", language="python").status_code == 201
    evil = io.BytesIO()
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("../../etc/solution.py", "x")
    refused = red.hand_in(evil.getvalue(), "evil.zip", language="python")
    assert refused.status_code == 400 and "leads out" in refused.json()["error"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"filename": "solution.java"}, 400),
        ({"language": "cobol"}, 400),
        ({"text": ""}, 400),
        ({"text": "x" * 20_001}, 413),
        ({"text": "x" * 200_000}, 413),
        ({"filename": "broken.zip", "language": "python"}, 400),
    ],
)
def test_what_is_refused_is_refused_in_a_line_and_is_not_kept(store, red, change, status):
    answer = red.hand_in(**change)
    assert answer.status_code == status, answer.text
    assert sum(jobs.states(store).values()) == 0


def test_a_long_upload_ends_where_the_limit_is(door, red):
    sent = 0

    def endless():
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield b"x" * 10_000

    answer = red.browser.post(
        "/api/challenges/sorting/submissions?filename=a.py", content=endless(), headers=red.header
    )
    assert answer.status_code == 413


def test_who_has_no_token_hands_in_nothing(door, store, red):
    for header in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {red.token}"}):
        answer = door.post("/api/challenges/sorting/submissions?filename=a.py", content="x", headers=header)
        assert answer.status_code == 401
    assert door.get("/api/submissions").status_code == 401
    assert door.get(f"/api/submissions?token={red.token}").status_code == 401, "a token is never part of an address"
    assert sum(jobs.states(store).values()) == 0


def test_at_its_limits_a_team_is_told_when_to_come_back(red):
    for number in range(5):
        assert red.hand_in(str(number)).status_code == 201
    late = red.hand_in("one more")
    assert late.status_code == 429 and int(late.headers["retry-after"]) > 0


def test_a_closed_board_takes_nothing(store, red):
    _planned, now = event.event_of(store)
    event.plan(store, who="test", closes_at=now)
    assert red.hand_in().status_code == 403


def test_the_form_of_a_page_hands_in_without_a_script(store, red):
    red.enter()
    answer = red.send("/challenges/sorting/submit", {"language": ""}, {"file": ("solution.py", b"print(1)")})
    assert answer.status_code == 303
    page = red.browser.get(answer.headers["location"])
    assert "waiting for a judge" in page.text
    uid = judge(store, 0.5)
    page = red.browser.get(f"/submissions/{uid}").text
    assert "0.500" in page and "Each pair of runs" in page
    assert red.browser.get(f"/submissions/{uid}/source").content == b"print(1)"
    assert uid in red.browser.get("/team").text


def test_the_form_says_what_is_wrong(red):
    red.enter()
    answer = red.send("/challenges/sorting/submit", {"language": ""}, {"file": ("solution.java", b"x")})
    assert answer.status_code == 400 and 'role="alert"' in answer.text and "which language" in answer.text


def test_a_form_of_another_site_or_session_does_nothing(store, red):
    red.enter()
    data, file = {"language": ""}, {"file": ("solution.py", b"x")}
    path = "/challenges/sorting/submit"
    assert red.browser.post(path, data=data, files=file).status_code == 403
    assert red.browser.post(path, data=data | {"form": "guessed"}, files=file).status_code == 403
    good = data | {"form": form_of(red.browser.get("/team").text)}
    for header in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert red.browser.post(path, data=good, files=file, headers=header).status_code == 403
    assert sum(jobs.states(store).values()) == 0
    assert red.browser.post(path, data=good, files=file, headers={"origin": "http://board.test"}).status_code == 303


def test_a_session_ends_when_its_keys_are_ended(store, red):
    red.enter()
    assert red.browser.get("/team").status_code == 200
    accounts.revoke(store, red.team, who="test")
    assert red.browser.get("/team").status_code == 303


def test_a_session_cannot_be_made_up(door, red):
    door.cookies.set("board", "eyJ0ZWFtIjogMSwgInNlc3Npb25zIjogMX0=.aaaa.bbbb")
    assert door.get("/team").status_code == 303


def test_an_invite_is_exchanged_by_a_form_once(app, store, red):
    invite = accounts.new_key(store, red.team, accounts.INVITE, who="test", life=timedelta(days=1))
    with TestClient(app, base_url="http://board.test") as someone:
        data = {"form": form_of(someone.get("/enter").text), "key": invite}
        page = someone.post("/enter", data=data).text
        token = re.search(r"gpt_[\w-]+", page)[0]
        assert accounts.team_with(store, token).name == "Red"
        assert token not in someone.get("/team").text, "it is shown once"
        again = someone.post("/enter", data={"form": form_of(someone.get("/enter").text), "key": invite})
        assert again.status_code == 403 and "used before" in again.text


def test_a_freeze_holds_results_back_from_others(door, store, red, blue, organiser):
    red.hand_in()
    judge(store, 0.5)
    _planned, now = event.event_of(store)
    event.plan(store, who="test", freeze_at=now)
    blue.hand_in("2")
    uid = judge(store, 0.1)
    assert lines_of(door.get("/api/challenges/sorting/ranking")) == [(1, "Red")]
    assert door.get("/api/challenges/sorting/ranking").json()["held_back"] == 1
    assert door.get(f"/api/submissions/{uid}").json()["score"] is None
    assert "0.100" not in door.get(f"/submissions/{uid}").text
    assert "0.100" not in organiser.browser.get("/challenges/sorting/projector").text, "a room sees what is public"
    blue.enter()
    assert "0.100" in blue.browser.get(f"/submissions/{uid}").text
    assert "0.100" in organiser.browser.get("/challenges/sorting").text
    assert lines_of(organiser.browser.get("/api/challenges/sorting/ranking", headers=organiser.header))[0][0] == 1
    organiser.send("/organise", {"do": "reveal"})
    assert lines_of(door.get("/api/challenges/sorting/ranking"))[0] == (1, blue.team.name)


def test_sources_stay_private_until_they_are_opened(door, store, red, blue, organiser):
    red.hand_in("secret_idea = 1")
    uid = judge(store, 0.5)
    blue.enter()
    for someone in (door, blue.browser):
        assert someone.get(f"/submissions/{uid}/source").status_code == 403
        assert "What the build" not in someone.get(f"/submissions/{uid}").text
    assert "detail" not in door.get(f"/api/submissions/{uid}", headers=blue.header).json()
    assert organiser.browser.get(f"/submissions/{uid}/source").content == b"secret_idea = 1"
    organiser.send("/organise", {"do": "sources"})
    opened = door.get(f"/submissions/{uid}/source")
    assert opened.content == b"secret_idea = 1"
    assert opened.headers["content-disposition"].startswith("attachment")


def test_only_an_organiser_organises(store, door, red, organiser):
    red.enter()
    assert door.get("/organise").status_code == 303
    assert red.browser.get("/organise").status_code == 403
    assert red.send("/organise", {"do": "freeze", "minutes": "0"}).status_code == 403
    assert not event.event_of(store)[0].freeze_at
    page = organiser.send("/organise", {"do": "add", "name": "Green", "role": "team"}).text
    invite = re.search(r"/enter#(gpi_[\w-]+)", page)[1]
    assert accounts.exchange(store, invite)[0].name == "Green"
    assert "Green" in organiser.browser.get("/organise").text
    assert invite not in organiser.browser.get("/organise").text
    assert organiser.send("/organise", {"do": "add", "name": "Green"}).status_code == 400
    assert organiser.send("/organise", {"do": "close", "team": "Red"}).status_code == 303
    assert red.hand_in().status_code == 401
    for wrong in ({"do": "freeze", "minutes": "soon"}, {"do": "no"}, {"do": "freeze", "minutes": "1e300"}):
        assert organiser.send("/organise", wrong).status_code == 400, wrong


def test_headers_of_a_public_service(door):
    for path in ("/", "/enter", "/health", "/nowhere", "/static/board.css", "/api/challenges"):
        headers = door.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
        assert "unsafe" not in headers["content-security-policy"]
    door.cookies.clear()
    cookie = door.get("/enter").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    door.cookies.clear()
    assert "set-cookie" not in door.get("/").headers, "who only looks gets no cookie"


def test_behind_https_the_cookie_is_only_for_https(store):
    app = application(Board(store, {}, Settings(secure=True)))
    with TestClient(app, base_url="https://board.test") as someone:
        answer = someone.get("/enter")
    assert "secure" in answer.headers["set-cookie"].lower() and "__Host-board" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


def test_no_key_is_in_the_log_or_the_pages(capfd, red, organiser):
    red.enter()
    red.hand_in()
    red.browser.get("/?key=" + red.token)
    said = capfd.readouterr().err
    assert "/enter" in said and red.token not in said and red.team.name not in json.loads(said.splitlines()[0])
    assert organiser.token not in organiser.browser.get("/organise").text


def test_too_many_requests_are_refused_but_a_room_is_not():
    buckets, rate = guard.Buckets(), guard.Rate(10, 1)
    assert [buckets.take("a", rate, 0.0) for _ in range(10)] == [0.0] * 10
    assert buckets.take("a", rate, 0.0) == 1.0 and buckets.take("b", rate, 0.0) == 0.0
    assert buckets.take("a", rate, 1.5) == 0.0
    for number in range(guard.Buckets.MOST + 10):
        buckets.take(str(number), rate, 2.0)
    assert len(buckets._left) <= guard.Buckets.MOST


def test_a_name_that_cannot_be_one_is_not_found(door, red):
    for name in ("%00", "x%00y", "%ff", "'%20OR%201=1", "..%2F..%2Fetc", "a" * 5000, "%F0%9F%90%BC"):
        for kind in ("/submissions", "/challenges", "/api/submissions", "/api/challenges"):
            assert door.get(f"{kind}/{name}").status_code == 404, name
        answer = door.post(f"/api/challenges/{name}/submissions", content="x", headers=red.header)
        assert answer.status_code == 404
        assert red.hand_in("print(0)", f"{name}.py", language="python").status_code in (200, 201)


def test_health_says_what_waits_and_when_the_database_is_away(door, store, red, monkeypatch):
    red.hand_in()
    assert door.get("/health").json() == {"status": "ok", "submissions": jobs.states(store)}
    from greenprof.errors import GreenprofError

    def away(_store):
        raise GreenprofError("board: no connection")

    monkeypatch.setattr(jobs, "states", away)
    assert door.get("/health").status_code == 503


def test_a_database_that_is_away_is_said_without_detail(store, monkeypatch):
    from greenprof.errors import GreenprofError

    def away(_store):
        raise GreenprofError("board postgresql://boss:secret@db: no connection")

    with TestClient(application(Board(store, {"sorting": challenge()}, Settings()))) as door:
        monkeypatch.setattr(event, "state_of", away)
        answer = door.get("/challenges/sorting")
    assert answer.status_code == 503 and "secret" not in answer.text and "content-security-policy" in answer.headers


@pytest.mark.parametrize("path", ["/", "/challenges/sorting", "/challenges/sorting/projector", "/enter", "/about"])
def test_pages_in_dutch(door, path):
    page = door.get(path, headers={"accept-language": "nl-NL,nl;q=0.9,en;q=0.8"}).text
    assert '<html lang="nl"' in page
    for word in ("Skip to", "Ranking", "Place", "No submission", "How it is judged"):
        assert word not in page, word
    assert '<html lang="en"' in door.get(path + "?lang=en", headers={"accept-language": "nl"}).text
    assert '<html lang="en"' in door.get(path, headers={"accept-language": "nl"}).text, "a choice is remembered"


def test_every_message_has_its_dutch():
    texts = [path.read_text(encoding="utf-8") for kind in ("*.html", "*.py") for path in BOARD.rglob(kind)]
    wanted = {text for one in texts for text in re.findall(r'(?<!\w)_\("((?:[^"\\]|\\.)*)"', one)}
    wanted |= {text for one in texts for text in re.findall(r'ngettext\(\s*"([^"]+)"', one)}
    from greenprof.board.web.render import STATES

    wanted |= set(STATES.values())
    known = json.loads((BOARD / "dutch.json").read_text(encoding="utf-8"))
    assert wanted - set(known) == set(), "no Dutch"
    assert set(known) - wanted == set(), "no longer said"
    for english, dutch in known.items():
        for told in [dutch] if isinstance(dutch, str) else dutch:
            assert set(re.findall(r"\{\w+\}", told)) == set(re.findall(r"\{\w+\}", english)), english


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("nl", "nl"),
        ("en-GB,nl;q=0.5", "en"),
        ("fr,nl;q=0.2", "nl"),
        ("", "en"),
        ("xx;q=a,nl;q=b", "en"),
        (",;q=", "en"),
    ],
)
def test_the_language_of_a_browser(asked, spoken):
    assert preferred(asked) == spoken


def test_the_markdown_of_a_task_brings_no_html_of_its_own():
    from dataclasses import replace

    from greenprof.board.web.render import task_of

    hostile = replace(challenge(), task={"en": "# Top\n<script>x</script> [a](javascript:x) ![b](http://c/d)"})
    with speaking(LANGUAGES[0]):
        made = task_of(hostile)
    assert "<script" not in made and "javascript:" not in re.findall(r'href="([^"]*)', made) and "<img" not in made
    assert "<h3>Top</h3>" in made


def test_the_description_is_of_what_there_is(door, app):
    described = door.get("/openapi.json").json()
    told = {(path, method) for path, item in described["paths"].items() for method in item}
    there = {
        (route.path, method.lower())
        for route in app.app.routes
        for method in getattr(route, "methods", None) or ()
        if route.path.startswith(("/api/", "/health")) and method != "HEAD"
    }
    assert told == there


def test_answers_are_as_they_are_described(door, store, red):
    from jsonschema import Draft202012Validator

    described = door.get("/openapi.json").json()
    uid = red.hand_in().json()["uid"]
    judge(store, 0.5)
    for path, header in (
        ("/api/challenges", {}), ("/api/challenges/{challenge}", {}), ("/api/challenges/{challenge}/ranking", {}),
        ("/api/submissions", red.header), ("/api/submissions/{uid}", red.header), ("/api/submissions/{uid}", {}),
        ("/health", {}),
    ):  # fmt: skip
        shape = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = door.get(path.format(challenge="sorting", uid=uid), headers=header)
        Draft202012Validator(shape | {"components": described["components"]}).validate(answer.json())


def test_no_page_writes_to_the_sources(store, red):
    red.hand_in("one")
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sources)).scalar() == 1
    assert words.language() == "en"
    assert submissions.entries(store, team_id=red.team.id)[0].pending

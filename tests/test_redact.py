from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.redact import redact


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (["app", "--password", "hunter2", "file"], ("app", "--password", "***", "file")),
        (["app", "--db-password=hunter2"], ("app", "--db-password=***")),
        (["app", "API_KEY=abc", "x"], ("app", "API_KEY=***", "x")),
        (["psql", "postgres://ann:geheim@db/shop"], ("psql", "postgres://ann:***@db/shop")),
        (["gh", "ghp_" + "a" * 36], ("gh", "***")),
        (["aws", "AKIAIOSFODNN7EXAMPLE"], ("aws", "***")),
        (["app", "--auth-token", "--verbose"], ("app", "--auth-token", "--verbose")),
    ],
)
def test_what_looks_like_a_secret_is_masked(command: list[str], shown: tuple[str, ...]) -> None:
    assert redact(command) == shown


@pytest.mark.parametrize(
    "command",
    [
        ["python", "app.py", "--port", "8080"],
        ["gzip", "-k", "tokenizer.txt"],
        ["python", "-m", "secrets_demo", "--user=ann"],
        ["curl", "https://example.org/a:b@c"],
        ["keyboard", "monkey=1"],
    ],
)
def test_other_arguments_stay_as_they_are(command: list[str]) -> None:
    assert redact(command) == tuple(command)


@given(st.lists(st.text(), min_size=1))
def test_everything_hides_all_but_the_program(command: list[str]) -> None:
    assert redact(command, everything=True) == (command[0], *["***"] * (len(command) - 1))


@given(st.text(min_size=1), st.sampled_from(["--password", "--api-key", "-token"]))
def test_no_secret_survives_its_option(secret: str, option: str) -> None:
    assert redact(["app", f"{option}={secret}"])[1] == f"{option}=***"

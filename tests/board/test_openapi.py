"""The interface for programs keeps to its own description, whatever it is asked: no error of the server, ever."""

from __future__ import annotations

from datetime import timedelta

import hypothesis
import pytest
from hypothesis import given

from greenprof.board import accounts, submissions
from greenprof.board.submissions import Allowance
from greenprof.board.web.app import application
from greenprof.board.web.context import Board, Settings

from .conftest import challenge

schemathesis = pytest.importorskip("schemathesis", reason="NOT TESTED: schemathesis is not installed")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
CHECKS = (
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
ASKED = hypothesis.settings(
    max_examples=40, derandomize=True, deadline=timedelta(seconds=20), database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip


@pytest.fixture
def token(store):
    team = accounts.add_team(store, "Red", who="test")
    return accounts.new_key(store, team, accounts.TOKEN, who="test")


@pytest.fixture
def operations(store):
    settings = Settings(title="A board", allowance=Allowance(waiting=30, an_hour=10_000))
    app = application(Board(store, {"sorting": challenge()}, settings))
    return [found.ok() for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations()]


def ask(operation, token=None, *, submitting=None):
    """Ask for it in all the ways that hypothesis finds, right ones and wrong ones."""

    @ASKED
    @given(case=operation.as_strategy())
    def asked(case):
        if submitting:
            case.path_parameters, case.query = submitting
        headers = {"authorization": f"Bearer {token}"} if token else {}
        case.call_and_validate(headers=headers, checks=CHECKS)

    asked()


def test_all_of_it_without_a_token(operations):
    assert len(operations) == 8
    for operation in operations:
        ask(operation)


def test_all_of_it_with_a_token(operations, token):
    for operation in operations:
        ask(operation, token)


def test_something_handed_in_gets_as_far_as_the_file_itself(store, operations, token):
    (submit,) = (one for one in operations if one.definition.raw["operationId"] == "submit")
    ask(submit, token, submitting=({"challenge": "sorting"}, {"filename": "solution.py"}))
    assert submissions.entries(store, challenge="sorting")

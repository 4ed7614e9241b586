from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from greenprof.history.address import VARIABLE, Address, address_of
from greenprof.history.context import Context
from greenprof.model import Energy, Host, MeterInfo, Overhead, Report, Run

START = datetime(2026, 1, 1, tzinfo=UTC)


def report(
    joules: float | None = 100.0, *, day: float = 0.0, host: str = "f1", command: str = "python app.py"
) -> Report:
    interval = None if joules is None else (joules * 0.99, joules * 1.01)
    return Report(
        run=Run(
            command=tuple(command.split()), started_at=(START + timedelta(days=day)).isoformat(), duration_s=10.0,
            exit_code=0, cpu_s=9.0, processes=1, max_rss_bytes=None, read_bytes=None, written_bytes=None,
        ),
        host=Host(
            cpu="a processor", cores=2, os="Linux", python="3.12", virtualised=False, governor=None, fingerprint=host
        ),
        meter=MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="the processor"),
        energy=Energy(
            total_j=None if joules is None else joules * 2, domains_j={}, idle_j=None, process_j=joules, other_j=None,
            unattributed_j=None, mean_w=None, interval_j=interval,
        ),
        hotspots=(), functions=(), findings=(), tree=(), timeline=(), processes=(),
        overhead=Overhead(cpu_s=0, wall_s=0),
    )  # fmt: skip


CONTEXT = Context(project="shop", label="report", commit="a1b2c3d4e5", branch="main", dirty=True)


def replace_label(label: str) -> Context:
    return replace(CONTEXT, label=label)


def kept(reports: list[Report], context: Context = CONTEXT) -> list[tuple[str, Context, Report]]:
    return [(uuid.uuid4().hex, context, one) for one in reports]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project called shop, which is the current folder, whose runs are kept in its own file."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE)
    return tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """An empty database of each kind, which greenprof's commands use too."""
    from greenprof.config import load_config

    if request.param == "sqlite":
        yield address_of(load_config())
        return
    promised = os.environ.get("GREENPROF_TEST_POSTGRES")
    if not promised:
        pytest.skip("NOT TESTED with PostgreSQL: GREENPROF_TEST_POSTGRES names no server")
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    schema = f"greenprof_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(promised, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        told = conninfo_to_dict(promised)
        url = f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}&options=-csearch_path%3D{schema}"
        monkeypatch.setenv(VARIABLE, url)
        yield address_of(load_config())
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def greenprof(project: Path) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in this process: exit code, standard output, standard error."""
    from click.testing import CliRunner

    from greenprof.cli import cli
    from greenprof.errors import GreenprofError

    def run(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, list(words))
        if isinstance(done.exception, GreenprofError):
            return done.exception.exit_code, done.stdout, f"greenprof: {done.exception}\n"
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done.exit_code, done.stdout, done.stderr

    return run

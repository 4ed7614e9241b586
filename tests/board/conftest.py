from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from greenprof.board.model import JUDGED, REJECTED, Challenge, Language, Limits, Measured, Pair, Result, Scoring
from greenprof.model import Host, MeterInfo

HOST = Host(
    cpu="a processor", cores=2, os="Linux", python="3.12", virtualised=False, governor=None, fingerprint="host-1"
)


def meter(*, estimated: bool) -> MeterInfo:
    name = "estimate" if estimated else "rapl"
    return MeterInfo(name=name, estimated=estimated, domains=("package-0",), uncertainty=0.01, scope="the processor")


def measured(joules: float) -> Measured:
    return Measured(
        joules=joules, total_j=joules * 2, idle_j=joules / 2, cpu_s=joules / 10, wall_s=joules / 10, busy_s=joules / 10,
        sandbox_s=0.01, exit_code=0, answer="a" * 64,
    )  # fmt: skip


def result(uid: str, score: float | None, *, estimated: bool = False, error: float = 0.01, pairs: int = 8) -> Result:
    """A result as the judge makes it; without a score it is of a submission that was rejected."""
    import math

    if score is None:
        return Result(
            submission=uid, challenge="sorting", team="", language="python", state=REJECTED, reason="a wrong answer"
        )
    readings = tuple(
        Pair(seed=seed, reference_first=seed % 2 == 0, reference=measured(10.0), submission=measured(10.0 * score))
        for seed in range(pairs)
    )
    return Result(
        submission=uid, challenge="sorting", team="", language="python", state=JUDGED, score=score,
        interval=(score * math.exp(-2 * error), score * math.exp(2 * error)), quantity="joules",
        log_score=math.log(score), log_error=error, joules=10 * score, cpu_s=score, precise=True, estimated=estimated,
        meter=meter(estimated=estimated), host=HOST, readings=readings, seed=7,
    )  # fmt: skip


def challenge(name: str = "sorting") -> Challenge:
    return Challenge(
        name=name, title={"en": "Sort a file", "nl": "Sorteer een bestand"},
        task={"en": "Sort **all** lines.", "nl": "Sorteer **alle** regels."},
        languages=(
            Language(name="python", source="solution.py", run="python3 {source} {input}"),
            Language(name="c", source="solution.c", run="./solution {input}", build="cc solution.c -o solution"),
        ),
        input_name="input.txt", checker="exact", tolerance=0.0, reference_language="python", reference="solution.py",
        limits=Limits(source_bytes=20_000), scoring=Scoring(), folder=Path("/nowhere"), digest="d" * 64,
    )  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "board.sqlite")
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
        yield f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}&options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def store(url: str, tmp_path: Path):
    from greenprof.board.store import Store, address_of

    opened = Store(address_of(url, tmp_path))
    yield opened
    opened.close()

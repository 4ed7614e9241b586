"""Rules about Dockerfiles, Compose files and CI workflows: what they must say, and as often what they must not."""

from __future__ import annotations

import pytest

from greenprof.lint import lint_paths

FROM = "FROM python:3.12-slim\n"
END = 'CMD ["gunicorn", "app"]\n'


@pytest.fixture(scope="module")
def lines_of(tmp_path_factory):
    """The lines in which a rule finds something, at the confidence that is shown by default: all are linted at once."""
    top = tmp_path_factory.mktemp("cases")
    cases = {(name, text) for _, name, text, _ in EVERY}
    paths = {}
    for number, (name, text) in enumerate(sorted(cases)):
        path = paths[name, text] = top / str(number) / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    result = lint_paths([*paths.values()], select=["deploy"], jobs=1)
    assert not result.errors
    assert not result.skipped

    def lines(rule: str, name: str, text: str) -> list[int]:
        path = str(paths[name, text])
        return [one.line for one in result.findings if one.path == path and one.rule == rule]

    return lines


def run(*commands: str, start: str = FROM, end: str = END) -> str:
    return start + "".join(f"RUN {one}\n" for one in commands) + end


DOCKERFILES = [
    # package-cache-kept
    ("package-cache-kept", run("apt-get update && apt-get install -y curl"), [2]),
    ("package-cache-kept", run("apt-get update", "apt-get install -y curl && rm -rf /var/lib/apt/lists/*"), [2]),
    ("package-cache-kept", run("apt-get update \\\n  && apt-get install -y \\\n  # a comment\n  curl"), [2]),
    ("package-cache-kept", run("python3 -m pip install flask"), [2]),
    ("package-cache-kept", run("set -e; pip3 install --upgrade pip; pip install -r r.txt"), [2, 2]),
    ("package-cache-kept", run("apk update && apk add curl"), [2]),
    ("package-cache-kept", run("dnf -y install git"), [2]),
    ("package-cache-kept", run("dnf -y install git", "dnf -y install make"), [3]),  # the first would fetch again
    ("package-cache-kept", run("yum -y install git", "dnf -y install make && dnf clean all"), []),
    ("package-cache-kept", run("dnf -y install git", "dnf clean all"), [2]),  # the layer stays
    ("package-cache-kept", run("microdnf install git", "dnf -y install make"), [2, 3]),
    ("package-cache-kept", run("dnf -y install git", "--mount=type=cache,target=/var/cache dnf install x"), [2]),
    ("package-cache-kept", run("dnf makecache && dnf -y install git"), []),
    ("package-cache-kept", FROM.replace("\n", " AS a\n") + "RUN dnf install git\n" + run("dnf install x"), [4]),
    ("package-cache-kept", run("npm ci --omit=dev"), [2]),
    ("package-cache-kept", run("uv pip install --system flask"), [2]),
    ("package-cache-kept", run("uv pip install --system --no-cache-dir flask"), []),
    ("package-cache-kept", run("<<EOF\napt-get update\napt-get install -y curl\nEOF"), [3]),
    ("package-cache-kept", run("sh -c 'apt-get update && apt-get install -y curl'"), [2]),
    ("package-cache-kept", "FROM a AS b\nRUN pip install x\nFROM b\n" + END, [2]),
    ("package-cache-kept", run("apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*"), []),
    ("package-cache-kept", run("--mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y x"), []),
    ("package-cache-kept", run("pip install --no-cache-dir flask"), []),
    ("package-cache-kept", FROM + "ENV PIP_NO_CACHE_DIR=1\nRUN pip install flask\n" + END, []),
    ("package-cache-kept", run("PIP_NO_CACHE_DIR=1 pip install flask"), []),
    ("package-cache-kept", run("pip install flask && rm -rf /root/.cache/pip"), []),
    ("package-cache-kept", run("apk add --no-cache curl"), []),
    ("package-cache-kept", run("dnf -y install git && dnf clean all"), []),
    ("package-cache-kept", run("npm ci && npm cache clean --force"), []),
    ("package-cache-kept", run("npm run build"), []),
    ("package-cache-kept", "FROM a AS build\nRUN pip install x\nFROM b\nCOPY --from=build /x /x\n" + END, []),
    ("package-cache-kept", run("echo 'pip install flask' > how.txt"), []),
    ("package-cache-kept", run("<<EOF\napt-get update\nrm -rf /var/lib/apt/lists/*\nEOF"), []),
    ("package-cache-kept", run("pip download flask"), []),
    # sources-before-dependencies
    ("sources-before-dependencies", FROM + "COPY . .\nRUN pip install -r requirements.txt\n", [3]),
    ("sources-before-dependencies", FROM + "ADD ./ /app/\nWORKDIR /app\nRUN npm ci\n", [4]),
    ("sources-before-dependencies", FROM + 'COPY [".", "/app"]\nRUN cd /app && yarn install\n', [3]),
    ("sources-before-dependencies", FROM + "COPY --chown=a:b . /app\nRUN bundle install\n", [3]),
    ("sources-before-dependencies", "FROM a AS x\nCOPY . .\nRUN go mod download && go build\nFROM b\n", [3]),
    ("sources-before-dependencies", FROM + "COPY r.txt .\nRUN pip install -r r.txt\nCOPY . .\nRUN npm ci\n", [5]),
    ("sources-before-dependencies", FROM + "COPY shop /shop\nRUN pip install -r /shop/requirements.txt\n", [3]),
    ("sources-before-dependencies", FROM + "COPY shop /shop\nRUN pip install -r /tmp/requirements.txt\n", []),
    ("sources-before-dependencies", FROM + "COPY r.txt /shop/\nRUN pip install -r /shop/r.txt\n", []),
    ("sources-before-dependencies", FROM + "COPY r.txt .\nRUN pip install -r r.txt\nCOPY . .\n", []),
    (
        "sources-before-dependencies",
        FROM + "COPY r.txt .\nRUN pip install -r r.txt\nCOPY . .\nRUN pip install -r r.txt\n",
        [],
    ),
    ("sources-before-dependencies", FROM + "COPY . .\nRUN pip install .\n", []),
    ("sources-before-dependencies", FROM + "COPY . .\nRUN pip install -e .[test]\n", []),
    ("sources-before-dependencies", FROM + "COPY . .\nRUN npm run build\n", []),
    ("sources-before-dependencies", FROM + "COPY --from=build . .\nRUN npm ci\n", []),
    ("sources-before-dependencies", FROM + "COPY src /app\nRUN npm ci\n", []),
    ("sources-before-dependencies", FROM + "COPY . .\nFROM b\nRUN npm ci\n", []),
    # full-base-image
    ("full-base-image", "FROM python:3.12\n" + END, [1]),
    ("full-base-image", "FROM python\n" + END, [1]),
    ("full-base-image", "ARG V=22\nFROM docker.io/library/node:${V}-bookworm\n" + END, [2]),
    ("full-base-image", "FROM node:22 AS base\nFROM base\n" + END, [1]),
    ("full-base-image", "FROM golang AS build\nFROM ruby:3.4\n" + END, [2]),
    ("full-base-image", "FROM python:3.12-slim\n" + END, []),
    ("full-base-image", "FROM python:3.12-alpine3.20\n" + END, []),
    ("full-base-image", "FROM python:3.12 AS build\nFROM python:3.12-slim\n" + END, []),
    ("full-base-image", "FROM python:3.12\nRUN git clone https://example.org/x\n" + END, []),
    ("full-base-image", "FROM python:3.12\nRUN make install\n" + END, []),
    ("full-base-image", "FROM registry.example/python:3.12\n" + END, []),
    ("full-base-image", "ARG IMAGE\nFROM $IMAGE\n" + END, []),
    ("full-base-image", "FROM scratch\n" + END, []),
    # compiler-left-in-image
    ("compiler-left-in-image", "FROM golang:1.24\nRUN go build -o /x\nCMD /x\n", [1]),
    ("compiler-left-in-image", "FROM maven:3-eclipse-temurin-21\nRUN mvn -B package\nENTRYPOINT java -jar x\n", [1]),
    ("compiler-left-in-image", "FROM mcr.microsoft.com/dotnet/sdk:9.0\nRUN dotnet publish -c Release\nCMD /x\n", [1]),
    ("compiler-left-in-image", run("apt-get install -y build-essential libpq-dev", "pip install x"), [2]),
    ("compiler-left-in-image", run("apk add --no-cache gcc musl-dev && pip install x"), [2]),
    ("compiler-left-in-image", "FROM golang:1.24 AS b\nRUN go build\nFROM scratch\nCOPY --from=b /x /x\nCMD /x\n", []),
    ("compiler-left-in-image", run("apt-get install -y cmake clang-7", end='ENTRYPOINT ["/build.sh"]\n'), []),
    ("compiler-left-in-image", "FROM golang:1.24\nRUN make build\nCMD /x\n", [1]),
    ("compiler-left-in-image", 'FROM golang:1.24\nRUN make build\nENTRYPOINT ["make", "start"]\n', []),
    ("compiler-left-in-image", "FROM golang:1.24\nRUN go build -o /x\n", []),
    ("compiler-left-in-image", "FROM golang:1.24\nCMD go test ./...\n", []),
    ("compiler-left-in-image", run("apt-get install -y gcc && pip install x && apt-get purge -y gcc"), []),
    ("compiler-left-in-image", run("apk add --virtual .b gcc && pip install x && apk del .b"), []),
    ("compiler-left-in-image", run("apt-get install -y libgcc-s1 curl"), []),
    # development-server
    ("development-server", FROM + 'CMD ["flask", "run", "--host", "0.0.0.0"]\n', [2]),
    ("development-server", FROM + "CMD python -u manage.py runserver 0.0.0.0:8000\n", [2]),
    ("development-server", FROM + "CMD python manage.py migrate && python manage.py runserver\n", [2]),
    ("development-server", FROM + "CMD exec uvicorn app:app --reload\n", [2]),
    ("development-server", FROM + 'ENTRYPOINT ["npm", "run", "dev"]\n', [2]),
    ("development-server", FROM + 'CMD ["npx", "vite", "--host"]\n', [2]),
    ("development-server", FROM + 'CMD ["poetry", "run", "flask", "--app", "x", "run"]\n', [2]),
    ("development-server", FROM + "ENV FLASK_DEBUG=1\n" + END, [2]),
    ("development-server", FROM + 'CMD ["gunicorn", "app:app"]\n', []),
    ("development-server", FROM + "CMD flask run\nCMD gunicorn app\n", []),
    ("development-server", FROM + 'CMD ["npm", "start"]\n', []),
    ("development-server", FROM + 'CMD ["python", "manage.py", "migrate"]\n', []),
    ("development-server", FROM + "RUN flask run & sleep 3 && ./smoke\n" + END, []),
    ("development-server", FROM + "CMD vite preview\n", []),
    ("development-server", "FROM a AS development\nCMD flask run\n", []),
    ("development-server", "FROM a AS dev\nCMD flask run\nFROM a\n" + END, []),
    ("development-server", FROM + "ENV NODE_ENV=production\n" + END, []),
    # healthcheck-every-second
    ("healthcheck-every-second", FROM + "HEALTHCHECK --interval=1s CMD curl -f localhost\n", [2]),
    ("healthcheck-every-second", FROM + 'HEALTHCHECK --timeout=3s --interval=5s CMD ["python", "-c", "1"]\n', [2]),
    ("healthcheck-every-second", FROM + "HEALTHCHECK --interval=500ms \\\n  CMD curl -f localhost\n", [2]),
    ("healthcheck-every-second", FROM + "HEALTHCHECK CMD curl -f localhost\n", []),
    ("healthcheck-every-second", FROM + "HEALTHCHECK --interval=5s CMD curl -f localhost\n", []),
    ("healthcheck-every-second", FROM + "HEALTHCHECK --start-interval=1s --interval=1m CMD python x.py\n", []),
    ("healthcheck-every-second", FROM + "HEALTHCHECK NONE\n", []),
    # more-workers-than-cpus
    ("more-workers-than-cpus", FROM + "CMD gunicorn -w 32 app\n", [2]),
    ("more-workers-than-cpus", FROM + "ENV WEB_CONCURRENCY=64\n" + END, [3]),
    ("more-workers-than-cpus", FROM + "CMD gunicorn -w 4 app\n", []),
    ("more-workers-than-cpus", FROM + "CMD gunicorn -w $WORKERS app\n", []),
    ("more-workers-than-cpus", FROM + "CMD celery -w 32 app\n", []),
]


@pytest.mark.parametrize(("rule", "text", "lines"), DOCKERFILES, ids=lambda value: str(value)[:60])
def test_dockerfiles(lines_of, rule, text, lines):
    assert lines_of(rule, "Dockerfile", text) == lines


def compose(*lines: str) -> str:
    return "services:\n  app:\n    image: x\n" + "".join(f"    {line}\n" for line in lines)


LIMIT = "deploy: {resources: {limits: {cpus: '0.5'}}}"
WORKERS = "environment: {WEB_CONCURRENCY: 9}"
COMPOSES = [
    ("development-server", "compose.yaml", compose("command: flask run"), [4]),
    ("development-server", "docker-compose.yml", compose("command: [npm, run, dev]"), [4]),
    ("development-server", "docker-compose.prod.yml", compose("environment: [NODE_ENV=development]"), [4]),
    ("development-server", "compose.yaml", compose("environment: {FLASK_DEBUG: '1'}"), [4]),
    ("development-server", "compose.yaml", compose("command: gunicorn app"), []),
    ("development-server", "compose.dev.yaml", compose("command: flask run"), []),
    ("development-server", "docker-compose.override.yml", compose("command: flask run"), []),
    ("development-server", "compose.yaml", compose("command: flask run", "volumes: ['.:/app']"), []),
    ("development-server", "compose.yaml", compose("command: flask run", "develop: {watch: []}"), []),
    ("healthcheck-every-second", "compose.yaml", compose("healthcheck: {test: pg_isready, interval: 1s}"), [4]),
    ("healthcheck-every-second", "compose.yaml", compose("healthcheck: {test: mysqladmin ping, interval: 5s}"), [4]),
    ("healthcheck-every-second", "compose.yaml", compose("healthcheck: {test: pg_isready, interval: 10s}"), []),
    ("healthcheck-every-second", "compose.yaml", compose("healthcheck: {test: x, start_interval: 1s}"), []),
    ("healthcheck-every-second", "compose.test.yaml", compose("healthcheck: {test: x, interval: 1s}"), []),
    ("healthcheck-every-second", "compose.yaml", compose("healthcheck: {test: x, interval: '${EVERY}'}"), []),
    ("more-workers-than-cpus", "compose.yaml", compose("command: gunicorn -w 8 app", LIMIT), [4]),
    ("more-workers-than-cpus", "compose.yaml", compose("command: uvicorn --workers=8 app", "cpus: 2"), [4]),
    ("more-workers-than-cpus", "compose.yaml", compose("command: gunicorn app", WORKERS, "cpus: 1"), [4]),
    ("more-workers-than-cpus", "compose.yaml", compose("command: gunicorn -w 3 app", LIMIT), []),
    ("more-workers-than-cpus", "compose.yaml", compose("command: gunicorn -w 8 app"), []),
    ("more-workers-than-cpus", "compose.yaml", compose("command: gunicorn -w 8 app", "cpus: 4"), []),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "text", "lines"), COMPOSES, ids=lambda value: str(value)[:60])
def test_compose_files(lines_of, rule, name, text, lines):
    assert lines_of(rule, name, text) == lines


JOBS = "jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
MATRIX = JOBS.replace("    steps", "    strategy: {matrix: {os: [a, b], v: [1, 2]}}\n    steps")
CANCEL = "concurrency: {group: x, cancel-in-progress: true}\n"


def steps(*each: str) -> str:
    return "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + "".join(f"      - {one}\n" for one in each)


PIP = "run: pip install -r requirements.txt"
SETUP = "uses: actions/setup-python@v5"
NIGHTLY = "on:\n  push:\n  schedule:\n    - cron: '0 3 * * *'\n"
UPLOAD = "uses: actions/upload-artifact@v4\n        with: {path: b}"
WORKFLOWS = [
    ("superseded-runs-go-on", "on: pull_request\n" + JOBS, [1]),
    ("superseded-runs-go-on", "on: [push, pull_request]\n" + JOBS, [1]),
    ("superseded-runs-go-on", "on:\n  pull_request:\n    branches: [main]\n" + JOBS, [2]),
    ("superseded-runs-go-on", "on: pull_request\nconcurrency: tests\n" + JOBS, [1]),
    ("superseded-runs-go-on", "'on':\n  pull_request:\n" + CANCEL.replace("true", "false") + JOBS, [2]),
    ("superseded-runs-go-on", "on: pull_request\n" + CANCEL + JOBS, []),
    ("superseded-runs-go-on", "on: pull_request\n" + JOBS.replace("    steps", f"    {CANCEL}    steps"), []),
    ("superseded-runs-go-on", "on: push\n" + JOBS, []),
    ("superseded-runs-go-on", "name: Deploy preview\non: pull_request\n" + JOBS, []),
    ("superseded-runs-go-on", "on:\n  pull_request:\n    types: [closed]\n" + JOBS, []),
    ("superseded-runs-go-on", "on: pull_request\n" + JOBS.replace("run: make test", "uses: actions/labeler@v5"), []),
    ("superseded-runs-go-on", "on: workflow_call\n" + JOBS, []),
    ("every-commit-run-twice", "on: [push, pull_request]\n" + JOBS, [1]),
    ("every-commit-run-twice", "on:\n  push:\n  pull_request:\n" + JOBS, [2]),
    ("every-commit-run-twice", "on:\n  push:\n    paths: [src/**]\n  pull_request:\n" + JOBS, [2]),
    ("every-commit-run-twice", "on:\n  push:\n    branches: [main]\n  pull_request:\n" + JOBS, []),
    ("every-commit-run-twice", "on:\n  push:\n    tags: ['v*']\n  pull_request:\n" + JOBS, []),
    ("every-commit-run-twice", "on: push\n" + JOBS, []),
    ("every-commit-run-twice", "on: [push, pull_request]\n" + JOBS + "    if: github.event_name != 'push'\n", []),
    ("dependencies-not-cached", steps(PIP), [6]),
    ("dependencies-not-cached", steps(SETUP, PIP), [6]),
    ("dependencies-not-cached", steps("uses: actions/setup-node@v4", "run: npm ci"), [6]),
    ("dependencies-not-cached", steps("uses: actions/setup-java@v4", "run: ./mvnw verify"), [6]),
    ("dependencies-not-cached", steps("run: pip install -e .[test]"), [6]),
    ("dependencies-not-cached", steps(SETUP + "\n        with: {cache: pip}", PIP), []),
    ("dependencies-not-cached", steps("uses: actions/cache@v4", PIP), []),
    ("dependencies-not-cached", steps("uses: ./.github/actions/setup", PIP), []),
    ("dependencies-not-cached", steps("run: pip install --upgrade pip build"), []),
    ("dependencies-not-cached", steps("uses: astral-sh/setup-uv@v5", "run: uv sync"), []),
    ("dependencies-not-cached", steps("uses: gradle/actions/setup-gradle@v4", "run: ./gradlew test"), []),
    ("dependencies-not-cached", steps(PIP).replace("runs-on: x", "runs-on: [self-hosted, linux]"), []),
    ("dependencies-not-cached", steps("run: make test"), []),
    ("dependencies-not-cached", steps("run: pip install -U pip wheel setuptools build twine"), []),
    ("dependencies-not-cached", "name: Publish\n" + steps(PIP), []),
    ("runs-without-change", NIGHTLY + JOBS, [4]),
    ("runs-without-change", "on:\n  schedule:\n    - cron: '*/5 * * * *'\n" + JOBS, [3]),
    ("runs-without-change", "on:\n  schedule:\n    - cron: '0 */4 * * *'\n" + JOBS, [3]),
    ("runs-without-change", "on:\n  push:\n  schedule:\n    - cron: '0 3 * * 1'\n" + JOBS, []),
    ("runs-without-change", "on:\n  push:\n  schedule:\n    - cron: '0 3 1 * *'\n" + JOBS, []),
    ("runs-without-change", "on:\n  schedule:\n    - cron: '0 3 * * *'\n" + JOBS, []),
    ("runs-without-change", NIGHTLY + JOBS.replace("make test", "git log --since=1.day"), []),
    ("full-run-for-documentation", "on: [push]\n" + MATRIX, [1]),
    ("full-run-for-documentation", "on:\n  push:\n    branches: [main]\n" + MATRIX, [2]),
    ("full-run-for-documentation", "on:\n  push:\n    paths-ignore: ['**.md']\n  pull_request:\n" + MATRIX, [4]),
    ("full-run-for-documentation", "on: [push]\n" + JOBS, []),
    ("full-run-for-documentation", "on:\n  push:\n    paths: [src/**]\n" + MATRIX, []),
    ("full-run-for-documentation", "on: [workflow_dispatch]\n" + MATRIX, []),
    ("full-run-for-documentation", "on: [push]\n" + MATRIX + "      - uses: dorny/paths-filter@v3\n", []),
    ("full-run-for-documentation", "name: Release\non: [push]\n" + MATRIX, []),
    ("artifacts-kept-long", steps(UPLOAD), [6]),
    ("artifacts-kept-long", steps(UPLOAD.replace("}", ", retention-days: 3}")), []),
    ("artifacts-kept-long", "name: release\n" + steps(UPLOAD), []),
    ("artifacts-kept-long", steps("uses: actions/upload-pages-artifact@v3\n        with: {path: b}"), []),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "lines"), WORKFLOWS, ids=lambda value: str(value)[:60])
def test_workflows_of_github(lines_of, rule, text, lines):
    assert lines_of(rule, ".github/workflows/tests.yml", text) == lines


GITLAB_JOB = "test:\n  script: [pip install -r r.txt, pytest]\n"
PIPELINES = [
    ("superseded-runs-go-on", GITLAB_JOB, [1]),
    ("superseded-runs-go-on", "default:\n  interruptible: true\n" + GITLAB_JOB, []),
    ("superseded-runs-go-on", GITLAB_JOB + "  interruptible: true\n", []),
    ("superseded-runs-go-on", "include: other.yml\n" + GITLAB_JOB, []),
    ("superseded-runs-go-on", "roll-out:\n  script: [./out]\n  environment: production\n", []),
    ("dependencies-not-cached", GITLAB_JOB, [1]),
    (
        "dependencies-not-cached",
        ".base:\n  before_script: [npm ci]\nunit:\n  extends: .base\n  script: [npm test]\n",
        [3],
    ),
    ("dependencies-not-cached", "cache: {paths: [.cache]}\n" + GITLAB_JOB, []),
    ("dependencies-not-cached", ".base:\n  cache: {paths: [x]}\nunit:\n  extends: .base\n  script: [npm ci]\n", []),
    ("dependencies-not-cached", "unit:\n  extends: .elsewhere\n  script: [npm ci]\n", []),
    ("dependencies-not-cached", "unit:\n  script: [make]\n", []),
    ("artifacts-kept-long", GITLAB_JOB + "  artifacts: {paths: [a], expire_in: never}\n", [3]),
    ("artifacts-kept-long", GITLAB_JOB + "  artifacts: {paths: [a], expire_in: 1 week}\n", []),
    ("artifacts-kept-long", GITLAB_JOB + "  artifacts: {reports: {junit: a.xml}}\n", []),
]


@pytest.mark.parametrize(("rule", "text", "lines"), PIPELINES, ids=lambda value: str(value)[:60])
def test_pipelines_of_gitlab(lines_of, rule, text, lines):
    assert lines_of(rule, ".gitlab-ci.yml", text) == lines


EVERY = [
    *[(rule, "Dockerfile", text, lines) for rule, text, lines in DOCKERFILES],
    *COMPOSES,
    *[(rule, ".github/workflows/tests.yml", text, lines) for rule, text, lines in WORKFLOWS],
    *[(rule, ".gitlab-ci.yml", text, lines) for rule, text, lines in PIPELINES],
]


FIXES = [
    ("RUN apt-get update && apt-get install -y curl\n", "RUN apt-get update && apt-get install -y curl && {rm}\n"),
    ("RUN apt-get update \\\n # a\n && apt add 'x'\n", "RUN apt-get update \\\n # a\n && apt add 'x' && {rm}\n"),
    ("RUN apt-get update\nRUN apt-get install -y curl\n", None),  # the second needs what the first has fetched
    ("RUN (apt-get update && apt-get install -y curl)\n", None),
    ("RUN <<EOF\napt-get update\nEOF\n", None),
    ('RUN ["pip", "install", "x"]\n', None),
    ("RUN sh -c 'pip install x'\n", None),
    ("RUN cd /a && pip3 install -r x\n", "RUN cd /a && pip3 install --no-cache-dir -r x\n"),
    ("RUN <<EOF\ncd a\n  pip install x\nEOF\n", "RUN <<EOF\ncd a\n  pip install --no-cache-dir x\nEOF\n"),
    ("RUN apk update && apk add --update x\n", "RUN apk update && apk add --no-cache --update x\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), FIXES)
def test_a_safe_fix_leaves_a_dockerfile_that_builds(before, after):
    from greenprof.lint import load_rules
    from greenprof.lint.fixing import fix_source

    rule = next(one for one in load_rules() if one.name == "package-cache-kept")
    fixed = fix_source(FROM + before + END, "Dockerfile", [rule], unsafe=False)
    wanted = before if after is None else after.replace("{rm}", "rm -rf /var/lib/apt/lists/*")
    assert fixed.text == FROM + wanted + END


def deployment(workers: int, cpu: str, how: str) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n"
        "  template:\n    metadata: {labels: {app: a}}\n    spec:\n      containers:\n"
        "        - name: a\n          image: a:1\n"
        f"          resources: {{limits: {{cpu: {cpu}, memory: 1Gi}}}}\n          {how.format(workers)}\n"
    )


@pytest.mark.parametrize(
    ("workers", "cpu", "how", "lines"),
    [
        (9, "1", "args: [gunicorn, -w, '{}', app]", [13]),
        (9, "500m", "command: [sh, -c, exec uvicorn app --workers {}]", [13]),
        (3, "500m", "args: [gunicorn, -w, '{}', app]", []),
        (9, "4", "args: [gunicorn, -w, '{}', app]", []),
        (9, "1", "args: [celery, -c, '{}']", []),
    ],
)
def test_workers_of_a_container(tmp_path, workers, cpu, how, lines):
    path = tmp_path / "a.yaml"
    path.write_text(deployment(workers, cpu, how))
    result = lint_paths([path], select=["more-workers-than-cpus"], jobs=1)
    assert [one.line for one in result.findings] == lines


def test_there_are_as_many_that_must_not_be_found():
    assert sum(not lines for *_, lines in EVERY) >= sum(bool(lines) for *_, lines in EVERY)

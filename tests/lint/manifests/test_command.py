"""Manifests through the installed command: found, silenced, known, remembered, shown and fixed as Python is."""

import json

import pytest

CRON = """apiVersion: batch/v1
kind: CronJob
metadata:
  name: tick
spec:
  schedule: '* * * * *'
"""
WEB = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 5
"""
HPA = """apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
"""
JAVA = """apiVersion: v1
kind: Pod
metadata: {name: j}  # named j
spec:
  containers:
    - name: j
      env:
        # tuned by hand
        - {name: JAVA_OPTS, value: '-Xmx1g'}   # greenprof knows
"""


@pytest.fixture
def project(tmp_path):
    """Writes files into tmp_path."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return write


def places(done):
    return [line.split(": ")[0] + " " + line.split(": ")[1] for line in done.lines if line[0] != " " and ": " in line]


def test_manifests_are_found_beside_python_and_other_yaml_is_not_counted(greenprof, project):
    project({"app.py": "x = 1\n", "k8s/cron.yaml": CRON, "k8s/values.yml": "a: 1\n", "mkdocs.yml": "x: [\n"})
    done = greenprof("lint", "--no-show-source")
    assert done.code == 1
    assert places(done) == ["k8s/cron.yaml:6:3 cron-every-minute"]
    assert "in 2 files" in done.lines[-1]
    assert done.err == ""


@pytest.mark.parametrize("folder", [".github/workflows", "deploy"])
def test_of_what_is_hidden_only_workflows_are_looked_into(greenprof, project, folder):
    project(
        {f"{folder}/a.yml": CRON, ".github/scripts/b.py": "x = (\n", ".cache/c.yml": CRON, ".gitlab-ci.yml": "a: 1\n"}
    )
    assert greenprof("lint").code == int(folder == "deploy")  # a workflow is no object of Kubernetes


TWICE = "on: [push, pull_request]\njobs:\n  t:\n    runs-on: x\n    steps: [run: tox]\n"


def paths(done):
    return sorted({line.partition(":")[0] for line in done.lines if "every-commit-run-twice" in line})


class TestWorkflowsThatNothingRuns:
    TOP, BELOW = ".github/workflows/a.yml", "app/api/client/.github/workflows/b.yml"

    def linted(self, greenprof, project, files, *arguments):
        project({self.TOP: TWICE, self.BELOW: TWICE} | dict.fromkeys(files, ""))
        return paths(greenprof("lint", *arguments))

    @pytest.mark.parametrize(
        "files",
        [
            [".git/HEAD"],
            [".git/HEAD", "app/api/client/setup.py"],
            [".git/HEAD", "app/api/client/.git"],  # a submodule
            ["app/__init__.py", "app/api/client/.git"],
            ["app/__init__.py"],
            ["app/api/client/__init__.py"],
            ["pyproject.toml", "app/api/client/setup.py"],
            ["package.json"],
        ],
    )
    def test_are_left_out(self, greenprof, project, files):
        assert self.linted(greenprof, project, files) == [self.TOP]

    @pytest.mark.parametrize(
        "files",
        [
            ["app/api/client/.git/HEAD"],  # a checkout of its own
            ["app/api/client/setup.py"],  # folders of projects beside each other
            ["app/a.py"],
        ],
    )
    def test_others_are_linted(self, greenprof, project, files):
        assert self.BELOW in self.linted(greenprof, project, files)

    @pytest.mark.parametrize("named", [BELOW, "app/api/client/.github", "app/api/client"])
    def test_named_outright_are_linted(self, greenprof, project, named):
        assert self.linted(greenprof, project, [".git/HEAD", "app/__init__.py"], named) == [self.BELOW]

    def test_below_the_top_of_the_repository(self, greenprof, project):
        assert self.linted(greenprof, project, [".git/HEAD"], "app") == []

    def test_of_gitlab_in_a_package(self, greenprof, project):
        text = "test:\n  image: python\n  script: [pip install tox, tox]\n"
        project({"a/.gitlab-ci.yml": text, "b/.gitlab-ci.yml": text, "b/__init__.py": ""})
        done = greenprof("lint", "--min-confidence", "low")
        assert ("a/.gitlab-ci.yml" in done.out, "b/.gitlab-ci.yml" in done.out) == (True, False)


def test_standard_input_with_and_without_a_name(greenprof):
    for arguments in (["-"], ["--stdin-filename", "manifests.yaml", "-"]):
        done = greenprof("lint", *arguments, stdin=CRON.encode())
        assert (done.code, "cron-every-minute" in done.out) == (1, True)
    assert greenprof("lint", "-", stdin=b"x = 1\n").code == 0
    assert greenprof("lint", "--stdin-filename", "app.py", "-", stdin=b"for x in y: pass\n").code == 0


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("# syntax=docker/dockerfile:1\nARG OF=3.13\n\nFROM python:$OF\nRUN pip install x\n", "package-cache-kept"),
        ("FROM alpine\r\nRUN apk add git\r\n", "package-cache-kept"),
        ("name: a\nservices:\n  web:\n    build: .\n    command: flask run\n", "development-server"),
        ("'on': [push, pull_request]\njobs:\n  t:\n    runs-on: x\n    steps: [run: tox]\n", "every-commit-run-twice"),
        ("jobs:\n  t:\n    runs-on: x\n    steps: [run: tox]\non: [push, pull_request]\n", "every-commit-run-twice"),
    ],
)
def test_what_comes_without_a_name_is_told_by_its_text(greenprof, text, rule):
    done = greenprof("lint", "-", stdin=text.encode())
    assert (done.code, rule in done.out, done.err) == (1, True, "")


@pytest.mark.parametrize(
    "text", ["# FROM x\nfrom os import path\n", "services: int\n", "FROM = 1\n", "on: str\njobs: str\n"]
)
def test_what_comes_without_a_name_and_looks_like_none_is_python(greenprof, text):
    done = greenprof("lint", "-", stdin=text.encode())
    assert (done.code, done.out) == (
        0,
        f"no findings in 1 file ({text.count(chr(10))} line{'s' * (text.count(chr(10)) > 1)})\n",
    )


def test_standard_input_is_fixed_to_standard_output(greenprof):
    done = greenprof("lint", "--fix", "--unsafe-fixes", "-q", "-", stdin=JAVA.encode())
    assert done.out == JAVA.replace("JAVA_OPTS", "JAVA_TOOL_OPTIONS")


@pytest.mark.parametrize("files", [{"all.yaml": f"{WEB}---\n{HPA}"}, {"web.yaml": WEB, "scale/hpa.yaml": HPA}])
def test_an_autoscaler_in_the_same_or_another_file_counts(greenprof, project, files):
    project(files)
    assert greenprof("lint").code == 0
    assert greenprof("lint").code == 0  # from the cache


def test_without_its_autoscaler_the_cache_does_not_hide_it(greenprof, project):
    folder = project({"web.yaml": WEB, "hpa.yaml": HPA})
    assert greenprof("lint").code == 0
    (folder / "hpa.yaml").unlink()
    assert places(greenprof("lint")) == ["web.yaml:6:3 replicas-without-autoscaler"]
    assert greenprof("lint", "web.yaml").code == 1


def test_an_autoscaler_for_something_else_does_not_count(greenprof, project):
    project(
        {"web.yaml": WEB, "hpa.yaml": HPA.replace("name: web}\n", "name: api}\n").replace("{name: web}", "{name: api}")}
    )
    assert greenprof("lint").code == 1


@pytest.mark.parametrize(
    "comment",
    [
        "  schedule: '* * * * *'  # greenprof: ignore[cron-every-minute]\n",
        "  # greenprof: ignore[deploy]\n  schedule: '* * * * *'\n",
        "  # greenprof: ignore\n\n  # it must be\n  schedule: '* * * * *'\n",
        "# greenprof: ignore-file[cron-every-minute]\n  schedule: '* * * * *'\n",
    ],
)
def test_comments_silence(greenprof, project, comment):
    project({"cron.yaml": CRON.replace("  schedule: '* * * * *'\n", comment)})
    done = greenprof("lint", "--report-unused-ignores")
    assert done.code == 0, done.out


@pytest.mark.parametrize(
    "comment",
    [
        "  schedule: '* * * * *'  # greenprof: ignore[jobs-never-removed]\n",
        "  schedule: '* * * * *'\n  # greenprof: ignore\n",
        "  schedule: '* * * * *'\n  note: |\n    # greenprof: ignore-file\n",
        "  note: |\n    # greenprof: ignore\n  schedule: '* * * * *'\n",
    ],
)
def test_comments_elsewhere_and_in_texts_do_not(greenprof, project, comment):
    project({"cron.yaml": CRON.replace("  schedule: '* * * * *'\n", comment)})
    assert greenprof("lint").code == 1


def test_a_comment_that_silences_nothing_is_told(greenprof, project):
    project({"a.yaml": HPA + "  # greenprof: ignore[cron-every-minute]\n  maxReplicas: 3\n"})
    assert places(greenprof("lint", "--report-unused-ignores")) == ["a.yaml:6:3 unused-ignore"]


def test_comments_are_put_in(greenprof, project):
    folder = project({"cron.yaml": CRON, "web.yaml": WEB.replace("\n", "\r\n")})
    assert greenprof("lint", "--add-ignore").code == 0
    assert greenprof("lint").code == 0
    assert "  # greenprof: ignore[cron-every-minute]\n  schedule" in (folder / "cron.yaml").read_text(encoding="utf-8")
    assert (folder / "web.yaml").read_bytes().count(b"\r\n") == 7


def test_settings_and_a_baseline_hold(greenprof, project):
    project({"cron.yaml": CRON, "old/cron.yaml": CRON})
    assert "in 2 files" in greenprof("lint", "--per-file-ignores", "old/:deploy").lines[-1]
    assert greenprof("lint", "--per-file-ignores", "*.yaml:deploy").code == 0
    assert greenprof("lint", "--ignore", "deploy").code == 0
    assert greenprof("lint", "--baseline", "known.json", "--baseline-create").code == 0
    assert greenprof("lint", "--baseline", "known.json").code == 0
    assert greenprof("lint", "--exclude", "*.yaml").code == 0


@pytest.mark.parametrize("format", ["json", "sarif", "github", "gitlab", "junit"])
def test_every_format_shows_them(greenprof, project, format):
    project({"cron.yaml": CRON})
    done = greenprof("lint", "-f", format)
    assert "cron-every-minute" in done.out
    assert "cron.yaml" in done.out
    if format == "sarif":
        rules = json.loads(done.out)["runs"][0]["tool"]["driver"]["rules"]
        assert any(rule["id"] == "cron-every-minute" for rule in rules)


def test_fixes_keep_comments_quotes_order_and_line_ends(greenprof, project):
    folder = project({"j.yaml": JAVA.replace("\n", "\r\n")})
    diff = greenprof("lint", "--diff", "--unsafe-fixes").out
    assert [line[:1] for line in diff.splitlines() if line[:1] in "+-"] == ["-", "+", "-", "+"]
    assert greenprof("lint", "--fix", "--unsafe-fixes").code == 0
    new = (folder / "j.yaml").read_bytes().decode()
    assert new == JAVA.replace("JAVA_OPTS", "JAVA_TOOL_OPTIONS").replace("\n", "\r\n")


def test_a_template_is_named_in_one_line_and_left_alone(greenprof, project):
    template = CRON.replace("tick", "{{ .Release.Name }}")
    project({"chart/templates/a.yaml": template, "chart/templates/b.yaml": template, "app.py": "x = 1\n"})
    for _ in range(2):  # the second time from the cache
        done = greenprof("lint")
        assert (done.code, len(done.err.splitlines())) == (0, 1)
        assert "helm template . | greenprof lint -" in done.err
    assert greenprof("lint", "-q").err == ""


def test_what_is_named_outright_and_is_no_manifest_is_told(greenprof, project):
    project({"values.yaml": "a: 1\n"})
    done = greenprof("lint", "values.yaml")
    assert (done.code, "neither Python nor a manifest" in done.err) == (0, True)


def test_a_broken_manifest_is_one_line_and_the_others_are_linted(greenprof, project):
    project({"a.yaml": CRON + "  x: [\n", "cron.yaml": CRON})
    done = greenprof("lint", "--fix")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "a.yaml:8: is not valid YAML" in done.err
    assert places(done) == ["cron.yaml:6:3 cron-every-minute"]


def test_patches_of_a_kustomization_are_no_whole_objects(greenprof, project):
    patch = WEB.replace(
        "  replicas: 5\n", "  template:\n    spec:\n      containers:\n        - name: web\n          image: a:1\n"
    )
    files = {"overlay/kustomization.yaml": "patches:\n  - path: web.yaml\n", "overlay/web.yaml": patch}
    project(files)
    assert "object-refused" not in greenprof("lint").out
    assert "object-refused" in greenprof("lint", "overlay/web.yaml").out


def test_a_new_rule_about_manifests_keeps_its_promises(greenprof, tmp_path):
    assert greenprof("rules", "new", "many-revisions", "--about", "kubernetes").code == 0
    assert sorted(path.name for path in (tmp_path / "lint" / "many_revisions").iterdir()) == [
        "README.md",
        "bad.yaml",
        "good.yaml",
        "rule.py",
    ]
    done = greenprof("rules", "test", "lint/many_revisions")
    assert (done.code, "keeps its promises" in done.out) == (0, True), done.out


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("bad.yaml", "  # expect: many-revisions", "", "no line ends in # expect"),
        ("bad.yaml", "50  #", "5  #", "expected and not found"),
        ("good.yaml", "Limit: 3", "Limit: 30", "many-revisions is found"),
        ("good.yaml", "memory: 512Mi", "memory: 8Gi", "limit-far-above-request is found"),
        ("README.md", "Saving: 47 of 50", "About 47 of 50", "does not say under Saving"),
        ("README.md", "Fix: unsafe", "Fix: safe", "that it is unsafe"),
        ("rule.py", '"3"', '"30"', "cannot be fixed"),
    ],
)
def test_a_broken_promise_of_a_rule_about_manifests_is_told(greenprof, tmp_path, file, old, new, words):
    greenprof("rules", "new", "many-revisions", "--about", "kubernetes")
    path = tmp_path / "lint" / "many_revisions" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = greenprof("rules", "test", "lint/many_revisions")
    assert (done.code, words in done.out) == (1, True), done.out


@pytest.mark.parametrize("scaled", [True, False])
def test_an_autoscaler_in_another_part_of_a_large_run_counts(greenprof, project, scaled):
    hpas = {f"hpa/{n}.yaml": HPA.replace("name: web", f"name: web{n}") for n in range(6)} if scaled else {}
    project({**{f"web/{n}.yaml": WEB.replace("name: web", f"name: web{n}") for n in range(6)}, **hpas})
    found = [places(greenprof("lint", "--shard", f"{part}/3")) for part in (1, 2, 3)]
    assert sum(map(len, found)) == (0 if scaled else 6)

"""The Deployment that this was built for: its good parts pass, and its faults are named."""

import subprocess
import sys
from pathlib import Path

from greenprof.lint import lint_paths

GOLDEN = Path(__file__).with_name("golden.yaml")


def test_its_faults_are_named_and_its_good_parts_pass():
    result = lint_paths([GOLDEN])
    assert [(one.line, one.rule) for one in result.findings] == [
        (7, "object-refused"),  # no selector
        (19, "affinity-may-match-nothing"),
        (25, "image-pulled-each-start"),
        (27, "java-opts-not-read"),
        (28, "collector-on-small-container"),  # G1 on half a processor
    ]
    assert result.errors == ()


def test_two_pods_are_told_on_request_only():
    rules = {one.rule for one in lint_paths([GOLDEN], min_confidence="low").findings}
    assert "replicas-without-autoscaler" in rules
    # Requests of a half of the limits, and three quarters of the limit for the heap, are fine.
    assert rules.isdisjoint({"requests-missing", "limit-far-above-request", "request-over-limit", "jvm-heap-at-limit"})


def test_what_can_be_fixed_is_and_the_rest_stays_as_it_is(tmp_path):
    copy = tmp_path / "golden.yaml"
    copy.write_bytes(GOLDEN.read_bytes())
    command = [sys.executable, "-m", "greenprof", "lint", "--fix", "--unsafe-fixes", "-q", "golden.yaml"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 1
    old, new = GOLDEN.read_text(encoding="utf-8"), copy.read_text(encoding="utf-8")
    expected = (
        old.replace("  replicas: 2\n", '  replicas: 2\n  selector:\n    matchLabels:\n      app: "permits"\n')
        .replace("JAVA_OPTS", "JAVA_TOOL_OPTIONS")
        .replace("-XX:+UseG1GC ", "")
    )
    assert new == expected

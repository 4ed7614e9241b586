"""Whatever comes in, there is one clear line, and never a traceback."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenprof.lint.manifests.engine import lint_manifest
from greenprof.lint.result import NO_MANIFEST, TEMPLATE

HEAD = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n"
BOMB = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9) if n else '1'}]\n" for n in range(40))
MERGES = "".join(f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 9) if n else '{}'}]\n" for n in range(25))


def lint(text, rules):
    data = text if isinstance(text, bytes) else text.encode()
    return lint_manifest(data, "deploy.yaml", rules)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "spec:\n\treplicas: 3\n", 6, "'\\t'"),
        (HEAD + "spec:\n  replicas: 3\n  replicas: 4\n", 7, "has the key 'replicas' twice"),
        (HEAD + "spec: [\n", 6, "not valid YAML"),
        (HEAD + "spec: *gone\n", 5, "undefined alias 'gone'"),
        (HEAD + 'spec: "\x01"\n', 5, "U+0001"),
        (HEAD + "spec: a: b\n", 5, "not valid YAML"),
        ((HEAD + "# caf\xe9\n").encode("latin-1"), 5, "is not UTF-8"),
        (HEAD + f"spec: {'[' * 10_000}\n", 1, "nested too deeply"),
        (HEAD + "# " + "x" * 10_000_000, None, "up to 10 MB"),
        ("a: 1\n---\n" + HEAD + "spec: {\n", 8, "not valid YAML"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, line, words, rules):
    error = lint(text, rules).error
    assert error is not None
    assert (error.line, words in error.message, "\n" in error.message) == (line, True, False), error


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "spec: 3\n",
        HEAD + "spec:\n",
        HEAD + "spec: {template: {spec: {containers: {a: b}, initContainers: [1, null, [2]]}}}\n",
        HEAD + "spec: {template: {spec: {containers: [{name: [], image: {}, env: 3, resources: []}]}}}\n",
        HEAD + 'spec: {replicas: "{{ replicas }}"}\n',
        HEAD + "spec: !ours {replicas: 3}\n".replace("3", "1"),
        HEAD + "spec: {replicas: !!int many}\n",
        HEAD + "spec: &s\n  template: *s\n  <<: *s\n  spec: *s\n",
        HEAD + "? [a, b]\n: 3\n",
        "apiVersion: [1]\nkind: Deployment\nmetadata: []\nspec: {template: [], replicas: {}}\n",
        "apiVersion: v1\nkind: List\nitems: &x [*x, *x, *x]\n",
        BOMB + HEAD + "spec: *b39\n",
        MERGES + HEAD + "spec: *m24\n",
    ],
)
def test_odd_shapes_say_nothing_and_take_no_time(text, rules):
    started = time.process_time()
    result = lint(text, rules)
    assert (result.error, result.findings, result.doubts) == (None, (), ())
    assert time.process_time() - started < 5


@pytest.mark.parametrize("action", ["{{ .Values.replicas }}", "{{- toYaml .Values.x | nindent 2 }}", "{% if x %}"])
def test_a_template_is_passed_over(action, rules):
    assert lint(HEAD + f"spec:\n  replicas: {action}\n", rules).skipped == TEMPLATE
    assert lint(HEAD + f"{action}\nspec:\n  replicas: 3\n", rules).skipped == TEMPLATE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---\n---\n",
        "a: 1\n",
        "apiVersion: v1\n",
        "kind: Deployment\n",
        "apiVersion: v1\nkind: Widget\n",
        b"\xff\xfe\0a",
    ],
)
def test_other_yaml_is_none_of_its_business(text, rules):
    assert lint(text, rules).skipped == NO_MANIFEST


def test_a_broken_document_spoils_no_other_one(rules):
    good = HEAD + "spec:\n  replicas: 5\n"
    result = lint(f"{good}---\n{HEAD}spec: [\n---\n{good}", rules)
    assert result.error is not None
    assert [one.finding.line for one in result.doubts] == [6, 19]


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\u2029"])
def test_lines_are_those_that_an_editor_counts(mark, rules):
    result = lint(f'{HEAD}x: "a{mark}b"\nspec:\n  replicas: 5\n', rules)
    assert [one.finding.line for one in result.doubts] == [7]


def test_windows_line_ends_and_a_byte_order_mark(rules):
    data = b"\xef\xbb\xbf" + f"{HEAD}spec:\n  replicas: 5\n".replace("\n", "\r\n").encode()
    assert [(one.finding.line, one.finding.column) for one in lint(data, rules).doubts] == [(6, 3)]


PARTS = st.sampled_from(
    [
        "apiVersion: apps/v1\n",
        "kind: Deployment\n",
        "spec:\n",
        "  ",
        "    ",
        "- ",
        "replicas: 3\n",
        "template:\n",
        "containers:\n",
        "name: x\n",
        "image: y\n",
        "&a ",
        "*a ",
        "<<: *a\n",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ",",
        "'",
        '"',
        "|\n",
        ">-\n",
        "# greenprof: ignore\n",
        "---\n",
        "...\n",
        "\t",
        "\n",
        "resources:\n",
        "requests: {cpu: 1}\n",
        "%YAML 1.1\n",
        "!!int ",
        "\\",
        "\x00",
        "\ud800",
        "metadata:\n",
        "labels: {a: b}\n",
        "spec: ",
        "? ",
        "null\n",
        "~\n",
        "{{ x }}",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PARTS, max_size=40).map("".join))
def test_no_text_makes_it_fail(rules, text):
    lint(("apiVersion: v1\nkind: Deployment\n" + text).encode("utf-8", "surrogatepass"), rules)

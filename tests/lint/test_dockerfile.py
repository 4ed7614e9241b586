"""A Dockerfile as instructions and stages: what they are, where their words stand, and that nothing trips it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.lint.manifests.dockerfile import pairs_of, parsed
from greenprof.lint.manifests.shell import commands_in

FILE = r"""# syntax=docker/dockerfile:1
# escape=\
ARG VERSION=3.12
ARG BASE=python
# a comment
FROM --platform=linux/amd64 ${BASE}:${VERSION}-slim AS Build
run --mount=type=cache,target=/root/.cache \
    --network=none  apt-get update && \
    # a comment in between

    apt-get install -y "a b"
ENV A=1 B="two words" \
    C=$VERSION
ENV OLD the old form
RUN <<-EOF
	pip install x
	EOF
COPY <<ONE <<"TWO" /there/
RUN no instruction
ONE
FROM nor this
TWO
FROM build
HEALTHCHECK --interval=5s CMD ["sh", "-c", "exec gunicorn -w 4 app"]
CMD exec gunicorn app
CMD ["sh", "-c", "exec gunicorn -w 4 'my app'"]"""


def test_stages_and_instructions():
    file = parsed(FILE)
    first, last = file.stages
    assert (first.name, first.image, first.base) == ("build", "python:3.12-slim", None)
    assert (last.name, last.image, last.base) == (None, "build", 0)
    assert file.shipped == (1, 0)
    assert [(one.name, one.line, one.end_line) for one in first.instructions] == [
        ("RUN", 7, 11), ("ENV", 12, 13), ("ENV", 14, 14), ("RUN", 15, 17), ("COPY", 18, 22),
    ]  # fmt: skip
    assert first.instructions[0].mounts("cache") == ("/root/.cache",)
    assert file.environment(1) == {"A": "1", "B": "two words", "C": "$VERSION", "OLD": "the old form"}
    assert file.last("CMD")[1].line == 26
    assert file.last("ENTRYPOINT") is None


def test_commands_and_their_places():
    first, last = parsed(FILE).stages
    runs = first.instructions[0].runs
    assert [run.command.words for run in runs] == [("apt-get", "update"), ("apt-get", "install", "-y", "a b")]
    assert [run.place() for run in runs] == [(8, 21), (11, 5)]
    assert runs[1].behind() == (11, 29)
    (heredoc,) = first.instructions[3].runs
    assert heredoc.command.words == ("pip", "install", "x")
    assert heredoc.place(1) == (16, 6)
    (command,) = last.instructions[2].runs
    assert command.command.words == ("gunicorn", "-w", "4", "my app")
    assert not command.is_text


def test_another_escape():
    file = parsed("# escape=`\nFROM a\nRUN dir c:\\ `\n  && echo x\n")
    (one,) = file.stages[0].instructions
    assert [run.command.words for run in one.runs][1] == ("echo", "x")
    assert file.escape == "`"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a && b || c; d | e & f", ["a", "b", "c", "d", "e", "f"]),
        ("A=1 sudo -E env B=2 a b", ["a b"]),
        ("if a; then b; fi", ["a", "b", "fi"]),
        ("a 'x && y' \"z; w\"", ["a x && y z; w"]),
        ("a $(b && c) d", ["a $(b && c) d"]),
        ("a 2>&1 > x", ["a 2>&1 > x"]),
        ("a # b && c", ["a"]),
        ("bash -lc 'a && b'", ["a", "b"]),
        ("sh script -c x", ["sh script -c x"]),
        ("(a; b)", ["a", "b"]),
        ("", []),
        ("'", [""]),
    ],
)
def test_commands_of_a_shell(text, words):
    assert [" ".join(one.words) for one in commands_in(text)] == words


def test_what_arguments_set():
    assert pairs_of("A") == {}
    assert pairs_of("A=b=c D=") == {"A": "b=c", "D": ""}


LINES = st.lists(
    st.sampled_from(
        ["FROM a", "FROM a AS b", "from b", "RUN x \\", "RUN a && b", "RUN <<E", "E", "RUN <<-'E' cat", "COPY . .",
         "CMD [\"a\"]", "CMD [", "CMD sh -c 'a", "# c", "", "  \\", "ARG A=${A}", "ENV A=$A B=\"", "ENV", "RUN", "\\",
         "USER $", "RUN --mount=type=cache a", "ONBUILD RUN a", "HEALTHCHECK --interval=1s CMD a",
         "RUN 'a' \"b\" && \\", "\t# x", "RUN a\\ b", "É ü", "# escape=`", "RUN a `"]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_nothing_trips_it_and_places_are_in_the_file(lines):
    text = "\n".join(lines)
    file = parsed(text)
    for number, stage in enumerate(file.stages):
        assert file.lineage(number)[0] == number
        file.environment(number)
        for one in stage.instructions:
            assert 1 <= one.line <= one.end_line <= len(lines)
            for run in one.runs:
                line, column = run.place()
                assert 1 <= line <= len(lines)
                assert 1 <= column <= len(lines[line - 1]) + 1
                if run.is_text and one.as_list is None and run.command.words[0].isalpha():
                    assert lines[line - 1][column - 1 :].lstrip("\"'\\").startswith(run.command.words[0][0])


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab '\"\\$(){}&|;#\n<>=-`", max_size=40))
def test_no_text_trips_the_shell(text):
    for one in commands_in(text):
        assert one.words
        assert len(one.words) == len(one.offsets)
        assert all(0 <= start <= end <= len(text) for start, end in one.offsets)

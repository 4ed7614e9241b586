"""The lines that a report shows are those that ran: files, members of archives, whatever their encoding."""

import hashlib
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenprof.sources import digests, lines_of, not_linted, templates, unchanged, unchanged_in_archives


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "app.pyz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("__main__.py", "import tool\n")
        file.writestr("pack/tool.py", "# coding: latin-1\nname = 'é'\n".encode("latin-1"))
    return path


def test_a_file_and_a_member_of_an_archive_have_digests(archive, tmp_path):
    (tmp_path / "app.py").write_text("x = 1\n")
    paths = [str(tmp_path / "app.py"), f"{archive}/__main__.py", f"{archive}/pack/tool.py"]
    found = digests(paths)
    assert found[paths[0]] == hashlib.sha256(b"x = 1\n").hexdigest()
    assert found[paths[1]] == hashlib.sha256(b"import tool\n").hexdigest()
    assert set(found) == set(paths)
    assert unchanged(paths, found) == (paths[0],)
    assert unchanged_in_archives(paths, found) == tuple(paths[1:])


@pytest.mark.parametrize(
    "path",
    [
        "none.py",
        "none/none.py",
        "app.pyz/none.py",
        "app.pyz/pack",
        "app.pyz",
        "text.py/x.py",
        "folder",
        "<string>",
        "\0",
    ],
)
def test_what_is_not_there_has_neither_digest_nor_lines(path, archive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.py").write_text("no archive")
    found = digests([path])
    assert list(found) == (["app.pyz"] if path == "app.pyz" else [])
    if path != "app.pyz":
        assert lines_of([path]) == {}


def test_what_changed_is_neither_among_the_files_nor_the_members(archive, tmp_path):
    (tmp_path / "app.py").write_text("x = 1\n")
    paths = [str(tmp_path / "app.py"), f"{archive}/__main__.py", f"{archive}/pack/tool.py"]
    known = digests(paths)
    (tmp_path / "app.py").write_text("x = 2\n")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("__main__.py", "import other\n")
    assert unchanged(paths, known) == unchanged_in_archives(paths, known) == ()


def test_an_archive_that_is_damaged_is_left_out(archive):
    path = f"{archive}/pack/tool.py"
    content = bytearray(archive.read_bytes())
    content[content.index(b"name = ")] ^= 255
    archive.write_bytes(content)
    assert digests([path]) == {}
    archive.write_bytes(b"no archive")
    assert digests([path]) == {}


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a = 1\nb = 2\n", ["a = 1", "b = 2", ""]),
        (b"a = 1\r\nb = 2\rc = 3", ["a = 1", "b = 2", "c = 3"]),
        ("s = 'é'".encode(), ["s = 'é'"]),
        (b"\xef\xbb\xbfs = 1", ["s = 1"]),
        ("# coding: latin-1\ns = 'é'".encode("latin-1"), ["# coding: latin-1", "s = 'é'"]),
        ("#!python\n# vim: set fileencoding=koi8-r :\ns = 'ж'".encode("koi8-r"), None),
        (b"s = '\xe9'", ["s = '\ufffd'"]),
        (b"# coding: no-such\ns = 1", ["# coding: no-such", "s = 1"]),
        (b"a = '\x0c'\nb\x0c\n", ["a = '\x0c'", "b\x0c", ""]),
        (b"", [""]),
    ],
)
def test_lines_are_those_that_python_counts(content, lines, tmp_path):
    path = tmp_path / "app.py"
    path.write_bytes(content)
    expected = lines or ["#!python", "# vim: set fileencoding=koi8-r :", "s = 'ж'"]
    assert lines_of([str(path)]) == {str(path): expected}


@given(st.binary(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_bytes_have_lines(tmp_path, content):
    path = tmp_path / "any.py"
    path.write_bytes(content)
    (lines,) = lines_of([str(path)]).values()
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    assert len(lines) == ends + 1 or b"coding" in content


def not_linted_now(paths, known):
    return not_linted(paths, unchanged(paths, known), unchanged_in_archives(paths, known))


def test_files_that_cannot_be_linted_are_told_by_their_reason_and_not_one_by_one(archive, tmp_path):
    (tmp_path / "app.py").write_text("x = 1\n")
    inside = [f"{archive}/__main__.py", f"{archive}/pack/tool.py"]
    known = digests([str(tmp_path / "app.py"), *inside])
    assert not_linted_now([str(tmp_path / "app.py")], known) == []
    assert not_linted_now([*inside, "gone.py"], known) == [
        f"{inside[0]}, {inside[1]} were not linted: they are inside an archive.",
        "gone.py was not linted: it is gone, or not the file that ran.",
    ]
    gone = not_linted_now([f"gone_{n}.py" for n in range(40)], {})
    assert gone == [
        "gone_0.py, gone_1.py, gone_2.py and 37 more were not linted: they are gone, or not the files that ran."
    ]


def test_a_template_that_ran_is_told_from_python_of_any_name(tmp_path):
    texts = {
        "page.html": "{% block body %}<p>{{ name }}</p>{% endblock %}\n",
        "mail.txt": "Dear {{ name }},\n",
        "broken.py": "def f(:\n",
        "script": "if x is {% not Python %}\n",
        "job.cgi": "print('Content-Type: text/plain')\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in texts]
    found = templates(paths)
    assert found == tuple(paths[:2])
    assert not_linted(paths, paths[2:], (), found) == [f"{paths[0]}, {paths[1]} were not linted: they are templates."]

"""However a program is started, it finds what it finds natively."""

import io
import os
import sys
import zipfile

import pytest


@pytest.mark.parametrize("words", ["-m pack -q --meter", "pack x", "link.py x", "app.pyz"])
def test_each_way_to_name_a_program_is_the_native_one(words, both, tmp_path):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("__main__.py", both.look_around)
    files = {"pack/__init__.py": "", "pack/__main__.py": both.look_around, "app.pyz": archive.getvalue()}
    (tmp_path / "app.py").write_text(both.look_around, encoding="utf-8")

    def run(command, options):
        (both.folder / "link.py").symlink_to(tmp_path / "app.py")
        return both.to_the_end(command, options)

    native, ours = both.run(files, words.split(), run=run)
    assert native.code == 0, native.stderr
    assert not both.differences(native, ours)


def test_a_program_that_is_read_from_standard_input(both):
    native, ours = both.run({}, ["-", "x"], input=both.look_around.encode())
    assert native.code == 0, native.stderr
    assert not both.differences(native, ours)


@pytest.mark.parametrize(
    "options", [["-c", "print(__name__, flush=True); 1 / 0"], ["-u", "-W", "error", "app.py"]], ids=str
)
def test_a_python_with_options(options, both):
    native, ours = both.run({"app.py": both.look_around}, command=[sys.executable, *options])
    assert native.stdout
    assert not both.differences(native, ours)


def test_any_command_passes_its_streams_and_its_exit_code(both):
    native, ours = both.run({}, command=["sh", "-c", "cat; echo oops >&2; exit 7"])
    assert ours == native == both.ended(7, b"some text\n", b"oops\n")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_from_the_start_stay_closed(closed, both):
    text = """
import os, sys
streams = [stream is None for stream in (sys.stdin, sys.stdout, sys.stderr)]
open("seen", "w").write(f"{streams} {sorted(os.listdir('/proc/self/fd'))}")
os._exit(6)
"""
    seen = []

    def run(command, options):
        ended = both.to_the_end(["sh", "-c", f'"$@" {closed}', "sh", *command], options)
        seen.append((both.folder / "seen").read_text())
        return ended

    native, ours = both.run({"app.py": text}, run=run)
    assert "True" in seen[0]
    assert seen[0] == seen[1]
    assert not both.differences(native, ours)


@pytest.mark.xfail(strict=True, reason="the recorder starts programs with close_fds, which closes them")
def test_open_files_are_handed_on(both):
    text = "import os, sys\nprint(os.fdopen(int(sys.argv[1]), 'rb').read(), sorted(os.listdir('/proc/self/fd')))"

    def run(command, options):
        reader, writer = os.pipe()
        os.write(writer, b"from the shell")
        os.close(writer)
        try:
            return both.to_the_end([*command, str(reader)], {**options, "pass_fds": [reader]})
        finally:
            os.close(reader)

    native, ours = both.run({"app.py": text}, run=run)
    assert native.stdout.startswith(b"b'from the shell'")
    assert not both.differences(native, ours)


@pytest.mark.parametrize("limit", ["-n 24", "-f 1000", "-t 20", "-s 1000"])
def test_limits_that_are_set_from_outside(limit, both):
    def run(command, options):
        return both.to_the_end(["bash", "-c", f'ulimit {limit} && exec "$@"', "bash", *command], options)

    native, ours = both.run({"app.py": both.look_around}, run=run)
    assert native.code == 0, native.stderr
    assert not both.differences(native, ours)

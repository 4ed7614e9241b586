"""``%%greenprof`` in a real IPython, and in a real notebook with a kernel of its own."""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from textwrap import dedent

import pytest

from greenprof.errors import GreenprofError

pytest.importorskip("IPython")
if sys.platform != "linux":
    pytest.skip("measuring needs Linux", allow_module_level=True)

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from greenprof.notebook.options import read_options

METER = "--meter estimate:65"


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """An IPython that knows the magics, in an empty folder; ``shell.run(text)`` is one cell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # it puts its own in its place, and leaves it
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(colors="nocolor", config=Config({"HistoryManager": {"enabled": False}}))
    made.run_cell("%load_ext greenprof", store_history=True)
    yield Shell(made, tmp_path)
    made.atexit_operations()
    atexit.unregister(made.atexit_operations)
    InteractiveShell.clear_instance()


class Shell:
    """Runs cells, and keeps what they showed."""

    def __init__(self, shell, folder):
        self.shell = shell
        self.folder = folder

    def run(self, text):
        """One cell; the result, with what was displayed as ``outputs`` and printed as ``text``."""
        with capture_output() as captured:
            result = self.shell.run_cell(dedent(text), store_history=True)
        result.outputs = [output.data for output in captured.outputs]
        result.text = captured.stdout + captured.stderr
        return result

    def report(self, text):
        """The report of a cell, given without its first line."""
        result = self.run(f"%%greenprof {METER} -o report.json\n" + dedent(text).strip("\n"))
        assert result.success, result.text
        return json.loads((self.folder / "report.json").read_text(encoding="utf-8"))


def cpu_s(report):
    """CPU seconds by path and line."""
    found = defaultdict(float)
    for spot in report["hotspots"]:
        found[spot["path"], spot["line"]] += spot["cpu_s"]
    return found


BUSY = """\
import time
def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
"""


def test_a_cell_is_shown_with_its_lines(shell):
    shell.run(BUSY)
    result = shell.run(f"%%greenprof {METER}\n\nbusy(0.5)\n'value'")
    assert (result.success, result.result) == (True, "value")
    shown = result.outputs[0]
    assert "In[3]: The program used about" in shown["text/plain"]
    assert "In[2]:4" in shown["text/plain"]
    assert "while time.thread_time() &lt; end" in shown["text/html"]
    assert "sampled by a thread inside" not in shown["text/plain"]


def test_lines_of_a_loop_without_calls_get_what_they_used(shell):
    report = shell.report(
        """
        import time
        big, begin = 3 ** 200_000, time.thread_time()
        for _ in range(40):
            a = big * big
            b = big * big; b = big * big; b = big * big
        spent = time.thread_time() - begin
        """
    )
    spent = shell.shell.user_ns["spent"]
    lines = cpu_s(report)
    assert lines["In[2]", 5] + lines["In[2]", 6] == pytest.approx(spent, rel=0.2, abs=0.05)
    assert lines["In[2]", 6] / (lines["In[2]", 5] + lines["In[2]", 6]) == pytest.approx(0.75, abs=0.12)
    assert [spot["source"] for spot in report["hotspots"] if spot["line"] == 5] == ["a = big * big"]


def test_only_the_time_inside_the_cell_counts(shell):
    shell.run(f"{BUSY}\nbusy(0.5)")
    report = shell.report("begin = time.monotonic()\nbusy(0.3)\nspan = time.monotonic() - begin")
    assert report["run"]["duration_s"] == pytest.approx(shell.shell.user_ns["span"], abs=0.01)
    assert report["run"]["cpu_s"] == pytest.approx(0.3, abs=0.1)
    assert report["run"]["command"] == ["In[3]"]
    functions = {function["path"] for function in report["functions"]}
    assert not [path for path in functions if "IPython" in path or "greenprof" in path or "pytest" in path]


def test_the_ledger_closes(shell):
    energy = (report := shell.report("sum(i * i for i in range(30_000))"))["energy"]
    on_lines = sum(spot["self_j"] for spot in report["hotspots"])
    assert on_lines + energy["unattributed_j"] == pytest.approx(energy["process_j"])
    assert (energy["idle_j"] or 0) + energy["process_j"] + energy["other_j"] == pytest.approx(energy["total_j"])


def test_a_threads_work_counts(shell):
    shell.run(BUSY)
    report = shell.report(
        """
        import threading
        thread = threading.Thread(target=busy, args=(0.4,))
        thread.start()
        thread.join()
        """
    )
    lines = cpu_s(report)
    assert lines["In[2]", 4] + lines["In[2]", 5] == pytest.approx(0.4, abs=0.1)
    assert {spot["line"] for spot in report["hotspots"] if spot["wait_s"] > 0.2} == {5}  # thread.join()


def test_a_file_that_was_imported_is_shown_as_such(shell):
    (shell.folder / "mine.py").write_text(dedent(BUSY), encoding="utf-8")
    shell.run("import sys; sys.path.insert(0, '')")
    report = shell.report("from mine import busy\nbusy(0.3)")
    dearest = report["hotspots"][0]
    assert (dearest["path"], dearest["source"]) == ("mine.py", "while time.thread_time() < end:")


def test_findings_on_the_cells_lines(shell):
    report = shell.report(
        """
        text = ""
        for i in range(30_000):
            text += str(i)
        """
    )
    assert [(finding["rule"], finding["path"], finding["line"]) for finding in report["findings"]] == [
        ("string-concat-in-loop", "In[2]", 4)
    ]
    shown = shell.run(f"%%greenprof {METER} --no-lint\ntext = ''\nfor i in range(9): text += str(i)").outputs[0]
    assert "string-concat" not in shown["text/plain"]


def test_a_cell_that_is_too_quick_to_be_seen_is_linted(shell):
    report = shell.report(
        """
        rows = [[number] for number in range(1000)]
        text = ""
        for row in rows:
            text += str(row)
        """
    )
    (finding,) = report["findings"]
    assert (finding["rule"], finding["line"], finding["energy_j"]) == ("string-concat-in-loop", 5, None)


def test_an_exception_is_the_cells_own(shell):
    result = shell.run(f"%%greenprof {METER}\ndef f():\n    1 / 0\nf()")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert "Cell In[2], line 3, in f()" in result.text
    assert "greenprof/notebook" not in result.text
    assert result.outputs[0]["text/plain"].startswith("In[2]: ")


def test_an_interrupt_ends_the_cell_and_is_told(shell):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # who started the tests may have ignored it
    timer = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        result = shell.run(
            f"%%greenprof {METER}\nimport time\nend = time.monotonic() + 30\nwhile time.monotonic() < end:\n    pass"
        )
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    assert "while time.monotonic() < end:" in result.outputs[0]["text/plain"]


def test_a_cell_that_awaits(shell):
    result = shell.run(
        f"""\
        %%greenprof {METER} -o report.json
        import asyncio, time
        async def busy(seconds):
            end = time.thread_time() + seconds
            while time.thread_time() < end:
                pass
            await asyncio.sleep(0.1)
            return seconds
        await asyncio.gather(busy(0.2), busy(0.1))
        """
    )
    assert (result.success, result.result) == (True, [0.2, 0.1]), result.text
    report = json.loads((shell.folder / "report.json").read_text(encoding="utf-8"))
    lines = cpu_s(report)
    assert lines["In[2]", 5] + lines["In[2]", 6] == pytest.approx(0.3, abs=0.1)


def test_other_magics_in_the_cell(shell):
    result = shell.run(f"%%greenprof {METER}\n%%capture said\nprint('hello')")
    assert result.success, result.text
    assert shell.run("said.stdout").result == "hello\n"


def test_a_statement(shell):
    result = shell.run(f"%greenprof {METER} sum(i for i in range(20_000_000)) # it's a comment")
    assert result.result == sum(range(20_000_000))
    assert "%greenprof:1" in result.outputs[0]["text/plain"]
    assert shell.run(f"%greenprof {METER} x = 3;").result is None
    assert shell.shell.user_ns["x"] == 3


def test_a_semicolon_hides_the_value(shell):
    assert shell.run(f"%%greenprof {METER}\n1;").result is None
    assert shell.run(f"%%greenprof {METER}\n1").result == 1


def test_it_can_be_loaded_again(shell):
    shell.run("%reload_ext greenprof")
    assert shell.run(f"%%greenprof {METER}\nimport asyncio\nawait asyncio.sleep(0)\n5").result == 5


def test_reports_are_written(shell):
    result = shell.run(f"%%greenprof {METER} -o report.txt --output='my report.md'\n1")
    assert result.success, result.text
    assert "greenprof: wrote report.txt\ngreenprof: wrote my report.md" in result.text
    assert (shell.folder / "my report.md").read_text(encoding="utf-8").startswith("#")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("%greenprof", "takes a statement"),
        ("%greenprof --nonsense x", "unknown option --nonsense"),
        ("%greenprof --meter nonsense x", "unknown meter 'nonsense'"),
        ("%greenprof --interval soon x", "--interval is soon"),
        ("%greenprof -o report.nonsense x", "no format has this suffix"),
        ("%greenprof -o nowhere/report.json x", "cannot be written"),
        ("%%greenprof x = 3\n4", "takes options only"),
    ],
)
def test_wrong_use_is_told_in_one_line_and_nothing_runs(shell, line, complaint):
    result = shell.run(f"ran = []\nx = ran.append(1)\n{line}" if line.startswith("%g") else line)
    assert not result.success
    assert complaint in result.text
    assert "Traceback" not in result.text
    assert result.text.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "outputs", "meter", "interval_s", "statement"),
    [
        ("", [], None, 0.01, ""),
        ("f(1, 'a  b')", [], None, 0.01, "f(1, 'a  b')"),
        ("-o a.html --output=b.json f()", ["a.html", "b.json"], None, 0.01, "f()"),
        ("--meter 'rapl:/my tree' --interval=0.05 x", [], "rapl:/my tree", 0.05, "x"),
        ("-- -x", [], None, 0.01, "-x"),
        ('-o "a b.html" f("it\'s")', ["a b.html"], None, 0.01, 'f("it\'s")'),
    ],
)
def test_options_and_statement_are_told_apart(line, outputs, meter, interval_s, statement):
    options, rest = read_options(line)
    assert [str(path) for path, _ in options.outputs] == outputs
    assert (options.meter, options.interval_s, rest) == (meter, interval_s, statement)


@pytest.mark.parametrize("line", ["-o", "--meter", "--interval", "--interval 0", "--interval nan", "--no-lint=3", "-x"])
def test_options_that_are_wrong(line):
    with pytest.raises(GreenprofError):
        read_options(line)


def sampled_inside(shell, cell, options=""):
    """Run a cell of 0.5 s and see that a thread in the kernel sampled it; what it shows."""
    shell.run(BUSY)
    result = shell.run(f"%%greenprof {METER} {options} -o report.json\n{cell}")
    assert result.success, result.text
    report = json.loads((shell.folder / "report.json").read_text(encoding="utf-8"))
    lines = cpu_s(report)
    assert sum(used for (path, _), used in lines.items() if path == "In[2]") == pytest.approx(0.5, abs=0.15)
    assert report["run"]["cpu_s"] == pytest.approx(0.5, abs=0.15)
    assert "sampled by a thread inside" in result.outputs[0]["text/plain"]
    return result


def test_where_memory_cannot_be_read_a_thread_samples_and_says_so(shell, monkeypatch):
    from greenprof.target import greenprof_handover

    def refuse():
        raise greenprof_handover.LayoutError("it is an unknown build")

    monkeypatch.setattr(greenprof_handover, "_describe", refuse)
    assert "it is an unknown build" in sampled_inside(shell, "busy(0.5)").outputs[0]["text/plain"]


def test_sampling_inside_when_asked_for(shell):
    threads = len(sys._current_frames())
    result = sampled_inside(shell, "busy(0.5)\nimport sys; len(sys._current_frames())", "--sampler inside")
    assert result.result == threads + 1
    assert len(sys._current_frames()) == threads, "the thread that samples has ended with the cell"


def test_a_real_notebook(tmp_path, monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    cells = [
        "%load_ext greenprof",
        BUSY,
        f"%%greenprof {METER}\nbusy(0.5)\n7",
        f"%%greenprof {METER}\nimport asyncio\nawait asyncio.sleep(0.1)\nbusy(0.2)",
        f"%%greenprof {METER}\nraise KeyError('x')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(dedent(text)) for text in cells])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute(cwd=str(tmp_path))
    shown = [[output.get("data", output) for output in cell.outputs] for cell in notebook.cells]
    assert shown[:2] == [[], []]
    assert "In[2]:4" in shown[2][0]["text/plain"]
    assert shown[2][1] == {"text/plain": "7"}
    assert "In[2]:4" in shown[3][0]["text/plain"]
    assert shown[4][-1]["ename"] == "KeyError"
    assert not (tmp_path / ".greenprof").exists()


def test_nothing_is_left_behind(shell, tmp_path_factory, monkeypatch):
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    children = children_of(os.getpid())
    threads, files = threading.active_count(), len([*Path("/proc/self/fd").iterdir()])
    assert shell.run(f"%%greenprof {METER}\n1").success
    assert not shell.run(f"%%greenprof {METER}\n1 / 0").success
    assert [path for path in scratch.iterdir() if path.name.startswith("greenprof")] == []
    assert (threading.active_count(), len([*Path("/proc/self/fd").iterdir()])) == (threads, files)
    assert children_of(os.getpid()) == children


def children_of(pid):
    """Process ids of the children of `pid`, those that have ended and were not waited for included."""
    time.sleep(0.05)
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()

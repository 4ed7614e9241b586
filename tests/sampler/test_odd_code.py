"""Code that is written, started or kept in an odd way stands on its own line in the report, under a path that tells.

Each program spends nearly all of its time on the lines that are marked ``# hot``.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
SPIN = "sum(map(abs, range(-3_000_000, 3_000_000)))"


@pytest.fixture
def hottest(tmp_path):
    """The hottest line of a run: its hotspot, of `words` after ``greenprof run`` in a folder with these files."""

    def run(files, *words, **options):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        done = subprocess.run(
            [GREENPROF, "run", "-q", "-o", "report.json", *(words or ["app.py"])],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        assert done.returncode == 0, done.stderr
        report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        spot = max(report["hotspots"], key=lambda spot: spot["cpu_s"])
        on_lines_s = sum(other["cpu_s"] for other in report["hotspots"] if other["path"] != "<Python's start/end>")
        assert spot["cpu_s"] > 0.7 * on_lines_s, report["hotspots"]
        return spot

    return run


def hot_line(text):
    """The number of the marked line, and its text."""
    return next((number, line) for number, line in enumerate(text.splitlines(), 1) if line.endswith("# hot"))


def is_at(spot, path, text, function=None):
    number, _ = hot_line(text)
    return (spot["path"], spot["line"]) == (path, number) and function in (None, spot["function"])


# How it is written

WRITTEN = {
    "a generator": """
def numbers():
    for n in range(700_000):
        yield n ** 99 % 7 % 5  # hot

for _ in numbers(): pass
""",
    "a generator expression": """
total = sum(
    n ** 99 % 7 % 5  # hot
    for n in range(500_000))
""",
    "a comprehension over several lines": """
found = [
    n ** 99 % 7 % 5  # hot
    for n in range(500_000)
]
""",
    "a comprehension in a comprehension": """
def f():
    return [
        [m ** 19 % 7 % 5 for m in range(1000)]  # hot
        for n in range(1000)
    ]

f()
""",
    "a lambda": """
import functools
work = functools.partial(
    lambda n:
        sum(map(abs, range(-n, n))),  # hot
    4_000_000)
work()
""",
    "a function with decorators": """
import functools

def twice(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        function(*arguments)
        return function(*arguments)
    return wrapper

@twice
@functools.cache
@twice
def work(n=700_000):
    return sum(map(abs, range(-n, n)))  # hot

work()
""",
    "the body of a class": """
class Table:
    small = 1
    total = sum(map(abs, range(-4_000_000, 4_000_000)))  # hot
""",
    "an argument of a call over several lines": """
import time
print(
    len("x"),
    sum(map(abs, range(-9_000_000, 9_000_000))),  # hot
    len("y"),
)
""",
    "a property behind an operator": """
class Number:
    def __add__(self, other):
        return sum(range(20_000_000))  # hot

Number() + 1
""",
    "a default and a decorator of a function": """
def work(
    n=sum(map(abs, range(-9_000_000, 9_000_000))),  # hot
):
    return n
""",
    "a pattern": """
class Point:
    __match_args__ = ("x",)
    @property
    def x(self):
        return sum(map(abs, range(-4_000_000, 4_000_000)))  # hot

match Point():
    case Point(1): pass
    case _: pass
""",
    "an exception": """
def fail():
    raise ValueError

def work():
    for n in range(3_000_000):
        try:
            n.x  # hot
        except AttributeError: pass

work()
""",
    "a coroutine that is sent to": """
class Later:
    def __await__(self):
        for n in range(700_000):
            yield n ** 99 % 7 % 5  # hot

async def main():
    await Later()

one = main()
try:
    while True: one.send(None)
except StopIteration: pass
""",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_code_is_on_its_line(name, profile):
    run = profile(WRITTEN[name])
    assert run.returncode == 0, run.stderr
    number, _ = hot_line(WRITTEN[name])
    found = run.cpu_s(lambda sample: sample.frames[-1].line if sample.frames[-1].path.endswith("program.py") else None)
    # A loop is one step with the line that it repeats: the line that it is on may be seen as well.
    assert found[number] + found[number - 1] + found[number + 1] > 0.8 * sum(found.values()), dict(found)
    assert found[number] > 0.6 * sum(found.values()), dict(found)


def test_a_line_far_down_a_long_file(hottest):
    text = "\n" * 70_000 + f"x = {SPIN}  # hot\n"
    assert is_at(hottest({"app.py": text}), "app.py", text)


# Where it comes from


def test_code_that_is_made_with_a_name_of_its_own_keeps_it(hottest):
    made = f"def work():\n    return {SPIN}  # hot\n"
    spot = hottest({"app.py": f"exec(compile({made!r}, 'name.py', 'exec'))\nwork()\nwork()\n"})
    assert is_at(spot, "name.py", made, "work")
    assert not spot["source"]  # for there is no such file


def test_made_code_without_a_name_is_charged_to_the_line_that_runs_it(hottest):
    text = f"def work():\n    exec('x = 1\\n\\n\\n\\nx = {SPIN}')  # hot\n\nwork()\n"
    spot = hottest({"app.py": text})
    assert is_at(spot, "app.py", text, "work")
    text = "import dataclasses\nPoint = dataclasses.make_dataclass('Point', 'xyz')\ndef work():\n"
    text += "    for n in range(1_000_000): Point(n, n, n)  # hot\nwork()\n"
    assert is_at(hottest({"app.py": text}), "app.py", text, "work")


def test_a_frozen_module_is_charged_to_the_line_that_calls_it(hottest):
    text = "import os\ndef work():\n    for n in range(900_000): os.path.join('a', 'b')  # hot\nwork()\n"
    assert is_at(hottest({"app.py": text}), "app.py", text, "work")


WORK = f"def work():\n    x = {SPIN}  # hot\n    return {SPIN}\n"
ONCE = WORK.replace(f"    return {SPIN}\n", "") + "work()\nwork()\n"


@pytest.mark.parametrize(
    ("files", "words", "path"),
    [
        ({"pack/__init__.py": "", "pack/__main__.py": ONCE}, ["-m", "pack"], "pack/__main__.py"),
        ({"pack/__init__.py": "", "pack/module.py": ONCE}, ["-m", "pack.module"], "pack/module.py"),
        ({"folder/__main__.py": ONCE}, ["folder"], "folder/__main__.py"),
        ({"app.py": "import runpy\nrunpy.run_path('other.py')", "other.py": ONCE}, ["app.py"], "other.py"),
        ({"app.py": "import runpy\nrunpy.run_module('other')", "other.py": ONCE}, ["app.py"], "other.py"),
        ({"app.py": "import importlib\nimportlib.import_module('other')", "other.py": ONCE}, ["app.py"], "other.py"),
        ({"app.py": "exec(compile(open('other.py').read(), 'other.py', 'exec'))", "other.py": ONCE}, [], "other.py"),
        ({"folder/app.py": f"import os\nos.chdir('/')\n{ONCE}"}, ["folder/app.py"], "folder/app.py"),
    ],
    ids=["-m package", "-m module", "a folder", "run_path", "run_module", "import_module", "exec of a file", "chdir"],
)
def test_each_way_to_run_a_file_shows_its_path_and_its_line(files, words, path, hottest):
    spot = hottest(files, *words)
    assert is_at(spot, path, files[path], "work")
    assert spot["source"] == hot_line(files[path])[1].strip()


@pytest.mark.parametrize("archived", ["app.pyz", "pack.zip"])
def test_a_module_inside_an_archive_is_named_by_its_place_there(archived, hottest, tmp_path):
    with zipfile.ZipFile(tmp_path / archived, "w") as file:
        file.writestr("__main__.py", "from tool import module\nmodule.work()\nmodule.work()\n")
        file.writestr("tool/__init__.py", "")
        file.writestr("tool/module.py", WORK.replace(f"return {SPIN}", "return x"))
    starts = "import sys\nsys.path.insert(0, 'pack.zip')\nfrom tool import module\nmodule.work()\nmodule.work()\n"
    spot = hottest({"app.py": starts}, "app.pyz" if archived == "app.pyz" else "app.py")
    assert is_at(spot, f"{archived}/tool/module.py", WORK, "work")


def test_a_line_inside_an_archive_is_shown(hottest, tmp_path):
    with zipfile.ZipFile(tmp_path / "app.pyz", "w") as file:
        file.writestr("__main__.py", ONCE)
    assert hottest({}, "app.pyz")["source"] == hot_line(ONCE)[1].strip()


def test_what_is_given_on_the_command_line_or_typed(hottest):
    spot = hottest({}, "--", sys.executable, "-c", ONCE)
    assert is_at(spot, "<string>", ONCE, "work")
    spot = hottest({}, "-", input=ONCE)
    assert is_at(spot, "<stdin>", ONCE, "work")


def test_a_doctest_is_charged_to_what_it_calls(hottest):
    text = (
        f'import doctest\ndef work():\n    """\n    >>> work()\n    9\n    """\n    x = {SPIN}  # hot\n    return 9\n'
    )
    assert is_at(hottest({"app.py": f"{text}doctest.testmod()\n"}), "app.py", text, "work")
    assert is_at(hottest({"app.py": text}, "-m", "doctest", "app.py"), "app.py", text, "work")


def test_a_link_is_shown_under_the_name_that_was_given(hottest, tmp_path):
    (tmp_path / "link.py").symlink_to("app.py")
    spot = hottest({"app.py": ONCE}, "link.py")
    assert is_at(spot, "link.py", ONCE, "work")
    assert spot["source"] == hot_line(ONCE)[1].strip()


@pytest.fixture
def environment(tmp_path):
    """A virtual environment in ``venv`` without anything in it: its ``site-packages``."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    return packages


def test_an_editable_installation_is_own_code_and_an_installed_package_is_not(environment, hottest, tmp_path):
    (environment / "editable.pth").write_text(str(tmp_path / "src"))
    (environment / "installed.py").write_text(WORK)
    python = str(tmp_path / "venv" / "bin" / "python")
    spot = hottest({"src/editable.py": ONCE, "app.py": "import editable\n"}, "--", python, "app.py")
    assert is_at(spot, "src/editable.py", ONCE, "work")
    calls = "import installed\ninstalled.work()  # hot\n"
    assert is_at(hottest({"app.py": calls}, "--", python, "app.py"), "app.py", calls)


def test_a_console_script(environment, hottest, tmp_path):
    (environment / "tool.py").write_text(WORK.replace(f"    return {SPIN}\n", ""))
    script = tmp_path / "venv" / "bin" / "tool"
    script.write_text(f"#!{tmp_path}/venv/bin/python\nimport sys\nfrom tool import work\nsys.exit(work() or work())\n")
    script.chmod(0o755)
    spot = hottest({}, "--", "venv/bin/tool")
    assert is_at(spot, str((environment / "tool.py").relative_to(tmp_path)), WORK, "work")


def test_a_source_in_another_encoding_is_shown_as_it_is_written(hottest):
    text = f"# -*- coding: latin-1 -*-\ngröße = '¡ÿ'\nx = {SPIN}, 'señal'  # hot\n"
    spot = hottest({"app.py": text.encode("latin-1")})
    assert is_at(spot, "app.py", text)
    assert spot["source"] == hot_line(text)[1].strip()


def test_a_file_that_was_changed_while_it_ran_shows_no_other_lines(hottest):
    change = "open('new', 'w').write('\\n' * 5 + 'other = 1\\n' * 9)\nos.replace('new', 'app.py')"
    text = f"import os\n{change}\nx = {SPIN}  # hot\n"
    spot = hottest({"app.py": text})
    assert is_at(spot, "app.py", text)
    assert "other" not in (spot["source"] or "")


# What calls into C


@pytest.mark.parametrize(
    "line",
    ["numpy.sort(values)", "square @ square", "numpy.add.reduceat(values, range(0, 99_000, 9))"],
)
def test_a_library_in_c_is_charged_to_the_line_that_calls_it(line, hottest):
    pytest.importorskip("numpy")
    begin = "import time, numpy\nvalues = numpy.random.rand(100_000)\nsquare = values[:90_000].reshape(300, 300)\n"
    # How often is found out before: a look at the clock each time would be seen too often (test_accuracy.py).
    count = f"begin = time.thread_time()\nfor _ in range(20): {line}\ntimes = int(20 / (time.thread_time() - begin))\n"
    text = f"{begin}{count}def work():\n    for _ in range(times):\n        {line}  # hot\nwork()\n"
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    assert is_at(hottest({"app.py": text}, env={**os.environ, **one}), "app.py", text, "work")


def test_a_library_that_lets_go_of_the_interpreter_is_charged_beside_what_goes_on_meanwhile(profile):
    pytest.importorskip("numpy")
    text = """
import threading, time, numpy
def sorting(values=numpy.random.rand(1_000_000)):
    end = time.thread_time() + 1
    while time.thread_time() < end:
        numpy.sort(values)
    time.sleep(0.3)
def counting():
    end = time.thread_time() + 1
    while time.thread_time() < end:
        for n in range(1000): n * n
thread = threading.Thread(target=sorting)
thread.start()
counting()
thread.join()
"""
    run = profile(text)
    found = run.cpu_s(lambda sample: next((f.function for f in sample.frames if f.function.endswith("ing")), None))
    assert found["sorting"] == pytest.approx(1, rel=0.15)
    assert found["counting"] == pytest.approx(1, rel=0.15)
    lines = run.cpu_s(lambda sample: next((f.line for f in sample.frames if f.function == "sorting"), None))
    assert lines[6] > 0.9 * sum(lines.values())


def test_making_objects_leaves_no_frames_of_the_interpreter_itself(profile):
    # From 3.12 on the interpreter calls an __init__ by way of a code object that no file has.
    run = profile(
        """class Point:
    def __init__(self, x):
        self.x = x ** 99 % 7 % 5
def work():
    for n in range(400_000): Point(n)
work()
"""
    )
    stacks = run.cpu_s(lambda sample: tuple(frame.function for frame in sample.frames))
    assert stacks["<module>", "work", "Point.__init__"] > 0.5 * sum(stacks.values()), stacks
    assert {frame.path for sample in run.samples for frame in sample.frames if frame.path == "__init__"} == set()

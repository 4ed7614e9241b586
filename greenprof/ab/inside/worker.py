"""Runs in the interpreter of either side: pytest whose tests are called again and again on request.

Standard library and that environment's own pytest only, for greenprof need not be installed there. Started as a
program, ``worker.py SPEC`` with a JSON file, it talks as `greenprof.pairs.worker` does, over the two pipes that
``GREENPROF_PAIRS`` numbers, a line each:

    ready {"tests": […], …}                 <- first of all, what pytest has collected
    12 tests/test_a.py::test_b              -> call that test, twelve times
    cpu_s 0.012                             <- CPU seconds of the bodies of those calls, fixtures left out
    error failed AssertionError: …          <- or failed, skipped or missing, and why
    0 modules                               -> where were the project's own modules imported from?
    modules {"name": "file"}
"""

from __future__ import annotations

import gc
import inspect
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

PIPES = "GREENPROF_PAIRS"
OUR_PLUGIN = "greenprof.pytest_plugin"
_MOST_TEXT = 300


def cpu_s() -> float:
    """CPU seconds of this process and of the children that it has waited for."""
    own = time.process_time_ns() / 1e9
    if resource is None:
        return own
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own + children.ru_utime + children.ru_stime


class Energy:
    """Stands for the fixture ``energy``: each call once, and only what is inside is counted."""

    def __init__(self) -> None:
        self.extra_info: dict[str, Any] = {}
        self.used = False
        self.counted_s = 0.0
        self._depth = 0
        self._began_s = 0.0

    def __call__(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call `function`, and count it; a coroutine is counted while it is awaited, too."""
        with self:
            result = function(*args, **kwargs)
        return self._awaited(result) if inspect.isawaitable(result) else result

    async def aio(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Await what `function` returns."""
        with self:
            return await function(*args, **kwargs)

    async def _awaited(self, result: Any) -> Any:
        with self:
            return await result

    def pedantic(
        self, target: Any, args: Any = (), kwargs: Any = None, setup: Any = None, teardown: Any = None, **_rounds: Any
    ) -> Any:
        """`target` once; what `setup` returns are its arguments, as in pytest-benchmark."""
        if setup is not None and (made := setup()) is not None:
            args, kwargs = made
        try:
            return self(target, *args, **(kwargs or {}))
        finally:
            if teardown is not None:
                teardown(*args, **(kwargs or {}))

    def __enter__(self) -> Energy:
        self.used = True
        self._depth += 1
        if self._depth == 1:
            self._began_s = cpu_s()
        return self

    def __exit__(self, *_error: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self.counted_s += cpu_s() - self._began_s

    async def __aenter__(self) -> Energy:
        return self.__enter__()

    async def __aexit__(self, *error: object) -> None:
        self.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return None  # what the real one has measured; nothing is, here


class Talk:
    """Lines to the parent and from it."""

    def __init__(self, incoming: TextIO, outgoing: TextIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    def say(self, kind: str, told: object) -> None:
        """Send one answer: a text as it is, anything else as JSON."""
        text = told if isinstance(told, str) else json.dumps(told)
        print(kind, text, file=self._outgoing, flush=True)

    def hear(self) -> tuple[int, str] | None:
        """The next request, calls and key; None when the parent wants no more."""
        calls, _, key = self._incoming.readline().rstrip("\n").partition(" ")
        return (int(calls), key) if calls else None


def shortened(text: str) -> str:
    """One line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_TEXT else f"{line[: _MOST_TEXT - 1]}…"


def reason_of(report: Any) -> str:
    """Why a test or a file failed, in one line."""
    crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
    if crash is not None:
        return shortened(str(crash.message))
    if isinstance(report.longrepr, tuple):  # a skip: file, line, reason
        return shortened(str(report.longrepr[-1]).removeprefix("Skipped: "))
    lines = [line for line in str(getattr(report, "longreprtext", report.longrepr)).splitlines() if line.strip()]
    told = [line[1:].strip() for line in lines if line.startswith("E ")]
    return shortened((told or lines or ["no reason given"])[-1])


def modules_of(names: list[str]) -> dict[str, str]:
    """Where the project's modules, by their top-level names, have been imported from."""
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name.partition(".")[0] in names:
            found[name] = os.path.realpath(file)
    return found


def make_plugin(pytest: Any, spec: dict[str, Any], talk: Talk) -> type:
    """The plugin; a class made here, because pytest can be imported only after the path is right."""
    from _pytest.runner import runtestprotocol

    class Worker:
        """Takes over from pytest once the tests are collected."""

        def __init__(self) -> None:
            self.broken: list[tuple[str, str]] = []
            self.energy = Energy()
            self.counted_s = 0.0

        def pytest_addoption(self, parser: Any) -> None:
            for name, how in spec["options"].items():  # of the plugin that is left out; they say nothing here
                parser.addoption(name, **how)
            for name in spec["settings"]:
                parser.addini(name, "not used here", default=None)

        @pytest.hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
        def pytest_load_initial_conftests(self, early_config: Any) -> Any:
            if getattr(early_config.known_args_namespace, "cov_source", None):  # pytest-cov counts every line
                early_config.known_args_namespace.cov_source = []
            yield

        @pytest.hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
        def pytest_cmdline_main(self, config: Any) -> Any:
            for name, value in (("numprocesses", None), ("dist", "no"), ("tx", []), ("collectonly", False)):
                if hasattr(config.option, name):
                    setattr(config.option, name, value)
            yield

        def pytest_configure(self, config: Any) -> None:
            config.addinivalue_line("markers", "energy_budget(budget, regress=None): how many joules a test may use")
            if spec["files"] is not None:
                config.args = [str(Path(str(config.rootpath)) / file) for file in spec["files"]]
            elif spec["lenient"] and not config.option.pyargs:  # a file or a test may be newer than this side
                files = dict.fromkeys(arg.partition("::")[0] for arg in config.args)
                config.args = [file for file in files if (Path(spec["cwd"]) / file).exists()]

        @pytest.fixture(name="energy")  # type: ignore[untyped-decorator]
        def _energy(self) -> Energy:
            return self.energy

        def pytest_collectreport(self, report: Any) -> None:
            if report.failed:
                self.broken.append((report.nodeid, reason_of(report)))

        @pytest.hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
        def pytest_runtestloop(self, session: Any) -> bool:
            config = session.config
            found = {
                "tests": [_told(item) for item in session.items],
                "broken": self.broken,
                "rootdir": str(config.rootpath),
                "inipath": str(config.inipath) if config.inipath else None,
            }
            talk.say("ready", found)
            items = {item.nodeid: item for item in session.items}
            gc.collect()
            gc.freeze()  # pytest's own objects are not gone through again in the middle of a test
            while (request := talk.hear()) is not None:
                calls, key = request
                if calls == 0:
                    talk.say("modules", modules_of(spec["modules"]))
                else:
                    talk.say(*self._calls(session, items.get(key), calls))
            session._setupstate.teardown_exact(None)
            return True

        def _calls(self, session: Any, item: Any, calls: int) -> tuple[str, str]:
            if item is None:
                return "error", f"missing {self.broken[0][1] if self.broken else 'not collected'}"
            session._setupstate.teardown_exact(item)  # what belongs to the module or class of the test before
            gc.collect()
            total_s, again = 0.0, calls - 1 if _is_bare(item, pytest) else 0
            for _ in range(calls - again):
                self.energy.__init__()  # type: ignore[misc]
                self.counted_s = 0.0
                # The test itself is torn down, and its fixtures; what belongs to its module or class stays.
                reports = runtestprotocol(item, nextitem=item.parent, log=False)
                if type(item) is pytest.Function and item.cls is not None:
                    for name in ("_instance", "_obj"):  # the next call has a ``self`` of its own, as in another run
                        item.__dict__.pop(name, None)
                os.chdir(spec["cwd"])
                for report in reports:
                    if report.failed or report.skipped:
                        return "error", f"{'failed' if report.failed else 'skipped'} {reason_of(report)}"
                total_s += self.energy.counted_s if self.energy.used else self.counted_s
            try:
                return "cpu_s", repr(total_s + self._bare_calls(session, item, again))
            except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
                return "error", f"failed {shortened(f'{type(error).__name__}: {error}')}"

        def _bare_calls(self, session: Any, item: Any, calls: int) -> float:
            """Only the body, again and again: what pytest does around it takes ten times as long as a short test."""
            total_s = 0.0
            if calls:
                item._initrequest()  # as `runtestprotocol` does
                session._setupstate.setup(item)
            try:
                for _ in range(calls):
                    item.ihook.pytest_pyfunc_call(pyfuncitem=item)
                    os.chdir(spec["cwd"])
                    total_s += self.counted_s
            finally:
                session._setupstate.teardown_exact(item.parent)
            return total_s

        @pytest.hookimpl(hookwrapper=True, trylast=True)  # type: ignore[untyped-decorator]
        def pytest_pyfunc_call(self, pyfuncitem: Any) -> Any:
            began_s = cpu_s()
            yield
            self.counted_s = cpu_s() - began_s

        @pytest.hookimpl(hookwrapper=True, trylast=True)  # type: ignore[untyped-decorator]
        def pytest_runtest_call(self, item: Any) -> Any:
            began_s = cpu_s()
            yield
            if not self.counted_s:  # not a function: a doctest, a unittest, a test of another plugin
                self.counted_s = cpu_s() - began_s

    return Worker


def _is_bare(item: Any, pytest: Any) -> bool:
    """Whether a test is a function without a ``self``, and without fixtures that are made anew for each call."""
    if type(item) is not pytest.Function or item.cls is not None:
        return False
    given = getattr(getattr(item, "callspec", None), "params", {})
    made: Any = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return all(
        name in given or (name in made and made[name][-1].scope in {"module", "package", "session"})
        for name in item.fixturenames
    )


def _told(item: Any) -> dict[str, Any]:
    marks = [mark for mark in item.iter_markers("energy_budget") if mark.kwargs.get("regress") is not None]
    return {
        "node": item.nodeid,
        "energy": _uses_energy(item),
        "marked": item.get_closest_marker("energy_budget") is not None,
        "regress": str(marks[0].kwargs["regress"]) if marks else None,
    }


def _uses_energy(item: Any) -> bool:
    """Whether a test uses the fixture above, and not one of that name of its own project."""
    known: Any = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}).get("energy")
    return bool(known) and known[-1].func.__module__ == __name__


def without_our_plugin(words: list[str]) -> list[str]:
    """`words` without ``-p greenprof.pytest_plugin``, which would bring in again what is left out."""
    kept: list[str] = []
    for word in words:
        if word == OUR_PLUGIN and kept and kept[-1] == "-p":
            kept.pop()
        elif word != f"-p{OUR_PLUGIN}":
            kept.append(word)
    return kept


def arguments(spec: dict[str, Any]) -> list[str]:
    """What pytest is started with: the user's arguments, and what keeps it quiet and out of the project's files."""
    words = ["-p", "no:greenprof", *without_our_plugin(spec["arguments"]), "-q", "--continue-on-collection-errors"]
    words += ["-o", f"cache_dir={spec['scratch']}/pytest-cache", f"--basetemp={spec['scratch']}/tmp"]
    if spec["rootdir"]:
        words.append(f"--rootdir={spec['rootdir']}")
    if spec["inipath"]:
        words += ["-c", spec["inipath"]]
    return words


def set_path(spec: dict[str, Any]) -> None:
    """Let nothing be imported from the other side's checkout: an editable install has put it on the path."""
    if sys.path and Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
        del sys.path[0]
    kept = [spec["top"], *(prefix for prefix in (sys.prefix, sys.base_prefix) if prefix not in spec["hidden"])]
    sys.path[:] = [path for path in sys.path if not _is_in(path, spec["hidden"]) or _is_in(path, kept)]
    if spec["as_module"]:
        sys.path.insert(0, str(Path.cwd()))


def _is_in(path: str, folders: list[str]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


def main() -> int:
    """Do what the file of the first argument says."""
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    incoming, outgoing = map(int, os.environ.pop(PIPES).split(","))
    os.set_inheritable(incoming, False)  # not for what the tests start
    os.set_inheritable(outgoing, False)
    talk = Talk(os.fdopen(incoming, encoding="utf-8"), os.fdopen(outgoing, "w", encoding="utf-8"))
    set_path(spec)
    try:
        import pytest
    except ImportError:
        talk.say("error", f"failed {sys.executable} has no pytest")
        return 1
    sys.argv[:] = ["pytest", *spec["arguments"]]
    code = pytest.main(arguments(spec), plugins=[make_plugin(pytest, spec, talk)()])
    talk.say("error", f"failed pytest ended with {int(code)}")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())

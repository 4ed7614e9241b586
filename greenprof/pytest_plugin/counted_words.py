"""The command line of the pytest that counts instructions: the user's, without what writes files or spoils a count.

What a project's own ``conftest.py`` adds (``--size``), ``-o``, ``-p``, ``-W``, ``--import-mode`` and the folders stay,
for with them the same code is collected and run. Which of the tests run is said otherwise (`counted_again`).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from greenprof.pytest_plugin.base_options import left_out

# Options without a value, with one, and with one that may be left out. Several processes, an end at the first failure,
# a debugger and a limit of time (callgrind is 50 times slower) would spoil the count; the others write files.
_FLAGS = (
    *("-x", "--exitfirst", "--sw", "--stepwise", "--sw-skip", "--stepwise-skip", "--pdb", "--trace", "--forked"),
    *("--lf", "--last-failed", "--ff", "--failed-first", "--nf", "--new-first", "-d", "--store-durations"),
    *("--co", "--collect-only", "--benchmark-autosave", "--cov-append", "--no-cov", "--cov-branch"),
)
_WITH_VALUE = (
    *("-n", "--numprocesses", "--dist", "--tx", "--px", "--maxprocesses", "--maxfail", "--timeout", "--basetemp"),
    *("--junitxml", "--junit-xml", "--html", "--css", "--csv", "--log-file", "--report-log", "--alluredir", "--ctrf"),
    *("--json-report-file", "--cov-report", "--cov-config", "--cov-fail-under", "--cov-context", "--benchmark-json"),
    *("--benchmark-save", "--benchmark-storage", "--pastebin", "--rootdir", "--reruns", "--reruns-delay"),
)
_WITH_VALUE_OR_NOT = ("--cov", "--debug", "--json-report")


def words_of(config: pytest.Config, scratch: Path) -> list[str]:
    """All words behind ``pytest``; `scratch` is a folder that goes when all is counted."""
    given = [str(word) for word in config.invocation_params.args]
    behind = given.index("--") if "--" in given else len(given)
    _, kept = _leaving_out().parse_known_args(given[:behind])
    return [*kept, *_ours(config, scratch), *given[behind:]]


def _ours(config: pytest.Config, scratch: Path) -> list[str]:
    """What goes before the user's words, and before those in the settings."""
    has = config.pluginmanager.has_plugin
    words = ["-q", f"--rootdir={config.rootpath}", f"--basetemp={scratch / 'base'}", "--maxfail=0"]
    words += ["-o", f"cache_dir={scratch / 'cache'}"]
    if config.inipath is not None:
        words += ["-c", str(config.inipath)]
    if getattr(config.option, "xmlpath", None):
        words += [f"--junitxml={scratch / 'junit.xml'}"]
    if has("xdist"):
        words += ["-n0"]
    if has("_cov") or has("pytest_cov"):
        words += ["--no-cov"]
    if has("timeout"):
        words += ["--timeout=0"]
    return words


def _leaving_out() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)

    def add(names: Sequence[str], **how: Any) -> None:
        for name in names:
            parser.add_argument(name, **how)

    add(_FLAGS, action="store_true")
    add(_WITH_VALUE)
    add(_WITH_VALUE_OR_NOT, nargs="?")
    for name, how in left_out().options.items():
        parser.add_argument(name, **how)
    return parser

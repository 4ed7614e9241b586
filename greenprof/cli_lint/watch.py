"""``greenprof lint --watch``: lint again whenever something has changed, until Ctrl-C.

The system tells of changes (watchfiles: inotify, FSEvents, ReadDirectoryChangesW), so that waiting costs next to
nothing however large the project is: to look at 4,000 files once a second would take a fifth of a processor. Only a
change makes this look at files, and the cache makes that short. Settings may lie outside of what is watched: those few
files are looked at once a second.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.cli_lint.options import settings
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import _

if TYPE_CHECKING:
    from greenprof.cli_lint.options import Options

_STEP_MS = 200  # a change is told when this long nothing else has changed
_MOST_MS = 2000  # but not later than this
_SETTINGS_MS = 1000
_NEVER_LINTED = frozenset(
    {".git", ".greenprof", "__pycache__", "node_modules", ".mypy_cache", ".pytest_cache", ".venv"}
)

State = dict[str, tuple[int, int] | None]


def watch(paths: Sequence[str], asked: Options, lint: Callable[[], object]) -> None:
    """Call `lint` now, and after each change of what it reads; return at Ctrl-C.

    Raises GreenprofError where the first call does, or where changes cannot be told; later ones are shown.
    """
    if importlib.util.find_spec("watchfiles") is None:
        raise GreenprofError("lint --watch needs a package more: pip install 'greenprof[watch]'", EXIT_USAGE)
    with suppress(KeyboardInterrupt):
        told, seen = _settings(asked), _state(paths, asked)
        _lint_now(lint, asked, is_first=True)
        for number, changes in enumerate(_wakes(paths)):
            now = _settings(asked)
            if not changes and now == told and number:  # what changed before the first wake was not told
                continue
            state = _state(paths, asked)
            if (now, state) != (told, seen):
                told, seen = now, state
                _lint_now(lint, asked)


def _lint_now(lint: Callable[[], object], asked: Options, is_first: bool = False) -> None:
    if sys.stdout.isatty():
        click.clear()
    try:
        lint()
    except GreenprofError as error:
        if is_first:
            raise
        click.echo(f"greenprof: {error}", err=True)
    sys.stdout.flush()
    if not asked.quiet:
        said = _("linted at {time}; waits for changes, Ctrl-C ends", time=time.strftime("%H:%M:%S"))
        click.echo(f"greenprof: {said}", err=True)


def _wakes(paths: Sequence[str]) -> Iterator[set[Any]]:
    """What has changed below `paths`, as soon as it has; nothing once a second."""
    import watchfiles

    given = [Path(path).absolute() for path in paths]
    folders = sorted({str(path if path.is_dir() else path.parent) for path in given})
    try:
        yield from watchfiles.watch(
            *folders,
            watch_filter=lambda _change, path: _NEVER_LINTED.isdisjoint(_below(path, folders)),
            step=_STEP_MS,
            debounce=_MOST_MS,
            rust_timeout=_SETTINGS_MS,
            yield_on_timeout=True,
            recursive=any(path.is_dir() for path in given),
            ignore_permission_denied=True,
        )
    except OSError as error:
        raise GreenprofError(f"changes cannot be watched: {error.strerror or error}") from None


def _below(path: str, folders: Iterable[str]) -> Sequence[str]:
    """The names on the way to `path` from the innermost of `folders` that it is in."""
    above = max((each for each in folders if path.startswith(each)), key=len, default="")
    return Path(path[len(above) :]).parts


def _settings(asked: Options) -> State:
    """The files that may hold settings."""
    here = Path.cwd()
    files = [folder / "pyproject.toml" for folder in (here, *here.parents)]
    return _stamps([*files, *filter(None, (asked.config, asked.baseline))])


def _state(paths: Sequence[str], asked: Options) -> State:
    """All that findings depend on, as it is now."""
    from greenprof.lint.files import choice_of, linted_files
    from greenprof.lint.project_files import template_paths

    try:
        config = settings(asked)
        files = [*linted_files(paths, lambda _: None, choice_of(config))]
    except GreenprofError:
        return {}
    templates = [Path(path) for path in template_paths(map(str, files))]
    rules = [path for folder in config.rules for path in Path(folder).rglob("*.py")]
    return _stamps([*files, *templates, *rules])


def _stamps(files: Iterable[Path]) -> State:
    """Size and time of each file; None for one that is not there."""
    found: State = {}
    for path in files:
        try:
            status = path.stat()
        except OSError:
            found[str(path)] = None
        else:
            found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found

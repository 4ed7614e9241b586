"""A Python of 3.14 or newer that runs already is asked to hand over by itself: `sys.remote_exec` (PEP 768).

For one whose interpreter nobody can learn about from outside. It runs a short script at its next safe place, in its
main thread: that hands over as if greenprof had started it (`greenprof/target/greenprof_handover.py`), or samples from
inside where its frames cannot be read. Needs a greenprof that runs on the same version of Python.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from greenprof.sampler.kin import loaded_files
from greenprof.sampler.probe import TARGET

_NAME = re.compile(r"(?:lib)?python(\d+)\.(\d+)")
_OLDEST = (3, 14)
_SCRIPT = """\
def ask():
    import sys
    path, modules = sys.path[:], set(sys.modules)
    sys.path.insert(0, {target!r})
    try:
        import greenprof_handover
        why = greenprof_handover.hand_over({folder!r})
        if why is not None:
            import greenprof_inside
            greenprof_inside.start({folder!r}, why)
    finally:
        sys.path[:] = path
        sys.path_importer_cache.pop({target!r}, None)
        for name in ("greenprof_handover", "greenprof_inside"):
            if name not in modules:
                sys.modules.pop(name, None)
try:
    ask()
except Exception:  # the program comes first
    pass
finally:
    del ask
"""


def ask_to_hand_over(pid: int, folder: Path) -> str | None:
    """Have the Python of that process leave its hand-over in `folder`, soon; empty if it was asked.

    Else what there is to say of it (``cannot be asked …``); None if it is no Python that could be.
    """
    version = _version_of(pid)
    if version is None or version < _OLDEST:
        return None
    remote_exec = getattr(sys, "remote_exec", None)
    if remote_exec is None or version != sys.version_info[:2]:
        return "could be asked itself, by a greenprof that runs on Python {}.{}".format(*version)
    script = folder / f"ask-{pid}.py"  # stays until the folder goes: nobody tells when it has been read
    script.write_text(_SCRIPT.format(target=TARGET, folder=str(folder)), encoding="utf-8")
    try:
        remote_exec(pid, str(script))
    except (OSError, RuntimeError, ValueError) as error:
        return f"cannot be asked itself either: {error}"
    return ""


def _version_of(pid: int) -> tuple[int, int] | None:
    """The version that the executable or a library of a process is named for; None if none is named for Python."""
    names = (os.path.basename(loaded.path) for loaded in loaded_files(pid))  # noqa: PTH119
    found = next((match for name in names if (match := _NAME.match(name))), None)
    return (int(found[1]), int(found[2])) if found else None

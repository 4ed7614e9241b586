"""The first thing that runs inside a Python program started by greenprof: hand over, then vanish.

Python's `site` imports a module of this name from ``PYTHONPATH`` before the program. This one puts
back the environment and ``sys.path`` as they would be without it, tells the waiting sampler where this
interpreter keeps its frames (`greenprof_handover`) or, where that is of no use, begins to sample by itself
(`greenprof_inside`), has the statements counted that it sends to databases (`greenprof_watch`), and gives
way to the user's own ``sitecustomize``: found further on the path, it takes this module's place; not found, the
import fails with the very error that `site` expects natively, and nothing of this module is left.

Any Python may find this file on its path, so it is written for all of them, Python 2.7 included.
"""

import os
import sys

_here = os.path.dirname(__file__)  # noqa: PTH120
_folder = os.environ.pop("GREENPROF_HANDOVER", None)
_why = os.environ.pop("GREENPROF_INSIDE", None)
_counts = os.environ.pop("GREENPROF_QUERIES", None)  # the folder for them
_was_empty = os.environ.pop("GREENPROF_PYTHONPATH_WAS_EMPTY", None) is not None
if "PYTHONPATH" in os.environ:
    _entries = os.environ["PYTHONPATH"].split(os.pathsep)
    _others = [_entry for _entry in _entries if _entry != _here]
    if _others or _was_empty:
        os.environ["PYTHONPATH"] = os.pathsep.join(_others)
    else:
        del os.environ["PYTHONPATH"]

if (_folder or _counts) and sys.version_info >= (3, 11):
    try:
        if _folder and _why is None:
            import greenprof_handover  # type: ignore[import-not-found, unused-ignore]

            _why = greenprof_handover.hand_over(_folder)
        if _folder and _why is not None:  # nobody can read its stacks from outside
            import greenprof_inside  # type: ignore[import-not-found, unused-ignore]

            greenprof_inside.start(_folder, _why)
        if _counts:
            import greenprof_watch  # type: ignore[import-not-found, unused-ignore]

            greenprof_watch.begin(_counts)
            vars(greenprof_watch).clear()  # what stays is a part of the import machinery
    except Exception:  # the program comes first: without a hand-over it runs, and is not sampled
        pass
    sys.modules.pop("greenprof_handover", None)
    sys.modules.pop("greenprof_inside", None)
    sys.modules.pop("greenprof_watch", None)

sys.path[:] = [_entry for _entry in sys.path if _entry != _here]
sys.path_importer_cache.pop(_here, None)
del sys.modules["sitecustomize"]
import sitecustomize  # type: ignore[import-not-found, unused-ignore]  # noqa: E402, F401

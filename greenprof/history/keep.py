"""A run is kept once its report is shown: as a file at once, and in the team's database where there is one."""

from __future__ import annotations

from greenprof.config import Config
from greenprof.errors import GreenprofError
from greenprof.history import inbox
from greenprof.history.address import address_of, is_off
from greenprof.history.context import context_of
from greenprof.model import Report
from greenprof.project_folder import FOLDER

_FULL = 100  # runs that wait before a run itself takes them in: so the first look at a long history is quick


def keep(report: Report, config: Config, *, label: str | None) -> list[str]:
    """Keep `report`, unless that is switched off; what its user has to know. Never fails: the run has its report."""
    if is_off(config):
        return []
    try:
        address = address_of(config)
        inbox.put(report, context_of(config, label), config.root)
    except GreenprofError as error:
        return [f"this run is not in the history: {error}"]
    except OSError as error:
        return [f"this run is not in the history: {error.filename or config.root} cannot be written ({error.strerror})"]
    own = address.path is not None and address.path.parent == config.root / FOLDER
    if own and len(inbox.waiting(config.root)) < _FULL:
        return []
    try:
        from greenprof.history.store import History

        return History(address, root=config.root, reports=config.history.reports).warnings
    except GreenprofError as error:
        return [f"{error}; this run waits in {config.root / FOLDER / inbox.NAME} until the history can be opened"]

"""What was learnt about the power of this host: the noun, its file, and what meters take from it.

A calibration belongs to a host and to the domains that it was made with. It is kept for each user in
``$GREENPROF_STATE``, else ``$XDG_STATE_HOME/greenprof``, else ``~/.local/state/greenprof`` (XDG Base
Directory Specification 0.8): the one thing that greenprof keeps outside a project, because it was asked to.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from greenprof import host
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.power_curve import Curve, Load, fit

FORMAT = "greenprof-calibration"
FORMAT_VERSION = 1
BY_HAND = "hand"
WHOLE_MACHINE = "machine"
GREATEST_W = 100_000.0
MOST_POINTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How busy the machine was, from 0 to 1, and the watts of each domain."""

    utilisation: float
    watts: tuple[float, ...]

    @property
    def load(self) -> Load:
        """All domains together."""
        return Load(self.utilisation, sum(self.watts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The watts of one host at known loads, idle first; `watts` of the points follow `domains`.

    One point tells the idle watts only, two or three a curve. `source` is the meter, or ``hand``.
    `error` is how far the curve was off at a load that it was not made from, relative to what it
    said; ``None`` if that was not tried. `made_at` is UTC, a label.
    """

    host: str
    cpu: str
    made_at: str
    source: str
    scope: str
    domains: tuple[str, ...]
    points: tuple[Point, ...]
    governor: str | None = None
    turbo: bool | None = None
    error: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def curve(self) -> Curve | None:
        """Watts of all domains from how busy the machine is; ``None`` if only idle is known."""
        return fit(point.load for point in self.points) if len(self.points) > 1 else None

    def idle_w(self, domains: Sequence[str]) -> float | None:
        """What these domains draw when nothing runs, ``None`` unless all of them were seen."""
        if not set(domains) <= set(self.domains):
            return None
        return sum(self.points[0].watts[self.domains.index(domain)] for domain in domains)

    @property
    def label(self) -> str:
        """When it was made, and with what."""
        return f"calibrated {self.made_at[:10]} {'by hand' if self.source == BY_HAND else f'with {self.source}'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The calibrations of this host, newest first, and what is wrong with files that could not be used."""

    calibrations: tuple[Calibration, ...] = ()
    notes: tuple[str, ...] = ()

    def with_curve(self) -> Calibration | None:
        """The newest that knows more than idle."""
        return next((each for each in self.calibrations if each.curve is not None), None)


def by_hand(idle_w: float, full_w: float, half_w: float | None = None, *, root: Path = host.ROOT) -> Calibration:
    """A calibration from watts that somebody read off a plug at no load, at full load and, if given, at half.

    Raises `GreenprofError` (exit code 2) for watts that cannot be: negative, no number, or falling with the load.
    """
    given = {"--idle-w": (0.0, idle_w), "--half-w": (0.5, half_w), "--full-w": (1.0, full_w)}
    known = [(option, at, watts) for option, (at, watts) in given.items() if watts is not None]
    for option, _, watts in known:
        if not 0 <= watts <= GREATEST_W:
            raise GreenprofError(f"{option} {watts:g}: watts are a number from 0 to {GREATEST_W:.0f}", EXIT_USAGE)
    for (less, _, low_w), (more, _, high_w) in pairwise(known):
        if low_w > high_w:
            message = f"{less} {low_w:g} is more than {more} {high_w:g}: a busier machine draws no less; swapped?"
            raise GreenprofError(message, EXIT_USAGE)
    return made_here(
        source=BY_HAND,
        scope="what the watts given by hand cover: read from a plug, the whole machine with its power supply",
        domains=(WHOLE_MACHINE,),
        points=[Point(utilisation=at, watts=(float(watts),)) for _, at, watts in known],
        root=root,
    )


def made_here(
    *,
    source: str,
    scope: str,
    domains: Sequence[str],
    points: Sequence[Point],
    error: float | None = None,
    notes: Sequence[str] = (),
    root: Path = host.ROOT,
) -> Calibration:
    """A calibration of the machine below `root`, made now."""
    from datetime import UTC, datetime

    return Calibration(
        host=host.hardware_key(root),
        cpu=host.cpu_name(root),
        made_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        source=source,
        scope=scope,
        domains=tuple(domains),
        points=tuple(points),
        governor=host.governor_of(root),
        turbo=host.turbo_enabled(root),
        error=error,
        notes=tuple(notes),
    )


def idle_of(domains: Sequence[str], root: Path = host.ROOT) -> tuple[float | None, tuple[str, ...]]:
    """For a meter that measures `domains`: their idle watts on this host, if calibrated, and what to say of that."""
    found = stored(root)
    for calibration in found.calibrations:
        idle_w = calibration.idle_w(domains)
        if idle_w is not None:
            said = f"idle {idle_w:.1f} W, {calibration.label}"
            return idle_w, (said, *changes_since(calibration, root), *found.notes)
    return None, found.notes


def changes_since(calibration: Calibration, root: Path = host.ROOT) -> tuple[str, ...]:
    """What is set otherwise on the machine below `root` than when it was calibrated, and changes its watts."""
    settings = (
        ("frequency governor", calibration.governor, host.governor_of(root)),
        ("turbo", _on_off(calibration.turbo), _on_off(host.turbo_enabled(root))),
    )
    return tuple(
        f"calibrated under another setting ({what} {then}, now {now}): calibrate again to be sure"
        for what, then, now in settings
        if then is not None and now is not None and then != now
    )


def stored(root: Path = host.ROOT) -> Stored:
    """The calibrations of the machine below `root`; read from disk once per process and folder. Never raises."""
    try:
        return _stored(state_folder(), root)
    except GreenprofError:
        return Stored()  # no home, so nothing was ever kept


def store(calibration: Calibration) -> Path:
    """Keep a calibration in place of an older one of the same host and domains; returns its file.

    The file is complete or not there at all. Raises `GreenprofError` if it cannot be written.
    """
    import tempfile  # here, because reading what is stored happens in every run

    folder = state_folder()
    domains = hashlib.sha256(repr(calibration.domains).encode()).hexdigest()[:6]
    path = folder / f"calibration-{calibration.host}-{domains}.json"
    text = json.dumps({"format": FORMAT, "version": FORMAT_VERSION, **asdict(calibration)}, indent=2, allow_nan=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".new-", delete=False, encoding="utf-8") as file:
            try:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink()
                raise
    except OSError as failure:
        cure = "set GREENPROF_STATE to a folder of yours"
        raise GreenprofError(f"{path}: cannot be written ({failure.strerror}); {cure}", EXIT_USAGE) from None
    _stored.cache_clear()
    return path


def state_folder() -> Path:
    """Where calibrations are kept; raises `GreenprofError` where there is no such place."""
    if chosen := os.environ.get("GREENPROF_STATE"):
        return Path(chosen)
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    if state.is_absolute():  # the specification: a relative path is to be ignored
        return state / "greenprof"
    try:
        return Path.home() / ".local/state/greenprof"
    except RuntimeError:
        raise GreenprofError(
            "there is no home folder to keep a calibration in: set GREENPROF_STATE", EXIT_USAGE
        ) from None


@cache
def _stored(folder: Path, root: Path) -> Stored:
    with suppress(OSError):
        paths = sorted(folder.glob("calibration-*.json"))
        if paths:  # most hosts have none, and need no key then
            own = host.hardware_key(root)
            return _read_all([path for path in paths if path.name.startswith(f"calibration-{own}-")], own)
    return Stored()


def _read_all(paths: Sequence[Path], own: str) -> Stored:
    calibrations, notes = [], []
    for path in paths:
        try:
            calibration = _decode(json.loads(path.read_text(encoding="utf-8")))
            if calibration.host != own:
                raise ValueError("it is another host's")
            calibrations.append(calibration)
        except (OSError, ValueError, RecursionError) as failure:
            reason = " ".join(str(failure).split())
            notes.append(f"the calibration {path} is not used ({reason}): greenprof calibrate makes a new one")
    calibrations.sort(key=lambda calibration: calibration.made_at, reverse=True)
    return Stored(calibrations=tuple(calibrations), notes=tuple(notes))


def _decode(data: object) -> Calibration:
    """A calibration from its JSON, whatever that is; raises ValueError that says what is wrong."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("it is no calibration")
    if data.get("version") != FORMAT_VERSION:
        raise ValueError(f"its version is {data.get('version')!r}, this greenprof reads {FORMAT_VERSION}")
    domains = tuple(_each(data, "domains", str))
    points = tuple(_point(point, len(domains)) for point in _each(data, "points", dict))
    if not domains or not 1 <= len(points) <= MOST_POINTS or len(set(domains)) != len(domains):
        raise ValueError("domains or points are missing, or too many")
    if any(later.utilisation <= earlier.utilisation for earlier, later in pairwise(points)):
        raise ValueError("its points are not in the order of their load")
    error = data.get("error")
    return Calibration(
        **{name: _text(data, name) for name in ("host", "cpu", "made_at", "source", "scope")},
        domains=domains,
        points=points,
        governor=_text(data, "governor") if data.get("governor") is not None else None,
        turbo=data["turbo"] if isinstance(data.get("turbo"), bool) else None,
        error=None if error is None else _number(error, "error", math.inf),
        notes=tuple(_each(data, "notes", str)),
    )


def _point(data: dict[str, Any], domains: int) -> Point:
    watts = tuple(_number(each, "watts", GREATEST_W) for each in _each(data, "watts", (int, float)))
    if len(watts) != domains:
        raise ValueError("a point has not one number of watts for each domain")
    return Point(utilisation=_number(data.get("utilisation"), "utilisation", 1.0), watts=watts)


def _each(data: dict[str, Any], key: str, kind: type[Any] | tuple[type[Any], ...]) -> list[Any]:
    values = data.get(key)
    if not isinstance(values, list) or not all(isinstance(value, kind) for value in values):
        raise ValueError(f"{key} is not a list of what it should hold")
    return values


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} is no text")
    return value


def _number(value: object, key: str, greatest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= greatest:
        raise ValueError(f"{key} is no number from 0 to {greatest:g}")
    return float(value)


def _on_off(value: bool | None) -> str | None:
    return None if value is None else "on" if value else "off"

"""What a Python hands over at its start: where its interpreter keeps threads, frames, code and text.

``greenprof/target/greenprof_handover.py`` finds these places and writes them down; here they are read, and nothing of
them is believed before `check` has seen them hold in the live process.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

_LARGEST_OFFSET = 4096
_LARGEST_STATE = 1 << 15


class NotSampled(Exception):
    """Why a process is not sampled, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Addresses in the process, and offsets in bytes within the structure that a name begins with.

    Offsets may be -1 for what this interpreter does not have: ``cframe`` (3.11 and 3.12 keep the current frame
    one pointer further away), ``entry`` (only in 3.11 a frame says itself that C code called it) and ``threads`` (where
    the interpreter's state names its newest thread).
    """

    pid: int
    version: int
    native_id: int
    thread_id: int
    cpu_ns: int
    thread: int
    code_type: int
    interpreter: int
    threads: int
    thread_ids: int
    cframe: int
    current: int
    previous: int
    code: int
    instruction: int
    bytecode: int
    stack_top: int
    entry: int
    owner: int
    code_path: int
    code_name: int
    code_lines: int
    code_first_line: int
    ascii_text: int
    other_text: int
    bytes_data: int
    cwd: str
    probe_code: int
    probe_path: str
    probe_name: str
    probe_first_line: int
    probe_lines: tuple[tuple[int, int, int | None], ...]


_ADDRESSES = ("thread", "code_type", "interpreter", "probe_code")
_MAYBE_ABSENT = ("cframe", "entry", "threads")
_NUMBERS = ("pid", "version", "native_id", "thread_id", "cpu_ns", "probe_first_line")
_TEXTS = ("cwd", "probe_path", "probe_name")


def read_layout(path: Path) -> Layout:
    """The hand-over of one process.

    Raises:
        NotSampled: if the process could not say, or the file is not a hand-over.
    """
    try:
        values = json.loads(path.read_text(encoding="ascii"))
        if "error" in values:
            raise NotSampled(bytes.fromhex(values["error"]).decode("utf-8", "replace"))
        return _layout(values)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise NotSampled("its hand-over file cannot be read") from None


def _layout(values: dict[str, object]) -> Layout:
    found: dict[str, object] = {}
    for field in dataclasses.fields(Layout):
        value = values[field.name]
        if field.name in _TEXTS:
            found[field.name] = bytes.fromhex(str(value)).decode("utf-8", "surrogateescape")
        elif field.name == "probe_lines":
            found[field.name] = tuple((int(a), int(b), int(c) or None) for a, b, c in value)  # type: ignore[attr-defined]
        else:
            found[field.name] = _number(field.name, value)
    return Layout(**found)  # type: ignore[arg-type]


def _number(name: str, value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(name)
    lowest = -1 if name in _MAYBE_ABSENT else 0
    highest = 2**63 if name in _ADDRESSES or name in _NUMBERS else _LARGEST_OFFSET
    highest = _LARGEST_STATE if name == "threads" else highest
    if not lowest <= value < highest:
        raise ValueError(name)
    return value

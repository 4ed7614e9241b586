"""Joules on the lines of a notebook's cell: ``%load_ext greenprof``, then ``%%greenprof`` on top of a cell.

A helper process (`helper`), started by the kernel, reads the kernel's stacks from outside while the cell runs and ticks
the meter; so lines are as right as under ``greenprof run``. What it saw comes back as a `Recording`, from which `cells`
cuts what is not the cell's, which `report` joins and `show` sets in a table. `measure` is the kernel's side of it,
`magics` and `options` are what one types.
"""

from __future__ import annotations

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext greenprof`` calls: add the magics to `shell`."""
    from greenprof.notebook.magics import register

    register(shell)

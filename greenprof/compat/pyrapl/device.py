"""What can be measured."""

from __future__ import annotations

from enum import IntEnum


class Device(IntEnum):
    """The processor packages, or their memory."""

    PKG = 0
    DRAM = 1

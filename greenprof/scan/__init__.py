"""Data that is kept for nothing: duplicates, files that nobody reads, and large text that is not compressed.

`scanning.scan` is the story: `walk` sees every file once and puts what it saw into `store`, a temporary database on
disk, so that a million files take no more memory than a thousand; `duplicates`, `stale` and `compressible` ask the
store which files are worth opening; `show` writes the result while it is read back. Nothing is written below the
folders that are looked through, and files are opened so that their time of last access stays (`reading`).
"""

from __future__ import annotations

from greenprof.scan.nouns import Choice
from greenprof.scan.scanning import Scan, scan

__all__ = ["Choice", "Scan", "scan"]

"""One task in several languages: built, held to its output, run in turn, and set beside a baseline over all tasks.

`nouns` are the values. `file` reads a ``suite.toml`` and trusts nothing in it. `workshop` looks for the tools and
builds in a scratch folder; `answers` (pure) holds what was printed against what was to be printed. `rounds` is the
story. `summary` (pure) makes the tables of the runs, and `show` has the formats.
"""

from __future__ import annotations

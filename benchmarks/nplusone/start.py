"""Starts one application: fills its database with `n` rows, runs it, prints its answer.

python benchmarks/nplusone/start.py benchmarks/nplusone/apps/library_loans/bad 100
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType


def load(folder: Path) -> ModuleType:
    """The `run.py` of a folder, with the folder first on the path, as if it had been started there."""
    sys.path.insert(0, str(folder))
    return importlib.import_module("run")


def main() -> None:
    """Run what the command line names."""
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    run = load(Path(sys.argv[1]).resolve())
    run.setup(int(sys.argv[2]))
    print(json.dumps(run.run()))


if __name__ == "__main__":
    main()

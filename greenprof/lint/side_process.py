"""In a child process: runs one side of a rule's pair. Standard library only.

    python -P side_process.py PROGRAM

It tells its default size and a digest of its answer, a line of JSON, and then what each line of its input asks for:
``time`` is the CPU time and the elapsed time of one more run, a number is the answer for that size.
"""

import hashlib
import inspect
import json
import pprint
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path


def main(program: Path) -> None:
    """Run `program` as its input asks."""
    sys.path.insert(0, str(program.parent))
    run = runpy.run_path(str(program)).get("run")
    if run is None:
        sys.exit(f"{program.name} does not define run(n)")
    n = inspect.signature(run).parameters["n"].default if "n" in inspect.signature(run).parameters else None
    if not isinstance(n, int):
        sys.exit(f"run in {program.name} needs a parameter n with a default size, as in run(n=1_000)")
    told, sys.stdout = sys.stdout, sys.stderr
    answer = hashlib.sha256(words(run()).encode()).hexdigest()
    print(json.dumps([n, answer]), file=told, flush=True)
    for line in sys.stdin:
        asked = line.strip()
        print(json.dumps(seconds(run) if asked == "time" else words(run(int(asked)))), file=told, flush=True)


def words(answer: object) -> str:
    """An answer in words that are the same for equal dicts and sets, in whichever order they were filled."""
    return pprint.pformat(answer)


def seconds(function: Callable[[], object]) -> tuple[float, float]:
    """CPU time of this process, all threads, and elapsed time, of one call; at least the clock's resolution."""
    cpu, elapsed = time.process_time(), time.perf_counter()
    function()
    return max(time.process_time() - cpu, 1e-6), max(time.perf_counter() - elapsed, 1e-6)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

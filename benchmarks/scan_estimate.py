"""How right `greenprof scan` is about what compressing a file leaves: its estimates beside gzip of the whole files.

    python benchmarks/scan_estimate.py /usr/share /usr/lib/python3

The text files of 1 MB and more in the folders are estimated, then compressed by gzip at its usual level, in memory.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
from pathlib import Path


def main() -> None:
    words = [sys.executable, "-m", "greenprof", "scan", *sys.argv[1:], "--find", "compressible", "-f", "json"]
    found = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)["compressible"]
    if not found:
        sys.exit("there is no text of 1 MB or more")
    left = [len(gzip.compress(Path(one["path"]).read_bytes(), 6)) for one in found]
    shares = [size / one["size_bytes"] for size, one in zip(left, found, strict=True)]
    pairs = list(zip(found, shares, strict=True))
    freed = sum(max(0, one["allocated_bytes"] - size) for size, one in zip(left, found, strict=True))
    print(f"{len(found)} files of {sum(one['size_bytes'] for one in found) / 1e6:,.0f} MB")
    print(f"estimate / gzip, of what is left: median {statistics.median(o['ratio'] / s for o, s in pairs):.2f}")
    print(f"gzip leaves no more than the upper end of the interval: {sum(s <= o['ratio_high'] for o, s in pairs)}")
    print(f"gzip is within the interval: {sum(o['ratio_low'] <= s <= o['ratio_high'] for o, s in pairs)}")
    print(f"estimate / gzip, of what is freed of all: {sum(one['freed_bytes'] for one in found) / freed:.3f}")


if __name__ == "__main__":
    main()

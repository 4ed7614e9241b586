import tempfile
from pathlib import Path


def run(n=3000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.txt"
        for number in range(n):
            with path.open("a") as out:  # expect: reopened-to-append
                out.write(f"{number}\n")
        return path.stat().st_size

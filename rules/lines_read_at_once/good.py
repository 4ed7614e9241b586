import tempfile
from pathlib import Path


def run(n=100_000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.txt"
        with path.open("w") as log:
            log.writelines("error: disk full\n" if i % 9 == 0 else "all is well\n" for i in range(n))

        errors = 0
        for _ in range(5):
            with path.open() as log:
                for line in log:
                    if line[0] == "e":
                        errors += 1
    return errors

import tempfile
from pathlib import Path


def run(n=20_000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.bin"
        with path.open("wb", buffering=0) as out:  # expect: unbuffered-file
            for number in range(n):
                out.write(number.to_bytes(4, "little"))
        return path.stat().st_size

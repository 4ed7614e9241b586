import tempfile
from pathlib import Path


def run(n=100_000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.bin"
        with path.open("wb") as data:
            data.write(bytes(i % 251 for i in range(n)))

        zeros = 0
        with path.open("rb") as data:
            while byte := data.read(1):  # expect: tiny-reads
                zeros += byte == b"\0"
    return zeros

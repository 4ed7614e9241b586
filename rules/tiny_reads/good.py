import tempfile
from pathlib import Path


def run(n=100_000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.bin"
        with path.open("wb") as data:
            data.write(bytes(i % 251 for i in range(n)))

        zeros = 0
        with path.open("rb") as data:
            while block := data.read(65_536):
                zeros += block.count(b"\0")
    return zeros

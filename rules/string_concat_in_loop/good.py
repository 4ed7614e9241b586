class Export:
    def __init__(self):
        self.text = ""

    def write(self, rows):
        self.text = "".join(f"{row};" for row in rows)


def run(n=20_000):
    export = Export()
    export.write(range(n))
    packed = b"".join(row.to_bytes(4, "little") for row in range(n))
    line = "".join(f"{row}," for row in range(n))
    return export.text, packed, line

class Export:
    def __init__(self):
        self.text = ""

    def write(self, rows):
        for row in rows:
            self.text += f"{row};"  # expect: string-concat-in-loop


def run(n=20_000):
    export = Export()
    export.write(range(n))
    packed = b""
    for row in range(n):
        packed += row.to_bytes(4, "little")  # expect: string-concat-in-loop
    line = ""
    for row in range(n):
        line = line + str(row) + ","  # expect: string-concat-in-loop
    return export.text, packed, line

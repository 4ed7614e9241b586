# --- variant: attribute in a nested loop
class Table:
    def __init__(self):
        self.html = "<table>"

    def render(self, rows):
        for row in rows:
            self.html += "<tr>"  # expect: string-concat-in-loop
            for cell in row:
                self.html += f"<td>{cell}</td>"  # expect: string-concat-in-loop
            self.html += "</tr>"  # expect: string-concat-in-loop
        return self.html
# --- variant: f-string that holds itself
def listed(names):
    text = ""
    for name in names:
        text = f"{text}{name}, "  # expect: string-concat-in-loop
    return text
# --- variant: bytes from a socket
def receive(sock, length):
    data = b""
    while len(data) < length:
        data += sock.recv(4096)  # expect: string-concat-in-loop
    return data
# --- variant: global counterpart
OUTPUT = ""


def write_all(lines):
    global OUTPUT
    for line in lines:
        OUTPUT += line + "\n"  # expect: string-concat-in-loop
# --- variant: put in front
# not found: digits are few
def binary(number):
    digits = ""
    while number:
        digits = str(number % 2) + digits  # expect: string-concat-in-loop
        number //= 2
    return digits
# --- variant: format with itself
def lines(rows):
    text = ""
    for row in rows:
        text = "{}{}\n".format(text, row)  # expect: string-concat-in-loop
    return text
# --- variant: percent with itself
def query(fields):
    sql = "select "
    for field in fields:
        sql = "%s%s, " % (sql, field)  # expect: string-concat-in-loop
    return sql
# --- variant: item of a dict
def per_city(rows):
    texts = {}
    for row in rows:
        texts[row.city] = texts.get(row.city, "") + row.name + ";"  # expect: string-concat-in-loop
    return texts
# --- variant: join of itself
def collected(parts):
    result = ""
    for part in parts:
        result = "".join([result, part])  # expect: string-concat-in-loop
    return result
# --- variant: reduce with a lambda
from functools import reduce


def joined(names):
    return reduce(lambda text, name: text + name + ",", names, "")  # expect: string-concat-in-loop
# --- variant: nonlocal in an inner function
def report(items):
    text = ""

    def add(entries):
        nonlocal text
        for entry in entries:
            text += f"{entry}\n"  # expect: string-concat-in-loop

    add(items)
    return text
# --- variant: async chunks
async def body(request):
    content = b""
    async for chunk in request.stream():
        content = content + chunk  # expect: string-concat-in-loop
    return content
# --- variant: last item of a list
# not found: what the items of a list are is not known
def paragraphs(lines):
    out = [""]
    for line in lines:
        if line.strip():
            out[-1] += line  # expect: string-concat-in-loop
        else:
            out.append("")
    return out
# --- variant: dataclass field
from dataclasses import dataclass


@dataclass
class Buffer:
    text: str = ""

    def feed(self, chunks):
        for chunk in chunks:
            self.text = self.text + chunk  # expect: string-concat-in-loop
# --- quiet: a number
def total(rows):
    amount = 0
    for row in rows:
        amount += row.amount
    return amount
# --- quiet: a local that grows in place
def text(rows):
    out = ""
    for row in rows:
        out += row.name
    return out
# --- quiet: anew in each round
def labels(rows):
    for row in rows:
        label = b"#"
        label += row.name
        yield label

# --- variant: length of a list of matching ones, method
class Document:
    def __init__(self, path):
        self.text = open(path).read()

    def lines(self):
        return len([char for char in self.text if char == "\n"])  # expect: count-by-loop
# --- variant: sum of truth values
def votes(ballots: list[str], party):
    return sum(ballot == party for ballot in ballots)  # expect: count-by-loop
# --- variant: count in an if, started at zero
def zeros(data: bytes):
    found = 0
    for byte in data:  # expect: count-by-loop
        if byte == 0:
            found += 1
    return found
# --- variant: continue where it differs
def failures(path):
    words = open(path).read().split()
    count = 0
    for word in words:  # expect: count-by-loop
        if word != "FAIL":
            continue
        count = count + 1
    return count
# --- variant: filter with a lambda
def spaces(text: str):
    return len(list(filter(lambda char: char == " ", text)))  # expect: count-by-loop
# --- variant: map of equality in a sum
def ones(bits: str) -> int:
    return sum(map(lambda bit: bit == "1", bits))  # expect: count-by-loop
# --- variant: sum of ints
def yes(answers):
    answers = [answer.lower() for answer in answers]
    return sum(int(answer == "yes") for answer in answers)  # expect: count-by-loop
# --- variant: index loop
def commas(line: str):
    total = 0
    for i in range(len(line)):  # expect: count-by-loop
        if line[i] == ",":
            total += 1
    return total
# --- variant: conditional one or zero
def hits(values: list, wanted):
    return sum(1 if value == wanted else 0 for value in values)  # expect: count-by-loop
# --- variant: constant on the left in an async function
async def quotes(response):
    body = str(await response.text())
    return sum(1 for char in body if '"' == char)  # expect: count-by-loop
# --- variant: sum of a list of ones
def stars(review: str):
    return sum([1 for char in review if char == "*"])  # expect: count-by-loop
# --- variant: while with an index
# not found: only for loops are read as counting
def semicolons(source: str):
    position = 0
    found = 0
    while position < len(source):  # expect: count-by-loop
        if source[position] == ";":
            found += 1
        position += 1
    return found
# --- variant: counted in an attribute
class Counter:
    def __init__(self):
        self.newlines = 0

    def feed(self, text: str):
        for char in text:  # expect: count-by-loop
            if char == "\n":
                self.newlines += 1
# --- variant: equality by the operator's function
import operator


def matches(codes, wanted):
    codes = sorted(codes)
    return sum(1 for code in codes if operator.eq(code, wanted))  # expect: count-by-loop
# --- quiet: another condition
def upper(text: str):
    return sum(1 for char in text if char.isupper())
# --- quiet: an attribute of each
def paid(orders):
    return sum(1 for order in orders if order.state == "paid")
# --- quiet: a generator has no count
def matching(lines, wanted):
    def words():
        for line in lines:
            yield from line.split()

    return sum(1 for word in words() if word == wanted)

# --- variant: expression as an argument, comprehension
def select(rows, expression):
    return [row for row in rows if eval(expression, {}, row)]  # expect: eval-in-loop
# --- variant: attribute in a method
class Rule:
    def __init__(self, source):
        self.source = source

    def apply(self, rows):
        for row in rows:
            row["total"] = eval(self.source, {"row": row})  # expect: eval-in-loop
# --- variant: exec in a while loop
STEP = "state['x'] += 1\nstate['y'] *= 2"


def simulate(state, steps):
    while steps:
        exec(STEP, {"state": state})  # expect: eval-in-loop
        steps -= 1
    return state
# --- variant: lambda made by eval
def scores(rows, formula):
    out = []
    for row in rows:
        score = eval("lambda row: " + formula)  # expect: eval-in-loop
        out.append(score(row))
    return out
# --- variant: f-string of the same text
def evaluate(points, formula):
    for x, y in points:
        yield eval(f"({formula}) * 2", {"x": x, "y": y})  # expect: eval-in-loop
# --- variant: compile in the loop
def run(rows, source):
    for row in rows:
        code = compile(source, "<rule>", "eval")  # expect: eval-in-loop
        print(eval(code, {"row": row}))
# --- variant: builtins module
import builtins

CHECK = "value > 3 and value % 2"


def odd(values):
    return list(filter(lambda value: builtins.eval(CHECK, {"value": value}), values))  # expect: eval-in-loop
# --- variant: sort key
def ordered(rows, key_text):
    return sorted(rows, key=lambda row: eval(key_text, {"row": row}))  # expect: eval-in-loop
# --- variant: text from settings in a dict
def report(rows, settings):
    for row in rows:
        if eval(settings["condition"], {"row": row}):  # expect: eval-in-loop
            print(row)
# --- variant: async with try
async def process(messages, script):
    async for message in messages:
        try:
            exec(script, {"message": message})  # expect: eval-in-loop
        except Exception as error:
            print(error)
# --- variant: tuple of formulas in an inner loop
FORMULAS = ("a + b", "a * b", "a - b")


def table(pairs):
    for a, b in pairs:
        yield [eval(formula, {"a": a, "b": b}) for formula in FORMULAS]  # expect: eval-in-loop
# --- variant: helper function called per item
def compute(row):
    return eval("price * amount", {"price": row[0], "amount": row[1]})  # expect: eval-in-loop


def totals(rows):
    return [compute(row) for row in rows]
# --- quiet: another text each time
def values(lines):
    return [eval(line) for line in lines]
# --- quiet: a code object
def select(rows, expression):
    code = compile(expression, "<filter>", "eval")
    return [row for row in rows if eval(code, {}, row)]
# --- quiet: the frame's eval
def add(frames):
    for frame in frames:
        frame.eval("c = a + b", inplace=True)

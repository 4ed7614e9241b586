# --- variant: comprehension of a template
import copy

DEFAULTS = {"retries": 3, "timeout": 10, "hosts": ["a", "b"]}


def configs(names):
    return [copy.deepcopy(DEFAULTS) for _ in names]  # expect: deepcopy-in-loop
# --- variant: imported under another name
from copy import deepcopy as clone


def rows(values):
    blank = {"a": 0, "b": 0}
    for value in values:
        row = clone(blank)  # expect: deepcopy-in-loop
        row["a"] = value
        yield row
# --- variant: attribute in a method
import copy


class Simulation:
    def __init__(self, state):
        self.state = state

    def runs(self, seeds):
        results = []
        for seed in seeds:
            state = copy.deepcopy(self.state)  # expect: deepcopy-in-loop
            state.run(seed)
            results.append(state.score)
        return results
# --- variant: module constant as an argument of a call
import copy

TEMPLATE = {"type": "point", "tags": []}


def features(points, writer):
    for point in points:
        writer.write(copy.deepcopy(TEMPLATE), point)  # expect: deepcopy-in-loop
# --- variant: argument that never changes, while loop
from copy import deepcopy


def search(board, moves):
    best = 0
    while moves:
        move = moves.pop()
        trial = deepcopy(board)  # expect: deepcopy-in-loop
        trial.apply(move)
        best = max(best, trial.score())
    return best
# --- variant: each row copied, then a key set
import copy


def dated(rows, today):
    out = []
    for row in rows:
        new = copy.deepcopy(row)  # expect: deepcopy-in-loop
        new["date"] = today
        out.append(new)
    return out
# --- variant: map
from copy import deepcopy


def boards(start, count):
    return list(map(lambda _: deepcopy(start), range(count)))  # expect: deepcopy-in-loop
# --- variant: a history of snapshots
import copy


def history(grid, steps):
    states = []
    for _ in range(steps):
        grid.step()
        states.append(copy.deepcopy(grid))  # expect: deepcopy-in-loop
    return states
# --- variant: list of numbers
import copy


def permutations(n, swaps):
    base = list(range(n))
    for left, right in swaps:
        order = copy.deepcopy(base)  # expect: deepcopy-in-loop
        order[left], order[right] = order[right], order[left]
        yield order
# --- variant: backtracking in a recursive function
# not found: recursion is no loop here
from copy import deepcopy


def subsets(items, i, chosen, out):
    if i == len(items):
        out.append(deepcopy(chosen))  # expect: deepcopy-in-loop
        return
    subsets(items, i + 1, chosen, out)
    chosen.append(items[i])
    subsets(items, i + 1, chosen, out)
    chosen.pop()
# --- variant: async consumer with a default argument
import copy


async def answer(requests, base={"status": 200, "headers": {}}):
    async for request in requests:
        response = copy.deepcopy(base)  # expect: deepcopy-in-loop
        response["body"] = request.path
        await request.reply(response)
# --- variant: dict comprehension
from copy import deepcopy


def per_user(users, settings):
    return {user: deepcopy(settings) for user in users}  # expect: deepcopy-in-loop
# --- variant: only read afterwards
import copy


def totals(orders):
    for order in orders:
        mine = copy.deepcopy(order)  # expect: deepcopy-in-loop
        yield sum(line.price for line in mine.lines)
# --- quiet: once
from copy import deepcopy


def changed(config):
    config = deepcopy(config)
    for key in list(config):
        config[key] += 1
    return config
# --- quiet: a shallow copy
import copy


def rows(blank, values):
    for value in values:
        row = copy.copy(blank)
        row["a"] = value
        yield row
# --- quiet: a few fixed tries
from copy import deepcopy


def attempts(state):
    for speed in (1, 2, 3):
        trial = deepcopy(state)
        trial.speed = speed
        yield trial

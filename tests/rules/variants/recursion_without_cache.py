# --- variant: conditional expression
def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)  # expect: recursion-without-cache
# --- variant: lambda
# not found: a lambda under a name is no function here
fib = lambda n: n if n < 2 else fib(n - 1) + fib(n - 2)  # expect: recursion-without-cache
# --- variant: method of a class
class Grid:
    def __init__(self, cells):
        self.cells = cells

    def paths(self, row, column):
        if row == 0 or column == 0:
            return 1
        return self.paths(row - 1, column) + self.paths(row, column - 1)  # expect: recursion-without-cache
# --- variant: inner function over the arguments of the outer
def edit_distance(a, b):
    def distance(i, j):
        if i == len(a):
            return len(b) - j
        if j == len(b):
            return len(a) - i
        if a[i] == b[j]:
            return distance(i + 1, j + 1)  # expect: recursion-without-cache
        return 1 + min(distance(i + 1, j), distance(i, j + 1), distance(i + 1, j + 1))

    return distance(0, 0)
# --- variant: loop over choices
def fewest(amount, coins):
    if amount == 0:
        return 0
    best = float("inf")
    for coin in coins:
        if coin <= amount:
            best = min(best, 1 + fewest(amount - coin, coins))  # expect: recursion-without-cache
    return best
# --- variant: names for both calls
def knapsack(weights, values, room, i):
    if i == len(weights):
        return 0
    without = knapsack(weights, values, room, i + 1)  # expect: recursion-without-cache
    if weights[i] > room:
        return without
    taken = values[i] + knapsack(weights, values, room - weights[i], i + 1)
    return max(without, taken)
# --- variant: match statement
def stairs(n):
    match n:
        case 0 | 1:
            return 1
        case _:
            return stairs(n - 1) + stairs(n - 2)  # expect: recursion-without-cache
# --- variant: static method
class Numbers:
    @staticmethod
    def binomial(n, k):
        if k in (0, n):
            return 1
        return Numbers.binomial(n - 1, k - 1) + Numbers.binomial(n - 1, k)  # expect: recursion-without-cache
# --- variant: text that gets shorter
def subsequence(left, right):
    if not left or not right:
        return 0
    if left[-1] == right[-1]:
        return 1 + subsequence(left[:-1], right[:-1])  # expect: recursion-without-cache
    return max(subsequence(left[:-1], right), subsequence(left, right[:-1]))
# --- variant: sum of a generator
def catalan(n):
    if n <= 1:
        return 1
    return sum(catalan(i) * catalan(n - 1 - i) for i in range(n))  # expect: recursion-without-cache
# --- variant: or of two ways
def reachable(target, numbers, i):
    if target == 0:
        return True
    if i < 0:
        return False
    return reachable(target - numbers[i], numbers, i - 1) or reachable(target, numbers, i - 1)  # expect: recursion-without-cache
# --- variant: two functions call each other
# not found: the recursion goes over two functions
def female(n):
    return 1 if n == 0 else n - male(female(n - 1))  # expect: recursion-without-cache


def male(n):
    return 0 if n == 0 else n - female(male(n - 1))
# --- variant: keyword arguments and a default
def ways(steps, largest=3):
    if steps < 0:
        return 0
    if steps == 0:
        return 1
    return sum(ways(steps=steps - size, largest=largest) for size in range(1, largest + 1))  # expect: recursion-without-cache
# --- variant: class method with a running total
class Lattice:
    @classmethod
    def count(cls, x, y):
        if x < 0 or y < 0:
            return 0
        total = 1 if (x, y) == (0, 0) else 0
        total += cls.count(x - 1, y)  # expect: recursion-without-cache
        total += cls.count(x, y - 1)
        return total
# --- quiet: a tree
def size(node):
    if node is None:
        return 0
    return 1 + size(node.left) + size(node.right)
# --- quiet: merge sort
def merge_sort(values):
    if len(values) < 2:
        return values
    middle = len(values) // 2
    return merge(merge_sort(values[:middle]), merge_sort(values[middle:]))


def merge(left, right):
    return sorted(left + right)
# --- quiet: a memo of its own
def fib(n, memo={}):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = fib(n - 1) + fib(n - 2)
    return memo[n]
# --- quiet: the towers must be moved
def hanoi(n, source, target, spare, moves):
    if n == 0:
        return
    hanoi(n - 1, source, spare, target, moves)
    moves.append((source, target))
    hanoi(n - 1, spare, target, source, moves)
# --- quiet: the branches of a tree of pairs
def leaves(node):
    if len(node) == 1:
        return [node[0]]
    return leaves(node[0]) + leaves(node[1])

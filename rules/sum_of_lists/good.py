from itertools import chain


def run(n=3000):
    orders = [[f"order {i}, line {line}" for line in range(i % 5)] for i in range(n)]
    return list(chain.from_iterable(orders))

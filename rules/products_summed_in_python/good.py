import math


def similarity(one, other):
    product = math.sumprod(one, other)
    return product / (1 + sum(one) + sum(other))


def run(n=2_000):
    vectors = [[float((i + shift) % 97) for i in range(n)] for shift in range(10)]
    return [round(similarity(one, other), 9) for one in vectors for other in vectors]

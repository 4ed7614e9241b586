from collections import Counter


def run(n=2000):
    votes = [i * i % 501 for i in range(n)]
    return dict(Counter(votes))

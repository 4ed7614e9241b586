import heapq


def run(n=20_000):
    prices = [(i * 7919 % 10_007, i) for i in range(n)]
    cheapest = min(prices)
    best = max(prices, key=lambda price: (price[0], -price[1]))
    three = heapq.nsmallest(3, prices)
    return cheapest, best, three

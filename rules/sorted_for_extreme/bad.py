def run(n=20_000):
    prices = [(i * 7919 % 10_007, i) for i in range(n)]
    cheapest = sorted(prices)[0]  # expect: sorted-for-extreme
    best = sorted(prices, key=lambda price: (price[0], -price[1]))[-1]  # expect: sorted-for-extreme
    three = sorted(prices)[:3]  # expect: sorted-for-extreme
    return cheapest, best, three

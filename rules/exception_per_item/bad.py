def run(n=20_000):
    prices = {f"article {i}": i for i in range(0, 100, 4)}
    wanted = [f"article {i}" for i in range(100)]
    total = 0
    for article in wanted * (n // 100):
        try:
            total += prices[article]
        except KeyError:  # expect: exception-per-item
            pass
    return total

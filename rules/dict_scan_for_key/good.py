def price_of(prices, wanted):
    return prices.get(wanted)


def run(n=600):
    prices = {f"article {i}": i * 7 % 100 for i in range(n)}
    return [price_of(prices, f"article {i * 2}") for i in range(n)]

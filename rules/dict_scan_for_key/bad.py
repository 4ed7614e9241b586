def price_of(prices, wanted):
    for article, price in prices.items():  # expect: dict-scan-for-key
        if article == wanted:
            return price
    return None


def run(n=600):
    prices = {f"article {i}": i * 7 % 100 for i in range(n)}
    return [price_of(prices, f"article {i * 2}") for i in range(n)]

from concurrent.futures import ThreadPoolExecutor


def run(n=300):
    results = {}

    def price(article):
        results[article] = article * 7 % 101

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(price, range(n)))
    return sorted(results.items())

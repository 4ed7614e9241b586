def run(n=20_000):
    page = [f"article {i}" for i in range(200)]
    standard = dict.fromkeys(page, 10)

    articles = []
    price_lists = []
    for _ in range(n // 200):
        articles.extend(page)
        prices = {}
        prices.update(standard)
        price_lists.append(prices)
    return articles, price_lists

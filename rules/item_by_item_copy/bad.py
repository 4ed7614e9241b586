def run(n=20_000):
    page = [f"article {i}" for i in range(200)]
    standard = dict.fromkeys(page, 10)

    articles = []
    price_lists = []
    for _ in range(n // 200):
        for article in page:  # expect: item-by-item-copy
            articles.append(article)
        prices = {}
        for article, price in standard.items():  # expect: item-by-item-copy
            prices[article] = price
        price_lists.append(prices)
    return articles, price_lists

def run(n=2000):
    stock = dict.fromkeys(range(n), 1)
    history = []
    for day in range(20):
        stock[day] = day
        history.append({article: amount for article, amount in stock.items()})  # expect: copy-by-comprehension
    return [article for article in stock], history[-1]  # expect: copy-by-comprehension

def run(n=2000):
    stock = dict.fromkeys(range(n), 1)
    history = []
    for day in range(20):
        stock[day] = day
        history.append(dict(stock))
    return list(stock), history[-1]

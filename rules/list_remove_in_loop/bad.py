def run(n=3000):
    stock = list(range(n))
    sold = [i * 7 % n for i in range(0, n, 2)]

    for item in set(sold):
        stock.remove(item)  # expect: list-remove-in-loop
    return stock

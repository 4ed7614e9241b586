def run(n=3000):
    stock = list(range(n))
    sold = [i * 7 % n for i in range(0, n, 2)]

    gone = set(sold)
    return [item for item in stock if item not in gone]

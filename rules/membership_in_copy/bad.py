def run(n=1000):
    stock = {item: item % 10 for item in range(n)}

    missing = []
    for item in range(0, 2 * n, 3):
        if item not in list(stock.keys()):  # expect: membership-in-copy
            missing.append(item)
    return missing

def run(n=1000):
    stock = {item: item % 10 for item in range(n)}

    missing = []
    for item in range(0, 2 * n, 3):
        if item not in stock:
            missing.append(item)
    return missing

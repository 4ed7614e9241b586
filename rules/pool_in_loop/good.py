from concurrent.futures import ThreadPoolExecutor


def run(n=200):
    groups = [range(i, i + 4) for i in range(n)]

    total = 0
    with ThreadPoolExecutor(4) as pool:
        for group in groups:
            total += sum(pool.map(abs, group))
    return total

from concurrent.futures import ThreadPoolExecutor


def run(n=200):
    groups = [range(i, i + 4) for i in range(n)]

    total = 0
    for group in groups:
        with ThreadPoolExecutor(4) as pool:  # expect: pool-in-loop
            total += sum(pool.map(abs, group))
    return total

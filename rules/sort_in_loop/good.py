import bisect


def run(n=4000):
    best = []
    medians = []
    for i in range(n):
        bisect.insort(best, i * 7919 % 10_007)
        medians.append(best[len(best) // 2])
    return medians

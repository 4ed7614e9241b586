def run(n=4000):
    best = []
    medians = []
    for i in range(n):
        best.append(i * 7919 % 10_007)
        best.sort()  # expect: sort-in-loop
        medians.append(best[len(best) // 2])
    return medians

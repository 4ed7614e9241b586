def run(n=20_000):
    readings = [i * 7919 % 10_007 for i in range(n)]
    different = set(sorted(readings))  # expect: discarded-sort
    highest = max(sorted(readings))  # expect: discarded-sort
    return different, highest

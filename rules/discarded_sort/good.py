def run(n=20_000):
    readings = [i * 7919 % 10_007 for i in range(n)]
    different = set(readings)
    highest = max(readings)
    return different, highest

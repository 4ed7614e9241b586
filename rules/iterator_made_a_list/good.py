from itertools import combinations


def run(n=600):
    places = [i * 7919 % 10_007 for i in range(n)]
    close = 0
    for a, b in combinations(places, 2):
        if a - b in (1, -1):
            close += 1
    return close

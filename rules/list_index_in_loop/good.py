def run(n=2000):
    ranking = [i * 7919 % n + i * n for i in range(n)]

    lines = []
    for place, player in enumerate(ranking, start=1):
        lines.append(f"{place}. player {player}")
    return lines

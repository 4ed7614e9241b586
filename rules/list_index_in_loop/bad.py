def run(n=2000):
    ranking = [i * 7919 % n + i * n for i in range(n)]

    lines = []
    for player in ranking:
        place = ranking.index(player) + 1  # expect: list-index-in-loop
        lines.append(f"{place}. player {player}")
    return lines

def run(n=6000):
    messages = b"".join(bytes([i % 7 + 1]) * (i % 7 + 1) for i in range(n))
    lengths = []
    place = 0
    while place < len(messages):
        length = messages[place]
        lengths.append(length)
        place += length

    todo = list(range(n))
    total = 0
    for one in todo:
        total += one * len(lengths)
    return lengths, total

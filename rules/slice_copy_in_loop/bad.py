def run(n=6000):
    messages = b"".join(bytes([i % 7 + 1]) * (i % 7 + 1) for i in range(n))
    lengths = []
    while messages:
        length = messages[0]
        lengths.append(length)
        messages = messages[length:]  # expect: slice-copy-in-loop

    todo = list(range(n))
    total = 0
    while todo:
        total += todo[0] * len(lengths)
        todo = todo[1:]  # expect: slice-copy-in-loop
    return lengths, total

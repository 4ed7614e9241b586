def run(n=3000):
    paid = []
    index = {}
    for number in range(n):
        if number % 3:
            paid = paid + [number]  # expect: copied-to-grow-in-loop
    for number in range(n // 4):
        index = {**index, f"order {number}": number}  # expect: copied-to-grow-in-loop
    return paid, index

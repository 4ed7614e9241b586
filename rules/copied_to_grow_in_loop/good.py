def run(n=3000):
    paid = []
    index = {}
    for number in range(n):
        if number % 3:
            paid.append(number)
    for number in range(n // 4):
        index[f"order {number}"] = number
    return paid, index

def run(n=50_000):
    waiting = list(range(n))
    served = []
    while waiting:
        customer = waiting.pop(0)  # expect: list-front-pop
        served.append(customer)
        if customer % 3 == 1:
            waiting.append(customer - 1)
    return served

from collections import deque


def run(n=50_000):
    waiting = deque(range(n))
    served = []
    while waiting:
        customer = waiting.popleft()
        served.append(customer)
        if customer % 3 == 1:
            waiting.append(customer - 1)
    return served

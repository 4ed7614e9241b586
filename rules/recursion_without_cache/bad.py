COINS = (1, 2, 5, 10, 20, 50)


def ways(amount, kinds):
    """In how many ways some coins of the first `kinds` kinds make up `amount`."""
    if amount == 0:
        return 1
    if amount < 0 or kinds == 0:
        return 0
    return ways(amount, kinds - 1) + ways(amount - COINS[kinds - 1], kinds)  # expect: recursion-without-cache


def run(n=120):
    return ways(n, len(COINS))

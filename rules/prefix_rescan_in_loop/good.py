def run(n=2000):
    sales = [i * 7919 % 1009 for i in range(n)]
    balances = []
    balance = 0
    seen = set()
    for day in range(n):
        balance += sales[day]
        balances.append(balance)
        seen.add(sales[day])
    return balances, len(seen)

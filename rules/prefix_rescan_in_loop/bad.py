def run(n=2000):
    sales = [i * 7919 % 1009 for i in range(n)]
    balances = []
    records = 0
    for day in range(n):
        balances.append(sum(sales[: day + 1]))  # expect: prefix-rescan-in-loop
        if sales[day] not in sales[:day]:  # expect: prefix-rescan-in-loop
            records += 1
    return balances, records

def run(n=20_000):
    invoices = [(i * 7919 % 10_007, i % 12) for i in range(n)]
    return [amount for amount, month in sorted(invoices) if month == 3]  # expect: sort-before-filter

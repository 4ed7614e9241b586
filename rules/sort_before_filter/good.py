def run(n=20_000):
    invoices = [(i * 7919 % 10_007, i % 12) for i in range(n)]
    return [amount for amount, _ in sorted(invoice for invoice in invoices if invoice[1] == 3)]

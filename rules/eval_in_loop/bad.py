RULE = "price * amount * (90 if amount > 10 else 100) // 100"


def run(n=3000):
    totals = []
    for i in range(n):
        totals.append(eval(RULE, {"price": i % 50, "amount": i % 20}))  # expect: eval-in-loop
    return totals

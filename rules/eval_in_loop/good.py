RULE = "price * amount * (90 if amount > 10 else 100) // 100"


def run(n=3000):
    totals = []
    rule = compile(RULE, "the discount rule", "eval")
    for i in range(n):
        totals.append(eval(rule, {"price": i % 50, "amount": i % 20}))
    return totals

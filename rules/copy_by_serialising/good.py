def run(n=5000):
    prices = [{"name": f"item {i}", "price": i * 3} for i in range(n)]

    raised = [dict(item) for item in prices]
    for item in raised:
        item["price"] += 1
    return prices[0]["price"], raised[0]["price"], len(raised)

def run(n=1000):
    customers = [{"id": i * 3, "name": f"customer {i}"} for i in range(n)]
    banned = {i * 7 for i in range(n)}
    by_id = {customer["id"]: customer for customer in customers}

    names = []
    for order in range(n):
        if order in banned:
            continue
        if order in by_id:
            names.append(by_id[order]["name"])
    return names

def run(n=1000):
    customers = [{"id": i * 3, "name": f"customer {i}"} for i in range(n)]
    banned = [i * 7 for i in range(n)]

    names = []
    for order in range(n):
        if order in set(banned):  # expect: lookup-rebuilt-in-loop
            continue
        by_id = {customer["id"]: customer for customer in customers}  # expect: lookup-rebuilt-in-loop
        if order in by_id:
            names.append(by_id[order]["name"])
    return names

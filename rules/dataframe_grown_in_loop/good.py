import pandas as pd


def run(n=400):
    rows = [{"day": 0, "sold": 7}]
    for day in range(1, n):
        rows.append({"day": day, "sold": day % 7})
    sales = pd.DataFrame(rows)
    return sales["sold"].tolist()

import pandas as pd


def run(n=400):
    sales = pd.DataFrame({"day": [0], "sold": [7]})
    for day in range(1, n):
        row = pd.DataFrame({"day": [day], "sold": [day % 7]})
        sales = pd.concat([sales, row], ignore_index=True)  # expect: dataframe-grown-in-loop
    return sales["sold"].tolist()

import json

SETTINGS = '{"currency": "EUR", "rates": {"EUR": 1, "USD": 2, "GBP": 3, "SEK": 4}}'


def run(n=2000):
    amounts = list(range(1, n + 1))

    total = sum(amounts)
    shares = []
    for amount in amounts:
        shares.append(100 * amount // total)

    rate = json.loads(SETTINGS)["rates"]["USD"]
    converted = [amount * rate for amount in amounts]
    return shares, converted

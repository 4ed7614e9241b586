import json

SETTINGS = '{"currency": "EUR", "rates": {"EUR": 1, "USD": 2, "GBP": 3, "SEK": 4}}'


def run(n=2000):
    amounts = list(range(1, n + 1))

    shares = []
    for amount in amounts:
        shares.append(100 * amount // sum(amounts))  # expect: invariant-call-in-loop

    converted = [amount * json.loads(SETTINGS)["rates"]["USD"] for amount in amounts]  # expect: invariant-call-in-loop
    return shares, converted

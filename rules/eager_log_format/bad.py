import json
import logging

logger = logging.getLogger("greenprof.example")
logger.setLevel(logging.INFO)


def run(n=10_000):
    total = 0
    for i in range(n):
        order = {"id": i, "price": i % 97, "lines": [i, i + 1]}
        logger.debug(f"order {json.dumps(order)}")  # expect: eager-log-format
        total += order["price"]
    return total

"""What the shop's report promises, for `greenprof prove --tests`."""

from __future__ import annotations

import json

from shop import Export, order_rows, shipping_rates, take_in
from store import Incoming, open_shop


def test_total_is_that_of_the_lines_with_tax_and_shipping():
    engine = open_shop()
    orders = [
        Incoming(customer_id=1, day=3, lines=((1, 2, 1000), (4, 1, 500))),
        Incoming(customer_id=2, day=4, lines=((1, 10, 9999),)),
    ]
    take_in(engine, orders)
    rows = order_rows(engine, {"letter": 395, "parcel": 695})
    assert [row["cents"] for row in rows] == [(2 * 1000 * 121 + 500 * 109) // 100 + 395, 99990 * 121 // 100 + 695]
    assert [(row["order"], row["day"]) for row in rows] == [(1, 3), (2, 4)]


def test_rates_are_those_of_the_carrier():
    assert shipping_rates() == {"letter": 395, "parcel": 695}


def test_every_row_is_a_line_of_the_export():
    export = Export()
    export.write([{"order": 1}, {"order": 2}])
    export.write([{"order": 3}])
    assert [json.loads(line) for line in export.text.splitlines()] == [{"order": 1}, {"order": 2}, {"order": 3}]

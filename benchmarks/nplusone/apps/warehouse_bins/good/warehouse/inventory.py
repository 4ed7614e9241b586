from sqlalchemy.orm import subqueryload

from warehouse.models import Aisle


def all_aisles():
    return Aisle.query.options(subqueryload(Aisle.bins)).order_by(Aisle.letter)


def quantities():
    totals = {}
    for aisle in all_aisles():
        totals[aisle.letter] = 0
        for bin_ in aisle.bins:
            totals[aisle.letter] += bin_.quantity
    return totals

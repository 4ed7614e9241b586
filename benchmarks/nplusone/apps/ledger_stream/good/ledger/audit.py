from collections import Counter
from typing import NamedTuple

from ledger.stream import entries


class Posting(NamedTuple):
    account: str
    cents: int


def postings(session):
    return (Posting(entry.account.name, entry.cents) for entry in entries(session))


def balance(session):
    sums = Counter()
    for posting in postings(session):
        sums[posting.account] += posting.cents
    return sums

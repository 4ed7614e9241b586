from tax.lookup import RateLookup
from tax.repository import Repository


def tax_of(parcel, lookup):
    return parcel.square_metres * lookup.cents(parcel.zone)


def assess(session):
    repository = Repository(session)
    lookup = RateLookup(repository)
    return [(parcel.id, tax_of(parcel, lookup)) for parcel in repository.parcels()]  # n+1: helper-queries-deep

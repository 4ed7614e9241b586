from parcels.models import Parcel

EU = {"NL", "DE", "FR", "AT"}


def needs_declaration(parcel):
    return parcel.sender.city.country.code not in EU


def declarations():
    return [parcel.code for parcel in Parcel.objects.with_sender() if needs_declaration(parcel)]  # n+1: lazy-several-hops

from django import template

from market.models import Offer

register = template.Library()


@register.filter
def cheapest(stall):
    offer = Offer.objects.filter(stall=stall).order_by("cents").first()
    return offer.cents if offer else None


@register.simple_tag
def offers_of(stall):
    return stall.offers.count()

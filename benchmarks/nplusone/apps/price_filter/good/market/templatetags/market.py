from django import template
from django.db.models import Min

register = template.Library()


@register.filter
def cheapest(stall):
    return min((offer.cents for offer in stall.offers.all()), default=None)


@register.simple_tag
def offers_of(stall):
    return len(stall.offers.all())

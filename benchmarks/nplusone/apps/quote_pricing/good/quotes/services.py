from .discounts import percents_of
from .models import Quote
from .pricing import with_vat


def total(quote_id):
    quote = Quote.objects.get(pk=quote_id)
    cents = 0
    percents = percents_of(quote.customer_id)
    for line in quote.lines.all():
        cents += with_vat(line, percents)
    return cents

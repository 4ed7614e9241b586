class RateLookup:
    default = 10

    def __init__(self, repository):
        self.rates = repository.rates()

    def cents(self, zone):
        rate = self.rates.get(zone)
        return rate.cents if rate else self.default

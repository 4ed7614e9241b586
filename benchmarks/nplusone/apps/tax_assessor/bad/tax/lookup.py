class RateLookup:
    default = 10

    def __init__(self, repository):
        self.repository = repository

    def cents(self, zone):
        rate = self.repository.rate(zone)
        return rate.cents if rate else self.default

from .model import Bottle, Vineyard


class Stock:
    def __init__(self, session):
        self.session = session

    def of_region(self, region):
        query = self.session.query(Bottle).join(Vineyard).filter(Vineyard.region == region)
        return query.order_by(Bottle.id).all()

    def labels(self, region):
        result = []
        for bottle in self.of_region(region):
            result.append("%s %s" % (bottle.vineyard.name, bottle.year))  # n+1: lazy-forward
        return result

import os

import jinja2

from coupons.models import Coupon

TEMPLATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")
env = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)


class Site:
    def __init__(self, session):
        self.session = session

    def page(self):
        template = env.get_template("coupons.html")
        coupons = self.session.query(Coupon).filter(Coupon.percent > 0).order_by(Coupon.id)
        return template.render({"coupons": coupons, "title": "Coupons"})

from shop.api import app
from shop.models import Customer, Order, db

size = 0


def setup(n):
    global size
    size = n
    with app.app_context():
        db.create_all()
        for i in range(1, n + 1):
            db.session.add(Customer(id=i, name=f"C{i}"))
            db.session.add(Order(customer_id=i))
        db.session.commit()


def run():
    client = app.test_client()
    names = "&".join(f"name=C{i}" for i in range(1, size + 1))
    return [client.get(url).json for url in ("/orders/", "/customers/", "/find/?" + names)]

from datetime import date

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Customer(db.Model):
    __tablename__ = "customers"

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(64), index=True)
    orders = db.relationship("Order", backref="customer", lazy="dynamic")


class Order(db.Model):
    __tablename__ = "orders"

    id = db.Column(db.Integer, primary_key=True)
    day = db.Column(db.Date, default=date(2024, 1, 1))
    customer_id = db.Column(db.Integer, db.ForeignKey("customers.id"), index=True)

    def to_dict(self):
        return {"id": self.id, "customer": self.customer.name}

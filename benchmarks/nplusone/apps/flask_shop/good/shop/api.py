from flask import Flask, jsonify, request
from sqlalchemy import func
from sqlalchemy.orm import joinedload

from shop.models import Customer, Order, db

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db.init_app(app)


@app.route("/orders/")
def orders():
    page = request.args.get("page", 1, type=int)
    query = Order.query.order_by(Order.id)
    query = query.options(joinedload(Order.customer))
    pagination = query.paginate(page=page, per_page=100, error_out=False)
    return jsonify({"orders": [order.to_dict() for order in pagination.items]})


@app.route("/customers/")
def customers():
    result = []
    counted = db.session.query(Customer.name, func.count(Order.id)).outerjoin(Order).group_by(Customer.id)
    for name, orders in counted.order_by(Customer.id):
        result.append({"name": name, "orders": orders})
    return jsonify(result)


@app.route("/find/")
def find():
    names = request.args.getlist("name")
    found = {customer.name: customer.id for customer in Customer.query.filter(Customer.name.in_(names))}
    return jsonify([found[name] for name in names])

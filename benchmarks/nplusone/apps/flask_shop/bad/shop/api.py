from flask import Flask, jsonify, request

from shop.models import Customer, Order, db

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db.init_app(app)


@app.route("/orders/")
def orders():
    page = request.args.get("page", 1, type=int)
    query = Order.query.order_by(Order.id)
    pagination = query.paginate(page=page, per_page=100, error_out=False)
    return jsonify({"orders": [order.to_dict() for order in pagination.items]})  # n+1: method-queries


@app.route("/customers/")
def customers():
    result = []
    for customer in Customer.query.filter(Customer.name.isnot(None)).order_by(Customer.id):
        result.append({"name": customer.name, "orders": customer.orders.count()})  # n+1: flask-query
    return jsonify(result)


@app.route("/find/")
def find():
    names = request.args.getlist("name")
    return jsonify([Customer.query.filter_by(name=name).first_or_404().id for name in names])  # n+1: flask-query

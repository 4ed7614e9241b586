from flask import Flask

from .extensions import db


def create_app(database="sqlite://"):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = database
    db.init_app(app)

    from .views import bp

    app.register_blueprint(bp)
    return app

from forum import create_app
from forum.extensions import db
from forum.models import Reply, Topic, User

app = create_app()


def setup(n):
    with app.app_context():
        db.create_all()
        for i in range(1, n + 1):
            db.session.add(User(id=i, nick=f"nick{i}"))
            db.session.add(Topic(id=i, title=f"Topic {i}", starter_id=i))
            db.session.add_all(Reply(topic_id=i, text="+1") for _ in range(i % 3))
        db.session.commit()


def run():
    return app.test_client().get("/topics").json

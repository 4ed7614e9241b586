from gallery.app import app
from gallery.models import Photo, Photographer, Tag, db


def setup(n):
    with app.app_context():
        db.create_all()
        tags = [Tag(name=name) for name in ("sea", "sky")]
        for i in range(n):
            db.session.add(Photo(file=f"{i}.jpg", photographer=Photographer(name=f"P{i}"), tags=tags[: i % 3]))
        db.session.commit()


def run():
    return " ".join(app.test_client().get("/").text.split())

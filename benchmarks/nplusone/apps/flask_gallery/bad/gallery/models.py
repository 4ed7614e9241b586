from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

tags = db.Table(
    "photo_tags",
    db.Column("photo_id", db.ForeignKey("photo.id"), primary_key=True),
    db.Column("tag_id", db.ForeignKey("tag.id"), primary_key=True),
)


class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))


class Photographer(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
    photos = db.relationship("Photo", backref="photographer", lazy=True)


class Photo(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    file = db.Column(db.String(100))
    photographer_id = db.Column(db.Integer, db.ForeignKey("photographer.id"), nullable=False)
    tags = db.relationship("Tag", secondary=tags, lazy="select")

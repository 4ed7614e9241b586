from flask import Flask, render_template

from gallery.models import Photo, db

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db.init_app(app)


@app.get("/")
def index():
    photos = db.session.execute(
        db.select(Photo).order_by(Photo.id)
    ).scalars()
    return render_template("index.html", photos=photos, title="Gallery")

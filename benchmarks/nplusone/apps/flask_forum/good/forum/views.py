from flask import Blueprint, jsonify
from sqlalchemy import func

from .extensions import db
from .models import Reply, Topic, User

bp = Blueprint("forum", __name__)


@bp.route("/topics")
def topics():
    rows = []
    counts = dict(db.session.query(Reply.topic_id, func.count(Reply.id)).group_by(Reply.topic_id).all())
    joined = db.session.query(Topic, User.nick).join(User, User.id == Topic.starter_id).order_by(Topic.id)
    for topic, nick in joined:
        rows.append({"title": topic.title, "starter": nick, "replies": counts.get(topic.id, 0)})
    return jsonify(rows)

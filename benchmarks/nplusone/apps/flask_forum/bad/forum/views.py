from flask import Blueprint, jsonify

from .models import Reply, Topic, User

bp = Blueprint("forum", __name__)


@bp.route("/topics")
def topics():
    rows = []
    for topic in Topic.query.order_by(Topic.id).all():
        starter = User.query.get(topic.starter_id)  # n+1: flask-query
        replies = Reply.query.filter_by(topic_id=topic.id).count()  # n+1: flask-query
        rows.append({"title": topic.title, "starter": starter.nick, "replies": replies})
    return jsonify(rows)

from timeline.models import Tweet


def newest(limit=100):
    return Tweet.select().order_by(Tweet.id.desc()).limit(limit)

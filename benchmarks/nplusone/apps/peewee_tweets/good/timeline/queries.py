from timeline.models import Tweet, User


def newest(limit=100):
    return Tweet.select(Tweet, User).join(User).order_by(Tweet.id.desc()).limit(limit)

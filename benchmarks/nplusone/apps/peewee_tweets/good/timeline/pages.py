from peewee import prefetch

from timeline.models import Like
from timeline.queries import newest


def timeline():
    lines = []
    for tweet in newest():
        lines.append(f"@{tweet.user.name}: {tweet.text}")
    return lines


def like_counts():
    return [len(tweet.likes) for tweet in prefetch(newest(), Like.select())]

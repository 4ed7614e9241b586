from timeline.models import Like, Tweet, User, database
from timeline.pages import like_counts, timeline


def setup(n):
    database.init(":memory:")
    database.create_tables([User, Tweet, Like])
    for i in range(n):
        user = User.create(name=f"user{i}")
        tweet = Tweet.create(user=user, text=f"Hello {i}")
        for _ in range(i % 3):
            Like.create(tweet=tweet, user=user)


def run():
    return [timeline(), like_counts()]

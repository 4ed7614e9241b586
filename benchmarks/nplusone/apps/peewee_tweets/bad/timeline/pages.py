from timeline.queries import newest


def timeline():
    lines = []
    for tweet in newest():
        lines.append(f"@{tweet.user.name}: {tweet.text}")  # n+1: peewee
    return lines


def like_counts():
    return [len(tweet.likes) for tweet in newest()]  # n+1: peewee

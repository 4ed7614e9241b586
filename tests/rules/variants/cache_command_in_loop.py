# --- variant: redis.asyncio in a comprehension
import redis.asyncio as redis


async def load(keys):
    client = redis.from_url("redis://cache")
    return {key: await client.get(key) for key in keys}  # expect: cache-command-in-loop


# --- variant: an attribute made in the constructor, hset
from redis import Redis


class Sessions:
    def __init__(self, host):
        self._store = Redis(host=host, decode_responses=True)

    def save(self, sessions):
        for session_id, fields in sessions.items():
            self._store.hset(f"session:{session_id}", mapping=fields)  # expect: cache-command-in-loop


# --- variant: StrictRedis at module level, delete in a while loop
import redis

r = redis.StrictRedis.from_url("redis://cache/1")


def forget(stale):
    while stale:
        r.delete(stale.pop())  # expect: cache-command-in-loop


# --- variant: Django's cache
from django.core.cache import cache


def prices(ids):
    found = []
    for number in ids:
        price = cache.get(f"price:{number}")  # expect: cache-command-in-loop
        if price is not None:
            found.append(price)
    return found


# --- variant: Django's cache of another name, set with a timeout
from django.core.cache import caches

pages = caches["pages"]


def fill(rendered):
    for path, html in rendered:
        pages.set(path, html, timeout=3600)  # expect: cache-command-in-loop


# --- variant: pymemcache
from pymemcache.client.base import Client

memcache = Client(("localhost", 11211))


def warm(items):
    for item in items:
        memcache.set(item.key, item.value, expire=60)  # expect: cache-command-in-loop


# --- variant: annotated parameter, exists in a generator
from redis import Redis


def missing(client: Redis, names):
    return [name for name in names if not client.exists(name)]  # expect: cache-command-in-loop


# --- variant: a helper of the file asks the cache
# not found: needs to follow a call into the function that it calls
import redis

connection = redis.Redis()


def score_of(player):
    return int(connection.zscore("scores", player) or 0)


def total(players):
    return sum(score_of(player) for player in players)  # expect: cache-command-in-loop


# --- variant: scan, then one hgetall for each key
from redis import Redis


def dump(host):
    db = Redis(host)
    out = {}
    for key in db.scan_iter("user:*"):
        out[key] = db.hgetall(key)  # expect: cache-command-in-loop
    return out


# --- variant: Flask-Caching
from flask_caching import Cache

cache = Cache(config={"CACHE_TYPE": "RedisCache"})


def drop(users):
    for user in users:
        cache.delete(f"profile:{user.id}")  # expect: cache-command-in-loop


# --- variant: rpush in an async loop, an attribute named redis
class Outbox:
    def __init__(self, redis):
        self.redis = redis

    async def send(self, messages):
        for message in messages:
            await self.redis.rpush("outbox", message)  # expect: cache-command-in-loop


# --- variant: valkey, sadd in nested loops
import valkey

store = valkey.Valkey(host="cache")


def tag(pages):
    for page in pages:
        for word in page.words:
            store.sadd(f"word:{word}", page.id)  # expect: cache-command-in-loop


# --- quiet: a pipeline
from redis import Redis


def save(client: Redis, sessions):
    with client.pipeline() as pipe:
        for key, value in sessions.items():
            pipe.set(key, value)
        pipe.execute()


# --- quiet: a dict named cache
def lengths(words):
    cache = {}
    for word in words:
        if cache.get(word) is None:
            cache[word] = len(word)
    return cache


# --- quiet: a blocking read of a queue
import redis

client = redis.Redis()


def work(handle):
    while True:
        _, job = client.blpop("jobs")
        handle(job)

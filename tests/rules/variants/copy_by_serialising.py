# --- variant: orjson
import orjson


def copy_of(settings):
    return orjson.loads(orjson.dumps(settings))  # expect: copy-by-serialising


# --- variant: from-imports under other names
from json import dumps as to_text
from json import loads as from_text


def snapshot(state):
    return from_text(to_text(state))  # expect: copy-by-serialising


# --- variant: pickle with a protocol, over two lines
import pickle


class Board:
    def clone(self):
        data = pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)
        return pickle.loads(data)  # expect: copy-by-serialising


# --- variant: marshal in a comprehension
import marshal


def copies(rows):
    return [marshal.loads(marshal.dumps(row)) for row in rows]  # expect: copy-by-serialising


# --- variant: yaml
import yaml


def fresh(config):
    return yaml.safe_load(yaml.safe_dump(config))  # expect: copy-by-serialising


# --- variant: pickle imported by another name as default argument
import pickle as p


def with_defaults(options, defaults={"depth": 3}):
    merged = p.loads(p.dumps(defaults, -1))  # expect: copy-by-serialising
    merged.update(options)
    return merged


# --- variant: an in-memory file
# not found: needs to follow what is written into the buffer
import io
import pickle


def clone(model):
    buffer = io.BytesIO()
    pickle.dump(model, buffer)
    buffer.seek(0)
    return pickle.load(buffer)  # expect: copy-by-serialising


# --- variant: encoded and decoded on the way
import json


def copy_of(payload):
    return json.loads(json.dumps(payload).encode("utf-8"))  # expect: copy-by-serialising


# --- variant: pydantic model round trip
from pydantic import BaseModel


class Order(BaseModel):
    number: int
    lines: list[str]


def draft(order: Order):
    return Order.model_validate_json(order.model_dump_json())  # expect: copy-by-serialising


# --- variant: msgpack
import msgpack


def twin(message):
    return msgpack.unpackb(msgpack.packb(message))  # expect: copy-by-serialising


# --- variant: cloudpickle written, pickle read; walrus
import pickle

import cloudpickle


def independent(task):
    if (copy := pickle.loads(cloudpickle.dumps(task))) is not None:  # expect: copy-by-serialising
        return copy
    return task


# --- variant: a helper copies for each item
import json


def clone(thing):
    text = json.dumps(thing)
    return json.loads(text)  # expect: copy-by-serialising


def variants(base, count):
    return [clone(base) for _ in range(count)]


# --- quiet: text of another place
import json


def read(path, other):
    path.write_text(json.dumps(other))
    return json.loads(path.read_text())


# --- quiet: the text is kept as well
import json


def store(cache, key, value):
    text = json.dumps(value)
    cache[key] = text
    return json.loads(text)


# --- quiet: written by one module and read by another
import json
import pickle


def convert(blob):
    return json.dumps(pickle.loads(blob))


# --- quiet: whether a model can be written out is tested
import pickle


def check_pickles(model, rows):
    expected = model.predict(rows)
    model = pickle.loads(pickle.dumps(model))
    assert model.coef_ is not None
    return (model.predict(rows) == expected).all()

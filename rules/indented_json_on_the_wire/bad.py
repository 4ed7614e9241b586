import json


class Response:
    """Stands in for the answer of a web framework."""

    def __init__(self, body, mimetype):
        self.body = body
        self.mimetype = mimetype


def run(n=2000):
    orders = [{"id": i, "name": f"order {i}", "lines": [i, i + 1, i + 2]} for i in range(n)]

    response = Response(json.dumps(orders, indent=4), mimetype="application/json")  # expect: indented-json-on-the-wire
    return json.loads(response.body), response.mimetype

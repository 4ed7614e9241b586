import time

from flask import Flask, jsonify

WIRE_BYTES_S = 1_250_000  # a line of 10 Mbit/s, as a phone has

app = Flask(__name__)


@app.get("/orders/<int:n>")
def orders(n):
    return jsonify([{"id": i, "name": f"order {i}", "lines": [i, i + 1]} for i in range(n)])


def serve():
    app.run("0.0.0.0", 443, ssl_context=("cert.pem", "key.pem"))  # expect: responses-uncompressed


def run(n=2_000):
    answer = app.test_client().get(f"/orders/{n}")
    time.sleep(len(answer.data) / WIRE_BYTES_S)
    return answer.status_code, answer.mimetype

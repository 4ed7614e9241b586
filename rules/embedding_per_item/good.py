import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Model(BaseHTTPRequestHandler):
    """Stands in for a service of embeddings: it takes one text or a list, and counts letters."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        texts = [texts] if isinstance(texts, str) else texts
        body = json.dumps([[text.count(letter) for letter in "abcdefgh"] for text in texts]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Client:
    """The shape of a client of such services: ``client.embeddings.create(input=…)``."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(*address)
        self.embeddings = self

    def create(self, *, model, input):
        body = json.dumps({"model": model, "input": input})
        self.connection.request("POST", "/v1/embeddings", body, {"Content-Type": "application/json"})
        return json.loads(self.connection.getresponse().read())


def run(n=200):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    client = Client(server.server_address)

    texts = [f"a text about subject {number}" for number in range(n)]
    vectors = []
    for start in range(0, len(texts), 100):
        answer = client.embeddings.create(model="small", input=texts[start : start + 100])
        vectors.extend(answer)

    client.connection.close()
    server.shutdown()
    server.server_close()
    return vectors

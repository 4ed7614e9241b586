import functools
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Model(BaseHTTPRequestHandler):
    """Stands in for a language model: it answers a question with the length of its words."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"][0]["content"]
        body = json.dumps({"answer": [len(word) for word in asked.split()]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Writer:
    """Asks a model, over one connection."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(*address)

    def ask(self, question):
        body = json.dumps({"model": "small", "messages": [{"role": "user", "content": question}]})
        self.connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        return json.loads(self.connection.getresponse().read())["answer"]


SUBJECTS = ("an order", "a question about an order", "a complaint", "none of these")


def run(n=200):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    writer = Writer(server.server_address)

    letters = [SUBJECTS[number % 4] for number in range(n)]
    ask = functools.cache(writer.ask)
    answers = []
    for letter in letters:
        answers.append(ask(f"What is {letter} about?"))

    writer.connection.close()
    server.shutdown()
    server.server_close()
    return answers

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Queue(BaseHTTPRequestHandler):
    """Stands in for a queue in a cloud: it takes one message or several, and remembers them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        self.server.messages.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


class Client:
    """Two methods of the cloud's client."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(*address)

    def send_message(self, *, QueueUrl, MessageBody):
        self.send_message_batch(QueueUrl=QueueUrl, Entries=[{"Id": "0", "MessageBody": MessageBody}])

    def send_message_batch(self, *, QueueUrl, Entries):
        self.connection.request("POST", QueueUrl, json.dumps([entry["MessageBody"] for entry in Entries]))
        self.connection.getresponse().read()


def run(n=200):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Queue)
    server.messages = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    queue = Client(server.server_address)

    orders = [f"order {number}" for number in range(n)]
    for order in orders:
        queue.send_message(QueueUrl="/orders", MessageBody=order)  # expect: unbatched-call-in-loop

    queue.connection.close()
    server.shutdown()
    server.server_close()
    return server.messages

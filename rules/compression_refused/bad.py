import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

WIRE_BYTES_S = 1_250_000  # a line of 10 Mbit/s, as a phone has


class Orders(BaseHTTPRequestHandler):
    """Compresses where that is asked for, and sends as fast as the line can carry."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        orders = [{"id": i, "name": f"order {i}", "lines": [i, i + 1]} for i in range(int(self.path[1:]))]
        body = json.dumps(orders).encode()
        self.send_response(200)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        time.sleep(len(body) / WIRE_BYTES_S)
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def run(n=2_000):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Orders)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/{n}"

    orders = requests.get(url, headers={"Accept-Encoding": "identity"}).json()  # expect: compression-refused

    server.shutdown()
    server.server_close()
    return orders[-1]

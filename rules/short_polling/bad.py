import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Job(BaseHTTPRequestHandler):
    """Tells whether a job is done: at once, or as soon as it is."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path == "/job?wait=30":
            self.server.job.wait(30)
        body = json.dumps({"done": self.server.job.is_set()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def run(n=200):
    """Wait for a job of `n` milliseconds on a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Job)
    server.job = threading.Event()
    threading.Timer(n / 1000, server.job.set).start()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    connection = http.client.HTTPConnection(*server.server_address)

    done = False
    while not done:  # expect: short-polling
        connection.request("GET", "/job")
        done = json.loads(connection.getresponse().read())["done"]
        time.sleep(0.005)

    connection.close()
    server.shutdown()
    server.server_close()
    return done

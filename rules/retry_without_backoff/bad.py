import socket
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args):
        pass


def start_later(port, seconds, servers):
    time.sleep(seconds)
    servers.append(ThreadingHTTPServer(("127.0.0.1", port), Greeting))
    servers[0].serve_forever(0.01)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(url):
    while True:  # expect: retry-without-backoff
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.read()
        except OSError:
            continue


def run(n=100):
    """Ask a service that is up again after `n` milliseconds."""
    port, servers = free_port(), []
    threading.Thread(target=start_later, args=(port, n / 1000, servers), daemon=True).start()
    answer = ask(f"http://127.0.0.1:{port}/")
    servers[0].shutdown()
    servers[0].server_close()
    return answer

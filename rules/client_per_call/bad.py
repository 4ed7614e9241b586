import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Prices(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        body = self.path.rpartition("/")[2].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def price_of(host, port, item):
    connection = http.client.HTTPConnection(host, port)  # expect: client-per-call
    connection.request("GET", f"/price/{item}")
    price = int(connection.getresponse().read())
    connection.close()
    return price


def run(n=300):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Prices)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    host, port = server.server_address

    prices = [price_of(host, port, item) for item in range(n)]

    server.shutdown()
    server.server_close()
    return prices

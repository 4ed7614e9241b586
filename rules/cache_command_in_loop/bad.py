import socket
import socketserver
import threading


class Server(socketserver.StreamRequestHandler):
    """Speaks as much of the Redis protocol as is asked of it here: GET, MGET."""

    disable_nagle_algorithm = True

    def handle(self):
        while line := self.rfile.readline():
            words = [self.rfile.read(int(self.rfile.readline()[1:]) + 2)[:-2] for _ in range(int(line[1:]))]
            values = [b"value of " + key for key in words[1:]]
            answer = b"".join(b"$%d\r\n%s\r\n" % (len(value), value) for value in values)
            self.wfile.write(answer if words[0] == b"GET" else b"*%d\r\n" % len(values) + answer)


class Redis:
    """A client with two commands of the real one."""

    def __init__(self, address):
        self.socket = socket.create_connection(address)
        self.answers = self.socket.makefile("rb")

    def send(self, *words):
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
        return self.answers.readline()

    def read(self, size):
        return self.answers.read(size + 2)[:-2]

    def get(self, key):
        return self.read(int(self.send(b"GET", key)[1:]))

    def mget(self, keys):
        count = int(self.send(b"MGET", *keys)[1:])
        return [self.read(int(self.answers.readline()[1:])) for _ in range(count)]

    def close(self):
        self.answers.close()
        self.socket.close()


def run(n=1_000):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    redis = Redis(server.server_address)

    keys = [b"user:%d" % number for number in range(n)]
    values = []
    for key in keys:
        values.append(redis.get(key))  # expect: cache-command-in-loop
    redis.close()
    server.shutdown()
    server.server_close()
    return values

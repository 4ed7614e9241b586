import smtplib
import socketserver
import threading


class Mailbox(socketserver.StreamRequestHandler):
    """Takes mail, and counts it."""

    disable_nagle_algorithm = True

    def handle(self):
        self.say(b"220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say(b"354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.received += 1
            self.say(b"221 bye" if word == b"QUIT" else b"250 fine")

    def say(self, line):
        self.wfile.write(line + b"\r\n")


def run(n=100):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox)
    server.daemon_threads = True
    server.received = 0
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    host, port = server.server_address

    for number in range(n):
        with smtplib.SMTP(host, port) as mail:  # expect: client-in-loop
            mail.sendmail("shop@example.org", f"customer{number}@example.org", "Your parcel is on its way.")

    server.shutdown()
    server.server_close()
    return server.received

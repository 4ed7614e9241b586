import functools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from openai import OpenAI


class Model(BaseHTTPRequestHandler):
    """Stands in for a language model: it answers a question with the length of its words."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"][0]["content"]
        said = {"role": "assistant", "content": " ".join(str(len(word)) for word in asked.split())}
        choice = {"index": 0, "message": said, "finish_reason": "stop"}
        usage = {"prompt_tokens": 7, "completion_tokens": 7, "total_tokens": 14}
        told = {"id": "1", "object": "chat.completion", "created": 0, "model": "small", "usage": usage}
        body = json.dumps({**told, "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


SUBJECTS = ("an order", "a question about an order", "a complaint", "none of these")


def run(n=60):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    client = OpenAI(base_url=f"http://127.0.0.1:{server.server_address[1]}/v1", api_key="none")

    @functools.cache
    def ask(question):
        asked = [{"role": "user", "content": question}]
        return client.chat.completions.create(model="small", messages=asked).choices[0].message.content

    letters = [SUBJECTS[number % 4] for number in range(n)]
    answers = []
    for letter in letters:
        answers.append(ask(f"What is {letter} about?"))

    client.close()
    server.shutdown()
    server.server_close()
    return answers

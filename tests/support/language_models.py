"""Answers as the services of OpenAI, Anthropic and Google do, on this machine, for programs under test."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHAT = {"prompt_tokens": 7, "completion_tokens": 100, "total_tokens": 107}


class Service(BaseHTTPRequestHandler):
    """Chat completions, responses, embeddings and messages, whole and as streams."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer a request by its path."""
        body = json.loads(self._asked())
        if "enerateContent" in self.path:
            self._content()
        elif body["model"] == "broken":
            self._say(400, json.dumps({"error": {"message": "no"}}))
        elif self.path.endswith("/embeddings"):
            texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
            rows = [{"object": "embedding", "index": place, "embedding": [0.1]} for place in range(len(texts))]
            usage = {"prompt_tokens": 5 * len(texts), "total_tokens": 5 * len(texts)}
            self._say(
                200, json.dumps({"id": "e", "object": "list", "model": body["model"], "data": rows, "usage": usage})
            )
        elif self.path.endswith("/messages"):
            self._message(body)
        elif self.path.endswith("/responses"):
            details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
            usage = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7, **details}
            told = {"id": "r", "object": "response", "created_at": 1, "status": "completed", "output": []}
            more = {"parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "usage": usage}
            self._say(200, json.dumps({**told, **more, "model": body["model"]}))
        else:
            self._chat(body)

    def _asked(self) -> bytes:
        if "Content-Length" in self.headers:
            return self.rfile.read(int(self.headers["Content-Length"]))
        pieces = []
        while size := int(self.rfile.readline(), 16):  # chunked (RFC 9112, 7.1)
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _content(self) -> None:
        candidate = {"content": {"parts": [{"text": "ANSWER"}], "role": "model"}, "finishReason": "STOP"}
        usage = {"promptTokenCount": 4, "candidatesTokenCount": 8, "totalTokenCount": 12}
        told = json.dumps({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash"})
        stream = "stream" in self.path
        self._say(200, f"data: {told}\r\n\r\n" * 2 if stream else told, stream=stream)

    def _chat(self, body: dict[str, Any]) -> None:
        told = {"id": "c", "created": 1, "model": f"{body['model']}-2024-07-18"}
        if not body.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": "ANSWER"}, "finish_reason": "stop"}
            self._say(200, json.dumps({**told, "object": "chat.completion", "choices": [choice], "usage": CHAT}))
            return
        pieces = []
        for word in ("ANSWER", "in", "four", "words"):
            choice = {"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None}
            pieces.append({**told, "object": "chat.completion.chunk", "choices": [choice]})
        pieces[-1]["choices"][0]["finish_reason"] = "stop"
        if (body.get("stream_options") or {}).get("include_usage"):
            pieces.append({**told, "object": "chat.completion.chunk", "choices": [], "usage": CHAT})
        self._say(200, "".join(f"data: {json.dumps(one)}\n\n" for one in pieces) + "data: [DONE]\n\n", stream=True)

    def _message(self, body: dict[str, Any]) -> None:
        told = {"id": "m", "type": "message", "role": "assistant", "model": body["model"]}
        usage = {"input_tokens": 11, "output_tokens": 22, "cache_read_input_tokens": 5}
        if not body.get("stream"):
            content = [{"type": "text", "text": "ANSWER"}]
            whole = {**told, "content": content, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}
            self._say(200, json.dumps(whole))
            return
        begun = {
            **told,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {**usage, "output_tokens": 1},
        }
        events = [
            {"type": "message_start", "message": begun},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "ANSWER"}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 22}},
            {"type": "message_stop"},
        ]
        self._say(200, "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events), stream=True)

    def _say(self, status: int, text: str, *, stream: bool = False) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream" if stream else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serving() -> Iterator[str]:
    """The address of a service that answers meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()

"""What counting costs a request to a language model: beside the same function, not counted.

    python benchmarks/llm_counting.py [--requests 20000]

A function that answers at once stands in for a client, below fifteen frames and with a prompt of 2,000 characters.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

TARGET = Path(__file__).parents[1] / "greenprof" / "target"
ANSWER = SimpleNamespace(model="m", usage=SimpleNamespace(prompt_tokens=500, completion_tokens=100))


class Client:
    """Answers at once."""

    model = "m"

    def ask(self, **_asked: object) -> SimpleNamespace:
        """The same to everybody."""
        return ANSWER


def module(name: str) -> ModuleType:
    """A module of what runs inside the profiled program."""
    spec = importlib.util.spec_from_file_location(name, TARGET / f"{name}.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def seconds(ask: Callable[..., object], requests: int) -> float:
    """The time of so many requests."""
    prompts = [{"role": "user", "content": f"{number} " + "word " * 400} for number in range(requests)]

    def below(depth: int) -> None:
        if depth:
            below(depth - 1)
            return
        for prompt in prompts:
            ask(model="m", messages=[prompt])

    begun = time.perf_counter()
    below(15)
    return time.perf_counter() - begun


def added_us(requests: int) -> float:
    """Microseconds that counting adds to a request."""
    models = module("greenprof_llm")
    with tempfile.TemporaryDirectory() as folder:
        models.begin(folder, module("greenprof_queries"))
        plain = seconds(Client().ask, requests)
        models._hook_method(Client, "ask", models._by_model("bench", "text"))
        return (seconds(Client().ask, requests) - plain) / requests * 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    print(f"counting adds {added_us(parser.parse_args().requests):.0f} µs to a request")

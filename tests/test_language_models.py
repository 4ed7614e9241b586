# ruff: noqa: E501
"""Requests of real clients to a service on this machine: counted by line, and the programs run as they do without."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from language_models import serving

OPENAI = """
import asyncio, os, traceback
from openai import AsyncOpenAI, BadRequestError, OpenAI, Stream

url = os.environ["SERVICE"] + "/v1"
client = OpenAI(api_key=os.environ["KEY"], base_url=url)


def ask(question):
    return client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": question}])


for _ in range(5):
    assert ask("What " + "prompt?").choices[0].message.content == "ANSWER"  # five
for text in ("one", "two"):
    client.embeddings.create(model="text-embedding-3-small", input=[text, text])  # embedding
stream = client.chat.completions.create(model="gpt-4o", messages=[], stream=True)  # stream
assert isinstance(stream, Stream)
print("".join(piece.choices[0].delta.content for piece in stream))
counted = client.chat.completions.create(model="gpt-4o", messages=[], stream=True, stream_options={"include_usage": True})  # usage
print(len(list(counted)))
client.chat.completions.create(model="gpt-4o", messages=[], stream=True).close()  # unread
for _ in client.chat.completions.create(model="gpt-4o", messages=[], stream=True):  # left
    break
client.responses.create(model="gpt-4.1", input="x")  # responses
raw = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=[])  # raw
print(raw.parse().usage.completion_tokens)
try:
    client.chat.completions.create(model="broken", messages=[])  # broken
except BadRequestError:
    print("greenprof" in traceback.format_exc())


async def main():
    asking = AsyncOpenAI(api_key=os.environ["KEY"], base_url=url)
    await asking.chat.completions.create(model="gpt-4o", messages=[])  # awaited
    many = [asking.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": str(i)}]) for i in range(4)]  # gathered
    print(len(await asyncio.gather(*many)))
    async for piece in await asking.chat.completions.create(model="gpt-4o", messages=[], stream=True):  # async stream
        print(piece.choices[0].delta.content, end=" ")


asyncio.run(main())
"""
ANTHROPIC = """
import asyncio, os, warnings
warnings.simplefilter("ignore")
from anthropic import Anthropic, AsyncAnthropic

client = Anthropic(api_key=os.environ["KEY"], base_url=os.environ["SERVICE"])
for number in range(3):
    client.messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[{"role": "user", "content": str(number)}])  # three
with client.messages.stream(model="claude-sonnet-4-5", max_tokens=9, messages=[]) as stream:  # stream
    print("".join(stream.text_stream))


async def main():
    asking = AsyncAnthropic(api_key=os.environ["KEY"], base_url=os.environ["SERVICE"])
    await asking.messages.create(model="claude-unheard-of", max_tokens=9, messages=[])  # unknown
    async with asking.messages.stream(model="claude-sonnet-4-5", max_tokens=9, messages=[]) as stream:  # async
        async for text in stream.text_stream:
            print(text)


asyncio.run(main())
"""
LITELLM = """
import asyncio, os
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm
from litellm import completion

url, key = os.environ["SERVICE"], os.environ["KEY"]
more = {"api_base": url + "/v1", "api_key": key}
for number in range(3):
    completion(model="openai/gpt-4o-mini", messages=[{"role": "user", "content": str(number)}], **more)  # three
completion(model="anthropic/claude-sonnet-4-5", messages=[{"role": "user", "content": "x"}], api_base=url, api_key=key)  # other
for piece in completion(model="openai/gpt-4o-mini", messages=[{"role": "user", "content": "z"}], stream=True, **more):  # stream
    pass
litellm.embedding(model="openai/text-embedding-3-small", input=["a", "b"], **more)  # embedding


async def main():
    await litellm.acompletion(model="openai/gpt-4o-mini", messages=[{"role": "user", "content": "y"}], **more)  # awaited


asyncio.run(main())
"""

MISTRAL = """
import asyncio, os
from mistralai.client import Mistral

client = Mistral(api_key=os.environ["KEY"], server_url=os.environ["SERVICE"])
for number in range(3):
    client.chat.complete(model="codestral-latest", messages=[{"role": "user", "content": str(number)}])  # three
for event in client.chat.stream(model="codestral-latest", messages=[{"role": "user", "content": "s"}]):  # stream
    print(event.data.choices[0].delta.content)
client.embeddings.create(model="mistral-embed", inputs=["a", "b"])  # embedding


async def main():
    await client.chat.complete_async(model="codestral-latest", messages=[{"role": "user", "content": "a"}])  # awaited


asyncio.run(main())
"""
GOOGLE = """
import asyncio, os
from google import genai

client = genai.Client(api_key=os.environ["KEY"], http_options={"base_url": os.environ["SERVICE"]})
for number in range(3):
    print(client.models.generate_content(model="gemini-2.5-flash", contents=str(number)).text)  # three
for piece in client.models.generate_content_stream(model="gemini-2.5-flash", contents="s"):  # stream
    print(piece.text)


async def main():
    await client.aio.models.generate_content(model="gemini-2.5-flash", contents="a")  # awaited


asyncio.run(main())
"""
HUGGING_FACE = """
import asyncio, os
from huggingface_hub import AsyncInferenceClient, InferenceClient

where = {"base_url": os.environ["SERVICE"] + "/v1", "api_key": os.environ["KEY"]}
client = InferenceClient(**where)
for number in range(3):
    client.chat.completions.create(model="llama", messages=[{"role": "user", "content": str(number)}])  # three
for piece in client.chat_completion(model="llama", messages=[{"role": "user", "content": "s"}], stream=True):  # stream
    print(piece.choices[0].delta.content)


async def main():
    await AsyncInferenceClient(**where).chat_completion(model="llama", messages=[])  # awaited


asyncio.run(main())
"""


@pytest.fixture
def run(tmp_path):
    """Run a program on a service of its own; its report, what it printed, and the lines of its marks."""

    def run(program, *options):
        (tmp_path / "app.py").write_text(program)
        with serving() as address:
            environment = {**os.environ, "SERVICE": address, "KEY": "sk-VERY-SECRET"}
            words = ["-m", "greenprof", "run", "-q", "--no-history", *options, "-o", "r.json", "--save", "s.json"]
            told = [
                subprocess.run([sys.executable, *before, "app.py"], cwd=tmp_path, env=environment, text=True,
                               capture_output=True, check=False)
                for before in (words, ())
            ]  # fmt: skip
        assert told[0].returncode == 0, told[0].stderr
        assert told[0].stdout == told[1].stdout, "as without greenprof"
        saved = (tmp_path / "r.json").read_text() + (tmp_path / "s.json").read_text()
        assert "VERY-SECRET" not in saved and "ANSWER" not in saved.replace('== \\"ANSWER\\"', "")
        assert "What prompt?" not in saved
        marks = {line.rpartition("# ")[2]: number for number, line in enumerate(program.splitlines(), start=1)}
        return json.loads((tmp_path / "r.json").read_text()), marks

    return run


def by_line(report):
    return {call["line"]: call for call in report["llm_calls"]}


def test_openai(run):
    pytest.importorskip("openai")
    report, marks = run(OPENAI)
    calls = by_line(report)
    ask = next(call for call in report["llm_calls"] if call["function"] == "ask")
    assert (ask["count"], ask["again"], ask["input_tokens"], ask["output_tokens"]) == (5, 4, 35, 500)
    assert (ask["provider"], ask["model"], ask["answered"]) == ("openai", "gpt-4o-mini", "gpt-4o-mini-2024-07-18")
    embedded = calls[marks["embedding"]]
    assert (embedded["count"], embedded["items"], embedded["output_tokens"]) == (2, 4, None)
    assert embedded["provider_j"] is None and "no figures for embeddings" in embedded["why"]
    stream, counted = calls[marks["stream"]], calls[marks["usage"]]
    assert (stream["output_tokens"], stream["about"]) == (4, 1)
    assert (counted["output_tokens"], counted["about"]) == (100, 0)
    unread, left = calls[marks["unread"]], calls[marks["left"]]
    assert (unread["count"], unread["failed"], unread["provider_j"]) == (1, 0, None)
    assert (left["output_tokens"], left["failed"]) == (1, 0)
    assert calls[marks["responses"]]["output_tokens"] == 4 and calls[marks["raw"]]["output_tokens"] == 100
    assert (calls[marks["broken"]]["failed"], calls[marks["broken"]]["why"]) == (1, "none was answered")
    assert calls[marks["awaited"]]["count"] == 1 and calls[marks["gathered"]]["count"] == 4
    assert calls[marks["async stream"]]["output_tokens"] == 4
    assert sum(call["count"] for call in report["llm_calls"]) == 20
    (finding,) = [one for one in report["findings"] if one["rule"] == "repeated-prompt"]
    assert (finding["line"], finding["executions"]) == (marks["five"], 5)
    assert finding["provider_j"] == ask["provider_j"]
    low, high = ask["provider_j"]
    assert 0 < low < high and ask["source"].startswith("EcoLogits ")
    energy = report["energy"]
    parts = energy["process_j"] + energy["other_j"] + (energy["idle_j"] or 0)
    assert energy["total_j"] == pytest.approx(parts), "what the provider used is in none of them"


def test_anthropic(run):
    pytest.importorskip("anthropic")
    report, marks = run(ANTHROPIC)
    calls = by_line(report)
    three = calls[marks["three"]]
    assert (three["count"], three["again"], three["input_tokens"], three["output_tokens"]) == (3, 0, 48, 66)
    assert three["provider_j"][0] < three["provider_j"][1] and three["estimated"] == 3
    assert calls[marks["stream"]]["output_tokens"] == 22 and calls[marks["async"]]["output_tokens"] == 22
    unknown = calls[marks["unknown"]]
    assert unknown["provider_j"] is None and "does not know the model claude-unheard-of" in unknown["why"]
    assert not [one for one in report["findings"] if one["rule"] == "repeated-prompt"]


def test_litellm_is_counted_once_whoever_it_asks(run):
    pytest.importorskip("litellm")
    report, marks = run(LITELLM)
    calls = by_line(report)
    assert sum(call["count"] for call in report["llm_calls"]) == 7
    three, other = calls[marks["three"]], calls[marks["other"]]
    assert (three["provider"], three["count"], three["output_tokens"]) == ("litellm:openai", 3, 300)
    assert (other["provider"], other["count"], other["output_tokens"]) == ("litellm:anthropic", 1, 22)
    assert three["provider_j"] and other["provider_j"]
    assert calls[marks["stream"]]["about"] == 1 and calls[marks["awaited"]]["output_tokens"] == 100
    assert calls[marks["embedding"]]["items"] == 2


@pytest.mark.parametrize(
    ("package", "program", "provider", "tokens", "streamed"),
    [
        ("mistralai.client", MISTRAL, "mistralai", (7, 100), 4),
        ("google.genai", GOOGLE, "google_genai", (4, 8), 8),
        ("huggingface_hub", HUGGING_FACE, "huggingface_hub", (7, 100), 4),
    ],
)
def test_others(run, package, program, provider, tokens, streamed):
    pytest.importorskip(package)
    report, marks = run(program)
    calls = by_line(report)
    three, stream, awaited = (calls[marks[mark]] for mark in ("three", "stream", "awaited"))
    assert (three["provider"], three["count"], three["failed"]) == (provider, 3, 0)
    assert (three["input_tokens"], three["output_tokens"]) == (3 * tokens[0], 3 * tokens[1])
    assert (stream["count"], stream["output_tokens"], awaited["output_tokens"]) == (1, streamed, tokens[1])
    if "embedding" in marks:
        assert (calls[marks["embedding"]]["items"], calls[marks["embedding"]]["input_tokens"]) == (2, 10)


def test_no_queries_leaves_requests_out(run):
    pytest.importorskip("openai")
    plain = 'import os\nfrom openai import OpenAI\nOpenAI(api_key=os.environ["KEY"], base_url=os.environ["SERVICE"]).responses.create(model="gpt-4.1", input="x")\n'
    assert run(plain, "--no-queries")[0]["llm_calls"] == []


def test_counting_costs_far_less_than_a_request():
    path = Path(__file__).parents[1] / "benchmarks" / "llm_counting.py"
    spec = importlib.util.spec_from_file_location("llm_counting", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    assert benchmark.added_us(300) < 2000

"""What a report tells of requests to language models: on lines, by rules, with what is published, in every format."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof import reporters
from greenprof.i18n import speaking
from greenprof.llm import estimate
from greenprof.llm.counts import asked_in
from greenprof.llm.use import calls_of, counted, repeated_prompts, requests_of
from greenprof.model import Asked, Finding, Frame, LlmCall
from greenprof.own_code import own_code
from greenprof.reporters import _models as models

CALL = LlmCall(
    provider="openai", model="gpt-4o-mini", kind="text", path="shop.py", line=12, function="ask", count=1000, failed=0,
    again=940, items=1000, input_tokens=50_000, output_tokens=100_000, untold=0, about=0, elapsed_s=700.0,
    answered="gpt-4o-mini-2024-07-18", host="api.openai.com",
)  # fmt: skip
FINDING = Finding(
    rule="embedding-per-item", group="network", path="shop.py", line=12, column=5, end_line=12, message="one by one",
    severity="warning", confidence="high", cost="request", fix="a list",
)  # fmt: skip
SOURCE = {"shop.py": ["for letter in letters:", "    ask(letter)", "", "ask(1)"]}


def frame(line, path="shop.py"):
    return Frame(path=path, line=line, function="main", function_line=1)


def asked(stack, **changes):
    made = Asked(
        provider="openai", model="gpt-4o", kind="text", stack=stack, count=10, failed=0, again=9, items=10,
        input_tokens=10, output_tokens=20, untold=0, about=0, elapsed_s=1.0,
    )  # fmt: skip
    return replace(made, **changes)


def recording(*each, frames):
    return SimpleNamespace(asked=each, frames=frames)


def requests(*each, frames, runs=1):
    return requests_of([recording(*each, frames=frames)] * runs, own_code([(frames, 1.0)]))


def test_a_request_belongs_to_the_innermost_own_line_and_counts_for_findings_that_it_passes():
    frames = (frame(2), frame(9, "/usr/lib/python3.11/site-packages/agent/core.py"))
    made = requests(asked((0, 1)), frames=frames, runs=2)
    (call,) = calls_of([], made)
    assert (call.path, call.line, call.count, call.output_tokens) == ("shop.py", 2, 10, 20), "means of both runs"
    about = replace(FINDING, line=1, end_line=2)
    elsewhere, other_rule = replace(FINDING, line=30, end_line=31), replace(about, rule="list-front-pop")
    assert [one.executions for one in counted([about, elsewhere, other_rule], made)] == [10, None, None]
    assert calls_of([about, elsewhere, other_rule], made)[0].findings == (0,)


def test_what_is_asked_again_is_a_finding_and_what_is_not_is_none():
    frames = (frame(2), frame(4))
    (found,) = repeated_prompts(requests(asked((0,)), asked((1,), again=2), frames=frames), SOURCE)
    assert (found.rule, found.line, found.executions, found.confidence) == ("repeated-prompt", 2, 10, "high")
    assert found.message == "9 requests to a language model asked the very same as one before"
    (once,) = repeated_prompts(requests(asked((1,)), frames=frames), SOURCE)
    assert (once.line, once.confidence) == (4, "medium")
    assert not repeated_prompts(requests(asked(()), frames=frames), SOURCE), "no own line is known"


def test_what_is_cut_short_or_strange_does_not_count(tmp_path):
    word = b"openai".hex()
    call = {"stack": 0, "provider": word, "kind": "text", "model": word, "answered": "", "host": "", "items": 1,
            "input": 1, "output": 2, "about": False, "again": False, "failed": False, "elapsed_ns": 5}  # fmt: skip
    lines = ['{"pid": 1, "cwd": ""}', '{"number": 0, "frames": []}', json.dumps(call), "nonsense", '{"stack": 1}']
    (tmp_path / "1-1.calls").write_text("\n".join([*lines, json.dumps(call)[:50]]))
    _, (one,) = asked_in(tmp_path, (), tmp_path)
    assert (one.count, one.input_tokens, one.output_tokens, one.stack, one.answered) == (1, 1, 2, (), None)
    assert asked_in(tmp_path / "none", (), tmp_path) == ((), ())


@pytest.fixture
def asking(shop):
    return replace(shop, findings=(FINDING,), llm_calls=(replace(CALL, findings=(0,)),))


def test_the_published_estimate_is_a_range_beside_the_joules_of_this_machine(asking):
    pytest.importorskip("ecologits")
    made = estimate.estimated(asking)
    (call,) = made.llm_calls
    low, high = call.provider_j
    assert call.estimated == 1000 and 3_600 < low < high < 360_000, "1 to 100 Wh for 100,000 tokens of a small model"
    assert call.provider_g_co2e[0] < call.provider_g_co2e[1] and call.why is None
    assert made.energy == asking.energy and made.findings[0].provider_j == call.provider_j


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"model": "x", "answered": None}, "does not know the model x"),
        ({"kind": "embedding"}, "has no figures for embeddings"),
        ({"kind": "other"}, "has no figures for requests of this kind"),
        ({"provider": "litellm:groq"}, "has no figures for the provider groq"),
        ({"output_tokens": None, "untold": 1000}, "did not tell how many tokens"),
        ({"failed": 1000, "output_tokens": None}, "none was answered"),
    ],
)
def test_what_is_not_known_is_none_and_says_why(asking, changes, why):
    pytest.importorskip("ecologits")
    made = estimate.estimated(replace(asking, llm_calls=(replace(CALL, **changes),)))
    assert made.llm_calls[0].provider_j is None and why in made.llm_calls[0].why
    assert made.findings[0].provider_j is None


@pytest.mark.parametrize(
    ("provider", "model"),
    [("litellm:gemini", "gemini-2.5-flash"), ("litellm:", "gpt-4o"), ("mistralai", "mistral-small-latest")],
)
def test_providers_by_their_other_names(asking, provider, model):
    pytest.importorskip("ecologits")
    changed = replace(CALL, provider=provider, model=model, answered=None)
    assert estimate.estimated(replace(asking, llm_calls=(changed,))).llm_calls[0].provider_j is not None


def test_without_the_extra_there_are_counts_and_a_word_how_to_get_more(asking, monkeypatch):
    monkeypatch.setitem(sys.modules, "ecologits", None)
    made = estimate.estimated(asking)
    assert made.llm_calls[0].count == 1000 and made.llm_calls[0].provider_j is None
    assert "pip install 'greenprof[llm]'" in " ".join(reporters.render("text", made).split())


@pytest.fixture
def told(asking):
    call = replace(CALL, findings=(0,), estimated=1000, provider_j=(18_000.0, 36_000.0), provider_g_co2e=(2.0, 4.1),
                   source="EcoLogits 0.11", failed=3)  # fmt: skip
    here = replace(CALL, model="llama", host="127.0.0.1", about=2, count=2, again=0, why="EcoLogits 0.11 does not know "
                   "the model llama")  # fmt: skip
    finding = replace(FINDING, executions=1000, provider_j=(18_000.0, 36_000.0))
    return replace(asking, findings=(finding,), llm_calls=(call, here))


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_format_for_people_tells_them_apart_from_the_joules(told, format_):
    shown = " ".join(reporters.render(format_, told).split())
    for words in ("1,002 requests to language models", "1,000 requests, about 5.0–10 Wh at the provider",
                  "At the providers, by EcoLogits 0.11: 5.0–10 Wh, 2.0–4.1 g CO2e, for 1,000 of 1,002.",
                  "no part of the joules above", "gpt-4o-mini"):  # fmt: skip
        assert words in shown, words
    with speaking("nl"):
        dutch = " ".join(reporters.render(format_, told).split())
    assert "1.002 verzoeken aan taalmodellen" in dutch and "ongeveer 5,0–10 Wh bij de aanbieder" in dutch


def test_one_screen_has_them_too(told):
    from greenprof.reporters import text

    assert "1,002 requests to language models" in text.render(told, width=100, full=False)


@given(st.floats(0, 1e12), st.floats(1, 10))
def test_ranges_have_two_digits_and_their_order(low, times):
    shown = models.at_provider((low, low * times))
    number, unit = shown.rsplit(" ", 1)
    ends = [float(end.replace(",", "")) for end in number.split("–")]
    assert ends == sorted(ends) and unit in {"mWh", "Wh", "kWh"}
    in_j = {"mWh": 3.6, "Wh": 3600.0, "kWh": 3.6e6}[unit]
    assert ends[-1] * in_j == pytest.approx(low * times, rel=0.06, abs=1e-9)


def test_axe_finds_nothing_in_their_table(told, violations):
    page = reporters.render("html", told)
    assert violations(page, ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], theme="light", width=375) == []

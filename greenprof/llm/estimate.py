"""What is published of the energy of requests to language models: EcoLogits, asked offline.

EcoLogits (https://ecologits.ai) works it out of the tokens that were generated: a regression of the energy of GPUs over
the size of the model, a share of the server, and the data centre's overhead (PUE). Its range is that of what nobody
but the provider knows: the size of the model and the PUE. It has no figures for embeddings, pictures and sound, and
none for the input. The mix of electricity is that of the country which it takes the provider's data centres to be in.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from greenprof.model import Finding, LlmCall, Report

J_PER_KWH = 3_600_000.0
NO_EXTRA = "EcoLogits is not installed: pip install 'greenprof[llm]'"

# EcoLogits's names of providers, by those of clients and of LiteLLM.
_PROVIDERS = {
    "openai": "openai", "anthropic": "anthropic", "mistralai": "mistralai", "mistral": "mistralai",
    "google_genai": "google_genai", "gemini": "google_genai", "vertex_ai": "google_genai", "cohere": "cohere",
    "huggingface_hub": "huggingface_hub", "huggingface": "huggingface_hub", "azure": "openai", "azure_ai": "openai",
    "text-completion-openai": "openai", "cohere_chat": "cohere",
}  # fmt: skip

Impacts = Callable[..., Any]
Range = tuple[float, float]


def estimated(report: Report) -> Report:
    """The report with what is published of its requests to language models; as it is if it has none."""
    if not report.llm_calls:
        return report
    found = _ecologits()
    if found is None:
        calls = tuple(replace(call, why=NO_EXTRA) for call in report.llm_calls)
        return replace(report, llm_calls=calls)
    impacts, source = found
    calls = tuple(_with_estimate(call, impacts, source) for call in report.llm_calls)
    findings = tuple(_with_sum(place, finding, calls) for place, finding in enumerate(report.findings))
    return replace(report, llm_calls=calls, findings=findings)


def _ecologits() -> tuple[Impacts, str] | None:
    before = logging.getLoggerClass()
    try:
        from ecologits import __version__
        from ecologits.tracers.utils import llm_impacts
    except ImportError:
        return None
    finally:
        logging.setLoggerClass(before)  # EcoLogits sets one of its own
    logging.getLogger("ecologits").disabled = True  # what it does not know is in the report
    return llm_impacts, f"EcoLogits {__version__}"


def _with_estimate(call: LlmCall, impacts: Impacts, source: str) -> LlmCall:
    told = call.count - call.failed - call.untold
    if call.kind != "text":
        kind = "embeddings" if call.kind == "embedding" else "requests of this kind"
        return replace(call, why=f"{source} has no figures for {kind}")
    if call.failed == call.count:
        return replace(call, why="none was answered")
    if told <= 0 or not call.output_tokens:
        return replace(call, why="the answers did not tell how many tokens they had")
    provider = _provider(call)
    if provider is None:
        return replace(call, why=f"{source} has no figures for the provider {call.provider.removeprefix('litellm:')}")
    for model in filter(None, (call.answered, call.model)):
        found = impacts(
            provider=provider,
            model_name=model,
            output_token_count=call.output_tokens / told,
            request_latency=call.elapsed_s / call.count,
        )
        if found.energy is not None:
            return replace(
                call,
                estimated=told,
                provider_j=_range(found.energy.value, told * J_PER_KWH),
                provider_g_co2e=_range(found.gwp.value, told * 1000.0),
                source=source,
            )
    return replace(call, why=f"{source} does not know the model {call.model}")


def _provider(call: LlmCall) -> str | None:
    name = call.provider.removeprefix("litellm:")
    if name == "" and call.model:  # LiteLLM guesses by the model's name
        name = next((of for word, of in _BY_MODEL.items() if call.model.startswith(word)), "")
    return _PROVIDERS.get(name.rpartition("/")[2] or name)


_BY_MODEL = {"gpt": "openai", "o1": "openai", "o3": "openai", "o4": "openai", "claude": "anthropic",
             "gemini": "google_genai", "mistral": "mistralai", "command": "cohere"}  # fmt: skip


def _range(value: Any, times: float) -> Range:
    """A value of EcoLogits, which may be a range, so many times."""
    return float(getattr(value, "min", value)) * times, float(getattr(value, "max", value)) * times


def _with_sum(place: int, finding: Finding, calls: Iterable[LlmCall]) -> Finding:
    total = total_j([call for call in calls if place in call.findings])
    return finding if total is None else replace(finding, provider_j=total)


def total_j(calls: Sequence[LlmCall]) -> Range | None:
    """The estimates of several lines together, None where there is none: from all that is low to all that is high."""
    known = [call.provider_j for call in calls if call.provider_j is not None]
    return (math.fsum(low for low, _ in known), math.fsum(high for _, high in known)) if known else None

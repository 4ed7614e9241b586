"""Pure: requests to language models on lines and findings: which line asks, and what is asked again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from greenprof.model import Asked, Finding, Frame, LlmCall, Recording
from greenprof.own_code import OwnCode
from greenprof.run_findings import Line, finding_at, line_that_repeats

REPEATED = "repeated-prompt"
_MANY = 3  # so often the very same, and it is worth a finding
_ABOUT = ("embedding-per-item", "request-in-loop", "unbatched-call-in-loop", "invariant-call-in-loop",
          "awaits-one-by-one", "client-per-call", REPEATED)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Requests to one model by one chain of own lines, outermost first, as means of ``runs`` runs."""

    asked: Asked
    frames: tuple[Frame, ...]
    runs: int

    @property
    def count(self) -> float:
        """How many in a run."""
        return self.asked.count / self.runs

    def passes(self, finding: Finding) -> bool:
        """Whether they were sent by a line of the finding, or by what it called."""
        lines = range(finding.line, finding.end_line + 1)
        return any(frame.path == finding.path and frame.line in lines for frame in self.frames)


def requests_of(recordings: Sequence[Recording], own: OwnCode) -> tuple[Requests, ...]:
    """What the recordings counted, by the chains of own lines."""
    found = []
    for recording in recordings:
        for asked in recording.asked:
            stack = tuple(recording.frames[place] for place in asked.stack)
            frames = tuple(own.frames_of(stack) if stack else ()) or stack
            found.append(Requests(asked=asked, frames=frames, runs=len(recordings)))
    return tuple(found)


def counted(findings: Iterable[Finding], requests: Sequence[Requests]) -> tuple[Finding, ...]:
    """The findings about requests with how many were sent by their lines, and whether that was more than one."""
    told = []
    for finding in findings:
        if finding.executions is None and finding.rule in _ABOUT:
            number = round(sum(one.count for one in requests if one.passes(finding)))
            if number:
                finding = replace(finding, executions=number)  # noqa: PLW2901
        told.append(finding)
    return tuple(told)


def repeated_prompts(requests: Sequence[Requests], sources: Mapping[str, Sequence[str]]) -> tuple[Finding, ...]:
    """A finding for each line from which the run saw the very same asked again and again.

    It stands on the innermost own line that a loop runs again, or else on the line that asks.
    """
    places: dict[Line, list[Requests]] = defaultdict(list)
    for one in requests:
        if one.frames:
            places[line_that_repeats(one.frames, sources)].append(one)
    return tuple(
        _finding(line, many, sources)
        for line, many in places.items()
        if line[0] in sources and sum(one.asked.again / one.runs for one in many) >= _MANY
    )


def calls_of(findings: Sequence[Finding], requests: Iterable[Requests]) -> tuple[LlmCall, ...]:
    """The requests of each line to each model, those first that were sent most often."""
    lines: dict[tuple[str, ...], list[Requests]] = defaultdict(list)
    for one in requests:
        line = (one.frames[-1].path, str(one.frames[-1].line)) if one.frames else ("", "")
        asked = one.asked
        lines[*line, asked.provider, asked.model, asked.kind, asked.answered or "", asked.host or ""].append(one)
    told = [_call(many, findings) for many in lines.values()]
    return tuple(sorted(told, key=lambda call: (-call.count, -call.elapsed_s, call.model)))


def _call(many: Sequence[Requests], findings: Sequence[Finding]) -> LlmCall:
    first, runs = many[0].asked, many[0].runs
    innermost = many[0].frames[-1] if many[0].frames else None
    return LlmCall(
        provider=first.provider,
        model=first.model,
        kind=first.kind,
        path=innermost.path if innermost else None,
        line=innermost.line if innermost else None,
        function=innermost.function if innermost else None,
        count=max(1, round(sum(one.asked.count for one in many) / runs)),
        failed=round(sum(one.asked.failed for one in many) / runs),
        again=round(sum(one.asked.again for one in many) / runs),
        items=round(sum(one.asked.items for one in many) / runs),
        input_tokens=_mean([one.asked.input_tokens for one in many], runs),
        output_tokens=_mean([one.asked.output_tokens for one in many], runs),
        untold=round(sum(one.asked.untold for one in many) / runs),
        about=round(sum(one.asked.about for one in many) / runs),
        elapsed_s=sum(one.asked.elapsed_s for one in many) / runs,
        answered=first.answered,
        host=first.host,
        findings=tuple(
            place
            for place, finding in enumerate(findings)
            if finding.rule in _ABOUT and any(one.passes(finding) for one in many)
        ),
    )


def _mean(tokens: Sequence[int | None], runs: int) -> int | None:
    known = [each for each in tokens if each is not None]
    return round(sum(known) / runs) if known else None


def _finding(line: Line, many: Sequence[Requests], sources: Mapping[str, Sequence[str]]) -> Finding:
    again = round(sum(one.asked.again / one.runs for one in many))
    return finding_at(
        line,
        sources,
        rule=REPEATED,
        group="network",
        message=f"{again:,} requests to a language model asked the very same as one before",
        cost="request",
        fix="keep the answers by what was asked: functools.cache, or a cache on disk that runs share",
        executions=round(sum(one.count for one in many)),
    )

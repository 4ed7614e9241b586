"""What a report keeps in English and shows in another language: notes, scopes, grades, known by their pattern.

A saved report, its JSON and other programs have these words as they were written, by meters, the recording, the linter.
Here each is named once more, with a name in braces where something of the run stands; a test holds that the code still
writes them so. What is not known here stays as it is.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from greenprof.i18n import ENGLISH, N_, _, decimal, language, short_day
from greenprof.reporters._kept_meters import METERS
from greenprof.reporters._kept_proofs import PROOFS
from greenprof.reporters._kept_sides import SIDES

_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?(?: ?%| [A-Za-z0-9]{1,5})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

GRADES = (
    N_("error"), N_("warning"), N_("info"),
    N_("high"), N_("medium"), N_("low"),
)  # fmt: skip

GROUPS = (
    N_("database"), N_("network"), N_("loops"), N_("data-structures"), N_("dataframes"), N_("ml"), N_("io"), N_("idle"),
    N_("memory"), N_("deploy"),
)  # fmt: skip

_OF_REPORTS = (
    N_("the processor packages of the whole machine; not memory, disks, network, fans or power supply"),
    N_("the processor packages of the whole machine; not disks, network, fans or power supply"),
    N_("the processor packages and their memory of the whole machine; not disks, network, fans or power supply"),
    N_("the processor packages that pyRAPL finds; not disks, network, fans or power supply"),
    N_("the processor packages and their memory that pyRAPL finds; not disks, network, fans or power supply"),
    N_("the whole platform as the machine's psys counter sees it"),
    N_("what the watts given by hand cover: read from a plug, the whole machine with its power supply"),
    N_("the GPUs {names}: whole boards, memory and idle draw included; not the processors"),
    N_("the whole machine as its battery feeds it: display, disks, radios and fans too; not the charger's losses"),
    N_("{one}; and {other}"),
    N_("child processes that outlived their parents could not be followed on this system"),
    N_("cycles and instructions were counted in the program's own code only, not in the kernel"),
    N_("cycles and instructions are not counted: {reason}"),
    N_("the program ran before measuring began, and what it did then is not counted"),
    N_("the program still ran when measuring ended"),
    N_("1 process that outlived the program still ran when measuring ended: what it used then is not counted"),
    N_("{number} processes that outlived the program still ran when measuring ended: what it used then is not counted"),
    N_("measured for {time} s, because processes outlived the program, which took {own} s"),
    N_("{number} of its many different stacks were kept without their middle"),
    N_("Installed packages count as the program's own code here: nearly all its time passes inside them."),
    N_("Every line counts as the program's own code here: nearly all its time passes in the standard library."),
    N_("What counts as the program's own code was chosen ({patterns}); the rest is other code."),
    N_(
        "What counts as the program's own code differs, so the same joules may stand on other lines: {one} "
        "before, {other} after."
    ),
    N_("its own files"),
    N_("installed packages too"),
    N_("every line"),
    N_("{path} was not linted: it is a template."),
    N_("{paths} were not linted: they are templates."),
    N_("{path} was not linted: it is inside an archive."),
    N_("{paths} were not linted: they are inside an archive."),
    N_("{path} was not linted: it is gone, or not the file that ran."),
    N_("{paths} were not linted: they are gone, or not the files that ran."),
    N_("{path} was not linted: {reason}"),
    N_("{source} has no figures for embeddings"),
    N_("{source} has no figures for requests of this kind"),
    N_("{source} has no figures for the provider {name}"),
    N_("{source} does not know the model {name}"),
    N_("the answers did not tell how many tokens they had"),
    N_("none was answered"),
    N_("EcoLogits is not installed: pip install 'greenprof[llm]'"),
    N_(
        "Only the files that ran were linted, not the project around them: {place} has more than {number} files and "
        "folders."
    ),
    N_("Only the files that ran were linted, not the project around them: it has more than {number} MB of Python."),
    N_("The source was not linted."),
    N_("The source was not linted: {reason}"),
    N_("No code that ran matches what was included: {patterns}."),
    N_("The emissions are not known: {reason}"),
    N_("run {number} of {all} failed, so it was the last"),
    N_("no Python process was sampled: there was none of 3.11 or newer, or it ended too soon"),
    N_(
        "1 short-lived process in Python, {time} s of CPU time, ended before being seen at work: it stands "
        "under the command, not on lines"
    ),
    N_(
        "{number} short-lived processes in Python, {time} s of CPU time, ended before being seen at work: it "
        "stands under the command, not on lines"
    ),
    N_(
        "{time} s of CPU time of threads that run no Python (of NumPy's BLAS, for instance) stand on the "
        "lines that ran or waited meanwhile"
    ),
    N_("the worker {name} was lost {time} s after the start: what it used is not known"),
    N_("the worker {name} was lost {time} s after the start: what it used after {known} s is not known"),
    N_("the joules of machine {name} are not known: {reason}"),
    N_("{time} s of machine {name} have no known joules"),
    N_("{number} of {all} samples were dropped: the stack changed while it was read"),
    N_("greenprof was ended before the program: this is what it had seen in the first {time} s."),
    N_("processor {cpu} is {entry} in codecarbon's table, {packages} x {watts} W TDP"),
    N_("processor {cpu} is not in codecarbon's table: {guess}"),
    N_("TDP guessed as {threads} CPUs x {watts} W, as in the servers that the model is fitted to"),
    N_("TDP of {watts} W given by hand"),
    N_("virtual machine: only its {threads} CPUs are estimated, not the machine that it shares"),
    N_("container ({name}): the CPU time that it shows may be that of the whole host"),
    N_("a control group holds this process to {limit} of {threads} CPUs: it may be waiting for its turn"),
    N_("unlike cores ({names}): a CPU second is taken as equal on all, but costs less on the small ones"),
    N_("the hypervisor gave {share} of the CPU time to others: run times are longer for it"),
    N_("the machine was suspended for {time} s, which are not in the joules"),
    N_("error band: 95th percentile on {data}, each with the model fitted to the other"),
    N_(
        "error band: 95th percentile on {data}, each calibrated under one kind of load and tested under the "
        "other, with the knee of the other server, at {number} loads"
    ),
    N_("RAPL readings of two servers at known load ({names})"),
    N_("how well the curve fits watts that were given by hand was not checked"),
    N_("{domain} counted once: {zone} is another view of {other}"),
    N_("{domain} counted once: {zone} shows the same counter"),
    N_("{domain}: some joules cannot be known ({cause})"),
    N_("the counter was reset, or read too seldom for what it can hold"),
    N_("{domain}: the counter stood still for {time} s, so its joules are unknown"),
    N_("{domain} left out: its counter does not move"),
    N_("a replay of {path} (meter {name}, {time}): these joules were not drawn by what runs now"),
    N_("the recording ended after {time} s: joules after that are unknown"),
    N_(
        "how lines are divided over native functions is estimated from {number} samples of {version}, which "
        "held the program for each of them"
    ),
    N_(
        "Target {name}: {goal} by {by}, from {baseline} on {on}; the straight line allows {course} today. "
        "This run: {actual}, {status}"
    ),
    N_("rows of {model} are asked for here"),
    N_("rows of {model} are asked for here, with {relations}"),
    N_("rows of {model} are asked for here, without their relations"),
    N_("a {model}, from who knows where"),
    N_("a {model}, from who knows where, with {relations}"),
    N_("a {model}, from who knows where, without their relations"),
    N_("once a round of this loop"),
    N_("once for each row that a serializer is given here"),
    N_("once for each row that is shown here"),
    N_("once for each object of this list that a query asks for"),
    N_("once for each row of this admin page"),
    N_("once for each choice of this field"),
    N_("once for each of these"),
    N_("{model}.{name} is declared here"),
    N_("{model}.{name} is the other side of this"),
    N_("{name} is called here"),
    N_("reading {name} sends a query"),
    N_("reading {name} fetches what the query left out"),
    N_("{name} sends a statement"),
    N_("{name} sends a query"),
    N_("this sends a query"),
    N_("{path}:{line}: not fixed: {rule} is not looked for in this file"),
    N_("{path}:{line}: not fixed: a comment there ignores {rule}"),
    N_("no rule or group is called {name}"),
    N_("correct the name, or remove it"),
    N_("{word} is not found here"),
    N_("silences nothing that is found here"),
    N_("remove the comment"),
    N_("remove {word}"),
    N_("the machines differ, {one} and {other}"),
    N_("the one is measured and the other estimated"),
    N_("the meters see different things, {one} and {other}"),
    N_("no overhead counted"),
    N_("given by the user"),
    N_("hourly factors of {file}"),
    N_(
        "weighted average of 776 data centres of the EU, 2023 and 2024, European Commission, Energy "
        "Efficiency Directive"
    ),
    N_("average of the Uptime Institute Global Data Center Survey 2024"),
    N_("{amount} kg CO2e for the computer over {years} years, {share} % of it for the time of the run"),
    N_("as asked"),
    N_("{factor} g/kWh, {name}"),
    N_("PUE {pue}, no overhead"),
    N_("PUE {pue}, average, {name}"),
    N_("{share} % less energy"),
    N_("location-based"),
    N_("market-based"),
    N_("life cycle"),
    N_("direct"),
    N_("constant"),
    N_("exponential"),
    N_("no order describes the costs"),
    N_("{orders} cannot be told apart; larger sizes, or more runs, would tell"),
    N_("hardly anything of the cost grows, most of it is start-up; take larger sizes"),
    N_("ended after {time} s (--max-time), before it was enough"),
    N_("ended after {time} s (--max-time) and {number} of {all} rounds"),
    N_("±{share} % was not reached after {number} runs: {names}"),
    N_("ratios and verdicts are of the CPU time of pairs that ran at the same time on one core (--race)"),
    N_("joules of some runs are unknown, so CPU time is compared: the runs are too short for the meter"),
    N_("a run used nothing that could be measured"),
    N_("{number} runs are too few, {fewest} would do"),
    N_("the runs lie too far apart"),
    N_("less than {share} % cannot be told from so many runs"),
    N_("nothing was measured"),
    N_("ended after {number} pairs, {more} before the next look"),
    N_("the first pairs showed a change that the confirming ones did not"),
    N_("failed in {number} of {all} runs (exit code {codes})"),
    N_("the first run lies far from the others: more --warmup, or --prepare, makes them alike"),
    N_(
        "{number} of {all} runs far from the others: something else was at work, or the command does not "
        "always do the same"
    ),
)
SENTENCES = (*_OF_REPORTS, *METERS, *PROOFS, *SIDES)
STATUSES = (N_("reached"), N_("on course"), N_("within uncertainty"), N_("behind"), N_("not known"))


class Foreign(str):
    """Words that are not in the language of the context."""

    __slots__ = ()


def told(words: str) -> str:
    """`words` in the language of the context; `Foreign` where they are not known."""
    if language() == ENGLISH or not words:
        return words
    if words in _known():
        return _(words)
    for sentence in SENTENCES:
        if "{" in sentence and (found := pattern_of(sentence).fullmatch(words)):
            return _(sentence, **{name: told(value) for name, value in found.groupdict().items()})
    return _amount(words) or Foreign(words)


def _amount(words: str) -> str | None:
    """A number, an amount or a day that stands in a sentence; None for anything else."""
    if words.startswith("about "):
        return _("about {amount}", amount=told(words.removeprefix("about ")))
    if _DAY.fullmatch(words):
        return short_day(date.fromisoformat(words))
    return decimal(words) if _NUMBER.fullmatch(words) else None


@cache
def _known() -> frozenset[str]:
    return frozenset((*GRADES, *GROUPS, *STATUSES, *(each for each in SENTENCES if "{" not in each)))


@cache
def pattern_of(sentence: str) -> re.Pattern[str]:
    """What finds `sentence` with anything at the places that it names in braces."""
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile("".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)))

"""Pure: the commands that were given, with the values of parameters filled in, as cases to run."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.redact import redact
from greenprof.versus.nouns import Case

MOST_VALUES = 1000
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?:([:*])({_NUMBER}))?")
_LIKE_A_RANGE = re.compile(rf"{_NUMBER}\.\.")
_NAME = re.compile(r"[A-Za-z_]\w*")
_PLACE = re.compile(r"\{\{(\w+)\}\}|\{([A-Za-z_]\w*)\}")
_OF_THE_SHELL = frozenset({"|", "||", "&&", ";", "&", ">", ">>", "<", "2>", "2>&1"})


def values(name: str, text: str) -> tuple[str, ...]:
    """The values of a parameter: ``1,10,100``, ``a,b``, ``1..5``, ``0..1:0.25`` (step), ``10..10000*10`` (factor).

    Raises `GreenprofError` for what is neither.
    """
    if not _NAME.fullmatch(name):
        raise _wrong(name, text, "a parameter is named by letters, digits and _")
    found: list[str] = []
    for part in text.split(","):
        if not part.strip():
            raise _wrong(name, text, "a value is empty")
        found += _part(name, text, part.strip())
        if len(found) > MOST_VALUES:
            raise _wrong(name, text, f"these are more than {MOST_VALUES:,} values")
    if len(set(found)) < len(found):
        raise _wrong(name, text, "a value is there twice")
    return tuple(found)


def _part(name: str, text: str, part: str) -> list[str]:
    match = _RANGE.fullmatch(part)
    if match is None:
        if _LIKE_A_RANGE.match(part):
            raise _wrong(name, text, f"{part} is no range: write 1..10, 1..10:2 or 1..1000*10")
        return [part]
    low, high = Decimal(match[1]), Decimal(match[2])
    by, step = match[3] or ":", Decimal(match[4] or 1)
    if low > high:
        raise _wrong(name, text, f"{part} ends before it begins")
    if (by == "*" and (step <= 1 or low <= 0)) or step <= 0:
        raise _wrong(name, text, f"{part} never ends: a step is above 0, a factor above 1 and begins above 0")
    found: list[str] = []
    while low <= high and len(found) <= MOST_VALUES:
        found.append(f"{low.normalize():f}")
        low = low * step if by == "*" else low + step
    return found


def sizes(text: str) -> tuple[str, tuple[str, ...]]:
    """The parameter of ``n=1000,10000,100000`` and its sizes, smallest first; raises `GreenprofError`."""
    name, equals, rest = text.partition("=")
    if not equals:
        raise GreenprofError(f"--scale {text}: write it as n=1000,10000,100000", EXIT_USAGE)
    found = values(name.strip(), rest)
    try:
        numbers = sorted((float(value), value) for value in found)
    except ValueError:
        raise _wrong(name, rest, "sizes are numbers") from None
    if len({number for number, _ in numbers}) < 3:
        raise _wrong(name, rest, "growth needs three sizes at least, and five tell more")
    if not 0 < numbers[0][0] <= numbers[-1][0] < 1e300:
        raise _wrong(name, rest, "sizes are above 0")
    return name.strip(), tuple(value for _, value in numbers)


def _wrong(name: str, text: str, why: str) -> GreenprofError:
    return GreenprofError(f"{name} = {text or 'nothing'}: {why}", EXIT_USAGE)


def cases(
    commands: Sequence[str],
    parameters: Mapping[str, Sequence[str]],
    *,
    names: Sequence[str] = (),
    baseline: str | None = None,
    shell: bool = False,
    setup: Sequence[str] = (),
    prepare: Sequence[str] = (),
    conclude: Sequence[str] = (),
    cleanup: Sequence[str] = (),
    stdin: Path | None = None,
) -> tuple[Case, ...]:
    """Every command with every combination of values; raises `GreenprofError` for what cannot be meant.

    Of several commands `baseline` is one, and each is set beside that one at the same values. Of a single one it is a
    case. `setup`, `prepare`, `conclude` and `cleanup` are for all commands, or one for each; all of them read
    the file `stdin`.
    """
    if names and len(names) != len(commands):
        raise GreenprofError(f"{len(names)} names for {len(commands)} commands: give one --name for each", EXIT_USAGE)
    shown = [_masked(command) for command in commands]
    named, names = bool(names), names or shown
    if len(set(names)) < len(names):
        raise GreenprofError("two of the commands have the same name: tell them apart by --name", EXIT_USAGE)
    hooks = {
        option: _for_each(option, given, len(commands))
        for option, given in (("setup", setup), ("prepare", prepare), ("conclude", conclude), ("cleanup", cleanup))
    }
    _check_places(commands, parameters, [*setup, *prepare, *conclude, *cleanup])
    number = len(commands) * math.prod(map(len, parameters.values()))
    if number > MOST_VALUES:
        raise GreenprofError(f"{number:,} commands are more than {MOST_VALUES:,}", EXIT_USAGE)
    combinations = [dict(zip(parameters, chosen, strict=True)) for chosen in product(*parameters.values())]
    made = [
        Case(
            name=_named(names[place], chosen) if named else _filled(shown[place], chosen),
            command=_filled(shown[place], chosen),
            argv=_argv(_filled(command, chosen), shell),
            template=place,
            written=names[place],
            base=0,
            parameters=tuple(chosen.items()),
            setup=_hook(hooks["setup"][place], chosen, shell),
            prepare=_hook(hooks["prepare"][place], chosen, shell),
            conclude=_hook(hooks["conclude"][place], chosen, shell),
            stdin=stdin,
            cleanup=_hook(hooks["cleanup"][place], chosen, shell),
        )
        for place, command in enumerate(commands)
        for chosen in combinations
    ]
    if len(made) < 2:
        raise GreenprofError(
            "there is nothing to compare with: give two commands, or one with --parameter or --scale", EXIT_USAGE
        )
    choices = list(names) if len(commands) > 1 else [case.name for case in made]
    chosen_base = _chosen(baseline, choices)
    return tuple(
        replace(
            case,
            base=chosen_base * len(combinations) + place % len(combinations) if len(commands) > 1 else chosen_base,
        )
        for place, case in enumerate(made)
    )


def _hook(command: str | None, chosen: Mapping[str, str], shell: bool) -> tuple[str, ...] | None:
    return None if command is None else _argv(_filled(command, chosen), shell)


def _chosen(baseline: str | None, choices: Sequence[str]) -> int:
    if baseline is None:
        return 0
    if baseline in choices:
        return choices.index(baseline)
    if baseline.isdecimal() and 1 <= int(baseline) <= len(choices):
        return int(baseline) - 1
    raise GreenprofError(
        f"--baseline {baseline}: give a number from 1 to {len(choices)}, or one of the names", EXIT_USAGE
    )


def _for_each(option: str, given: Sequence[str], number: int) -> list[str | None]:
    if len(given) not in {0, 1, number}:
        raise GreenprofError(
            f"{len(given)} times --{option} for {number} commands: give one for all, or one for each", EXIT_USAGE
        )
    return list(given) if len(given) == number else [given[0] if given else None] * number


def _check_places(commands: Sequence[str], parameters: Mapping[str, Sequence[str]], hooks: Sequence[str]) -> None:
    """Without parameters braces are a command's own."""
    if not parameters:
        return
    used: set[str] = set()
    for text in (*commands, *hooks):
        for match in _PLACE.finditer(text):
            if match[2] and match[2] not in parameters:
                raise GreenprofError(
                    f"{text}: {{{match[2]}}} is no parameter (there is {', '.join(parameters)}); "
                    f"write {{{{{match[2]}}}}} for braces that the command is to get",
                    EXIT_USAGE,
                )
            used.add(match[2])
    for name in parameters:
        if name not in used:
            raise GreenprofError(f"no command has {{{name}}} in it, where its values go", EXIT_USAGE)


def _filled(text: str, chosen: Mapping[str, str]) -> str:
    if not chosen:
        return text
    return _PLACE.sub(lambda match: f"{{{match[1]}}}" if match[1] else chosen[match[2]], text)


def _masked(command: str) -> str:
    """The command as it is shown and saved: what looks like a secret is not."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    masked = redact(words)
    return command if list(masked) == words else shlex.join(masked)


def _named(name: str, chosen: Mapping[str, str]) -> str:
    told = ", ".join(f"{key}={value}" for key, value in chosen.items() if f"{{{key}}}" not in name)
    filled = _PLACE.sub(lambda match: chosen.get(match[2] or "", match[0]), name)
    return f"{filled} ({told})" if told else filled


def _argv(command: str, shell: bool) -> tuple[str, ...]:
    if not command.strip():
        raise GreenprofError("a command is empty", EXIT_USAGE)
    if shell:
        return ("/bin/sh", "-c", command)
    try:
        words = shlex.split(command)
        bare = _OF_THE_SHELL.intersection(shlex.split(command, posix=False))
    except ValueError as error:
        why = str(error).lower()
        raise GreenprofError(f"{command}: cannot be split into words ({why})", EXIT_USAGE) from None
    if bare:
        raise GreenprofError(f"{command}: {min(bare)} is for a shell: add --shell, or put it in quotes", EXIT_USAGE)
    return tuple(words)

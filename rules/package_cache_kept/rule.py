"""Package managers that leave their downloads in an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Edit
from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.dockerfile import dockerfile_of
from greenprof.lint.manifests.installs import CLEANED, pip_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.dockerfile import Dockerfile, Instruction, Run
    from greenprof.lint.manifests.shell import Command

_APT = ("apt-get", "apt")
# Each use fetches what packages there are, if no cache has it; yum is dnf by its old name.
_WITH_METADATA = (frozenset({"dnf", "yum"}), frozenset({"microdnf"}))
_UV_OPTIONS = ("--no-cache", "--no-cache-dir", "-n")  # the second is uv's other name for the first
_OFF = ("", "0", "false", "no", "off")


class PackageCacheKept(ManifestRule):
    """What was needed to install is sent to every machine that pulls the image."""

    name = "package-cache-kept"
    message = "leaves what was downloaded in the image"
    fix = "remove it in the same RUN, or use a cache mount"
    cost = "request"
    mends = True
    reads = frozenset({"dockerfile"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Installations whose layer is in the image."""
        file = dockerfile_of(manifest)
        for number in file.shipped:
            environment = file.environment(number)
            layers = [one for one in file.stages[number].instructions if one.name == "RUN" and not one.mounts("cache")]
            for place, one in enumerate(layers):
                kept = _that_use_it_again(layers, place)
                yield from _hits(one, environment, kept, is_needed=_is_needed(file, one))


def _that_use_it_again(layers: Sequence[Instruction], place: int) -> frozenset[str]:
    """The programs that find in a later layer what they left in this one, or whose cache is filled on purpose."""
    later = [run.command for one in layers[place + 1 :] for run in one.runs if "clean" not in run.command.words]
    filled = [run.command for one in layers for run in one.runs if "makecache" in run.command.words]
    found = {one.program for one in (*later, *filled)}
    return frozenset().union(*(names for names in _WITH_METADATA if not names.isdisjoint(found)))


def _is_needed(file: Dockerfile, one: Instruction) -> bool:
    """Whether something behind an instruction installs from the lists that it has fetched, and fetches none itself."""
    behind = [each for stage in file.stages for each in stage.instructions if each.line > one.line]
    commands = [[run.command for run in each.runs] for each in behind if each.name == "RUN"]
    return any(
        any(each.program in _APT and "install" in each.words for each in those)
        and not any(each.program in _APT and "update" in each.words for each in those)
        for those in commands
    )


def _hits(
    one: Instruction, environment: Mapping[str, str], kept: frozenset[str], is_needed: bool
) -> Iterator[ManifestHit]:
    runs = one.runs
    for run in runs:
        found = _option(run.command, [each.command for each in runs], environment)
        if found is not None:
            tool, after, option = found
            edits = (_inserted(run, after, f" {option}"),) if run.is_text else ()
            fix = f"add {option}, or use a cache mount"
            yield ManifestHit(at=run.span, message=_message(tool), fix=fix, edits=edits, safe=bool(edits))
    said = set[str]()
    for run in runs:
        command = run.command
        for program, first, cleaned, how in CLEANED:
            if not command.starts(program, first) or program in said or _is_cleaned(runs, program, cleaned):
                continue
            said.add(program)
            last = runs[-1]
            behind = one.text[last.command.end :].strip() if not one.heredocs and one.as_list is None else "x"
            can_go = not behind and last.is_text and not (program in _APT and is_needed)
            edits = (_inserted(last, len(last.command.words) - 1, f" && {how}"),) if can_go else ()
            at = one.span if not run.is_text else run.span
            yield ManifestHit(
                at=at,
                confidence="low" if program in kept else "medium" if program == "npm" else "high",
                message=_message(program),
                edits=edits,
                safe=bool(edits),
            )


def _message(tool: str) -> str:
    return f"leaves what {tool} has downloaded in a layer of the image"


def _option(command: Command, all_: list[Command], environment: Mapping[str, str]) -> tuple[str, int, str] | None:
    """The tool, the word behind which its option goes, and the option; None where nothing is left behind."""
    cleaned = " ".join(word for each in all_ for word in each.words)
    words = command.words
    if command.program == "uv" and words[1:2] in (("sync",), ("pip",)):
        kept = environment.get("UV_NO_CACHE", "").lower() in _OFF and ".cache" not in cleaned
        installs = words[1] == "sync" or words[2:3] == ("install",)
        return ("uv", 0, "--no-cache") if installs and kept and not command.has(*_UV_OPTIONS) else None
    if pip_words(command) is not None:
        set_ = [*environment, *(each.partition("=")[0] for each in command.assigned)]
        kept = "PIP_NO_CACHE_DIR" not in set_ and ".cache" not in cleaned and "purge" not in cleaned.split()
        asked = command.has("--no-cache-dir", "--no-cache")
        return ("pip", words.index("install"), "--no-cache-dir") if kept and not asked else None
    if command.program == "apk" and "add" in words:
        kept = not command.has("--no-cache") and "/var/cache/apk" not in cleaned
        return ("apk", words.index("add"), "--no-cache") if kept else None
    return None


def _is_cleaned(runs: tuple[Run, ...], program: str, cleaned: str) -> bool:
    commands = [each.command for each in runs]
    if cleaned.startswith("/"):
        removed = [word for each in commands for word in each.words]
        return any(cleaned in word or word in ("/var/lib/apt/*", "/var/lib/apt") for word in removed)
    return any("clean" in each.words for each in commands if each.program == program) or any(
        "/var/cache" in word or ".npm" in word for each in commands if each.program == "rm" for word in each.words
    )


def _inserted(run: Run, word: int, text: str) -> Edit:
    line, column = run.behind(word)
    return Edit(line=line, column=column, end_line=line, end_column=column, text=text)

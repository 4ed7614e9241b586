"""Servers for development in what is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.compose import is_for_development, services_in
from greenprof.lint.manifests.dockerfile import dockerfile_of, pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.shell import Command

# The first words of a command, options left out.
_SERVERS = (
    ("npm", "run", "dev"), ("npm", "run", "serve"), ("npm", "run", "start:dev"), ("yarn", "dev"),
    ("yarn", "run", "dev"), ("yarn", "serve"), ("yarn", "start:dev"), ("pnpm", "dev"), ("pnpm", "run", "dev"),
    ("bun", "dev"), ("next", "dev"), ("nuxt", "dev"), ("vite", "dev"), ("vite", "serve"),
    ("ng", "serve"), ("react-scripts", "start"),
    ("vue-cli-service", "serve"), ("webpack", "serve"), ("webpack-dev-server",), ("nodemon",),
    ("tsx", "watch"), ("ts-node-dev",), ("fastapi", "dev"), ("php", "artisan", "serve"), ("symfony", "server:start"),
    ("go", "run"), ("air",), ("cargo", "run"), ("cargo", "watch"), ("mvn", "spring-boot:run"),
    ("mvnw", "spring-boot:run"), ("gradle", "bootRun"), ("gradlew", "bootRun"),
    ("dotnet", "run"), ("dotnet", "watch"), ("watchmedo", "auto-restart"),
)  # fmt: skip
# A program, a word somewhere behind it, and words that make it another thing.
_SPECIAL = (
    ("manage.py", "runserver", ()), ("flask", "run", ()), ("php", "-S", ()),
    ("vite", "", ("build", "preview", "optimize")),
)  # fmt: skip
_RELOADING = ("uvicorn", "gunicorn", "hypercorn", "sanic")
_RUNNERS = ("npx", "bunx", "poetry", "pipenv", "uv", "pdm", "hatch", "bundle")
_MODES = {"FLASK_DEBUG": ("1", "true", "on"), "FLASK_ENV": ("development",), "NODE_ENV": ("development",)}


class DevelopmentServer(ManifestRule):
    """It looks for changed files for as long as it runs."""

    name = "development-server"
    message = "runs a server for development"
    fix = "run what its framework names for production, without reloading"
    cost = "cpu"
    reads = frozenset({"dockerfile", "compose"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """What images and services run, unless they are for development."""
        if is_for_development(manifest.path):
            return
        if manifest.kind == "dockerfile":
            yield from _of_image(manifest)
        for service in services_in(manifest):
            if service.mounts_sources:
                continue
            for word in ("command", "entrypoint"):
                what = next((found for one in service.commands(word) if (found := _server(one))), None)
                node = service.node.get(word)
                if what is not None and node is not None:
                    yield ManifestHit(at=node.span, message=f"runs a server for development: {what}")
            mode, node = _mode(service.environment), service.node.get("environment")
            if mode is not None and node is not None:
                message = f"runs in a mode for development: {mode}"
                yield ManifestHit(at=node.span, confidence="medium", message=message)


def _of_image(manifest: Manifest) -> Iterator[ManifestHit]:
    file = dockerfile_of(manifest)
    if not file.shipped or is_for_development(file.stages[-1].name or ""):
        return
    for name in ("ENTRYPOINT", "CMD"):
        last = file.last(name)
        what = next((found for run in last[1].runs if (found := _server(run.command))), None) if last else None
        if last is not None and what is not None:
            yield ManifestHit(at=last[1].span, message=f"runs a server for development: {what}")
            return
    for one in (each for number in file.shipped for each in file.stages[number].instructions if each.name == "ENV"):
        mode = _mode(pairs_of(one.text))
        if mode is not None and _mode(file.environment(len(file.stages) - 1)) is not None:
            message = f"runs in a mode for development: {mode}"
            yield ManifestHit(at=one.span, confidence="medium", message=message)


def _mode(environment: dict[str, str]) -> str | None:
    return next((f"{name}={environment[name]}" for name, values in _MODES.items()
                 if environment.get(name, "").lower() in values), None)  # fmt: skip


def _server(command: Command) -> str | None:
    """The words of a server for development; None for another program."""
    program, *rest = _without_runners(list(command.words)) or [""]
    program = program.rpartition("/")[2]
    for name, word, unless in _SPECIAL:
        if program == name and (not word or word in rest) and not any(each in unless for each in rest):
            return f"{name} {word}".strip()
    if program in _RELOADING and any(each in ("--reload", "--auto-reload", "--debug") for each in rest):
        return f"{program} --reload"
    plain = (program, *(each for each in rest if not each.startswith("-")))
    return next((" ".join(one) for one in _SERVERS if plain[: len(one)] == one), None)


def _without_runners(words: list[str]) -> list[str]:
    """A command without what starts it in an environment: ``poetry run``, ``npx``, ``python -m``."""
    while words and words[0].rpartition("/")[2] in _RUNNERS:
        words = words[1:]
        while words and (words[0] in ("run", "exec") or words[0].startswith("-")):
            words = words[1:]
    if words and words[0].rpartition("/")[2].startswith("python"):
        words = [each for each in words[1:] if each not in ("-m", "-u", "-O")]
    return words

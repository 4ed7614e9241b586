"""Deployment manifests: what a program is started with, and how often, linted beside its source.

What a file is, its name and a cheap look at its text decide (`kinds`): ``kubernetes`` (YAML with ``apiVersion`` and a
``kind`` that rules know; ``kustomization.yaml``), ``compose``, ``github`` (workflows), ``gitlab`` and ``dockerfile``.
YAML is parsed document by document, and only those of a kind that some rule reads (`documents`).

A rule about manifests is a folder like any other, with ``bad.yaml`` and ``good.yaml`` (or ``bad.Dockerfile`` and
``good.Dockerfile``, or folders ``bad/`` and ``good/`` of several files) and without ``run``; ``rule.py`` holds::

    class TooOften(ManifestRule):
        name = "too-often"
        message = "starts every minute"
        fix = "start it as often as its result is needed"
        reads = frozenset({"kubernetes"})          # the kinds of manifests that it is shown

        def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
            for document in manifest.documents:    # YAML: one `Node` each; manifest.lines: any text
                if (when := document.get("spec", "schedule")) is not None and when.text == "* * * * *":
                    yield ManifestHit(at=when.span, edits=(replaced(when, "*/5 * * * *"),), safe=False)

- `Node` (`nodes`): ``get("spec", "replicas")`` follows keys (merge keys and aliases too) and is None where there is
  nothing; ``text`` is a scalar as the reader means it, None for others; ``items`` those of a list, ``pairs`` those of a
  mapping; ``span`` is where its key stands, else itself. It never raises on odd shapes.
- `ManifestHit.at` is a `Span` (line, column, end_line; from 1). Say what fits the case in ``message`` and ``fix``.
- Fixes are edits of the text, so that comments, order and quotes stay: `edits.replaced`, `edits.removed`,
  `edits.added` (a key to a mapping), or any `greenprof.model.Edit`. A rule that has some says ``mends = True``.
- What another file may settle (an autoscaler, a kustomization): ``ManifestRule.tells`` gives facts of a manifest, and
  a hit with ``unless="fact"`` stands only where none of the files linted together tells that fact.
- ``dockerfile`` knows stages and instructions, ``shell`` the commands in a text, ``installs`` those that fetch
  dependencies; ``compose`` knows services, ``workflows`` what starts on GitHub, ``pipelines`` the jobs of GitLab.
- ``kubernetes`` knows the objects of documents, their pods and containers; ``quantities`` reads ``250m`` and ``1Gi``.

``# expect: rule-name`` at the end of a line marks it; alone on a line it marks the next one (a Dockerfile has no
comments behind instructions). So do ``# greenprof: ignore[rule-name]`` comments. The page has the heading *Saving* in
place of *Measured saving*, which begins with ``Saving: …`` (a figure, and *by arithmetic* or *published*).
"""

from __future__ import annotations

from greenprof.lint.manifests.edits import added, removed, replaced
from greenprof.lint.manifests.nodes import Node
from greenprof.lint.manifests.rule import Manifest, ManifestHit, ManifestRule, Span

__all__ = ["Manifest", "ManifestHit", "ManifestRule", "Node", "Span", "added", "removed", "replaced"]

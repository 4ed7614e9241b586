"""A proof as JSON, for tools; units are in the names."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from greenprof import __version__
from greenprof.prove.nouns import Proof, Saving
from greenprof.wire import dumps


def render(proof: Proof, patch: str) -> str:
    """Format 1: what was asked, each trial with its saving, all together, and the patch."""
    return dumps(
        {
            "format": "greenprof-proof",
            "version": 1,
            "greenprof": __version__,
            "command": list(proof.asked.command),
            "tests": list(proof.asked.tests),
            "confidence": proof.asked.confidence,
            "started_at": proof.started_at,
            "duration_s": proof.seconds,
            "kept": len(proof.kept),
            "trials": [
                {
                    "rule": one.candidate.rule,
                    "path": one.candidate.path,
                    "line": one.candidate.line,
                    "message": one.candidate.message,
                    "also": list(one.candidate.also),
                    "fix_is_safe": one.candidate.is_safe,
                    "energy_j": one.candidate.energy_j,
                    "executions": one.candidate.executions,
                    "verdict": one.verdict,
                    "detail": one.detail,
                    "saving": _saving(one.saving),
                    "patch": _text(one.patch),
                    "duration_s": one.seconds,
                }
                for one in proof.trials
            ],
            "together": _saving(proof.together),
            "patch": _text(proof.patch),
            "patch_file": patch or None,
            "not_tried": list(proof.left),
            "notes": list(proof.notes),
        }
    )


def _saving(saving: Saving | None) -> dict[str, Any] | None:
    return None if saving is None else asdict(saving)


def _text(patch: str) -> str:
    """What is not UTF-8 in it would be no JSON."""
    return patch.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

"""All that is known of the findings, for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from greenprof import __version__
from greenprof.estimate import estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenprof.lint.formats import Shown
    from greenprof.lint.shards import Shard


def render(shown: Shown) -> str:
    """One object; a key once there keeps its meaning."""
    result = shown.result
    findings = [{**asdict(one), "estimate": estimate(one)} for one in result.findings]
    errors = [asdict(one) for one in result.errors]
    return written(findings, errors, files=result.files, lines=result.lines, shard=shown.shard)


def written(
    findings: Sequence[dict[str, Any]],
    errors: Sequence[dict[str, Any]],
    *,
    files: int,
    lines: int,
    shard: Shard | None = None,
) -> str:
    """The object; it says which part of a run it is, if it is one."""
    data = {
        "format": "greenprof-lint",
        "version": 1,
        "greenprof": __version__,
        **({} if shard is None else {"shard": str(shard)}),
        "findings": findings,
        "errors": errors,
        "files": files,
        "lines": lines,
    }
    return json.dumps(data, indent=1) + "\n"

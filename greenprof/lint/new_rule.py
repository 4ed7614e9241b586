"""The folder of a new rule: a small one that works, to begin from."""

from __future__ import annotations

import re
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.registry import load_rules

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")

_RULE = '''"""One sentence: the pattern that is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.place import Place


class {kind}(Rule):
    """One sentence: why it costs energy, and what to do instead."""

    name = "{name}"
    group = "loops"
    message = "asks for one price in each round of this loop"
    fix = "ask for all prices at once with prices_of"
    screen = Screen(words=frozenset({{"price_of"}}))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``price_of(number)`` in a loop over more than a few items."""
        if here.method(node) != "price_of" or here.many(node) is None:
            return None
        return Hit(node)
'''

_BAD = """from functools import reduce
from operator import xor


def price_of(number):
    table = [each * 3 % 101 for each in range(100)]
    return table[number % 100]


def run(n=2_000):
    prices = []
    for number in range(n):
        prices.append(price_of(number))  # expect: {name}
    return reduce(xor, prices, 0)
"""

_GOOD = """from functools import reduce
from operator import xor


def prices_of(numbers):
    table = [each * 3 % 101 for each in range(100)]
    return [table[number % 100] for number in numbers]


def run(n=2_000):
    return reduce(xor, prices_of(range(n)), 0)
"""

_PAGE = """# {name}

Group `loops`, cost class `cpu`, on by default. Silence one line with `# greenprof: ignore[{name}]`.

## What it finds

A call of `price_of` in a loop over more than a few items.

## Why it costs energy

Each call builds the whole table of prices again, to read one of them.

## Example

```python
{bad}```

## Use instead

Ask for all prices at once, so that the table is built once.

```python
{good}```

## When not to follow it

Where the loop nearly always ends after its first rounds.

## Measured saving

Not measured yet: `greenprof rules {name} --measure` runs both programs on this machine.

## References

Where the facts on this page come from, with links.
"""


_MANIFEST_RULE = '''"""One sentence: the pattern that is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, replaced
from greenprof.lint.manifests.kubernetes import resources_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest


class {kind}(ManifestRule):
    """One sentence: why it costs energy, and what to do instead."""

    name = "{name}"
    message = "keeps an old pod of each of many revisions"
    fix = "keep as many revisions as somebody goes back to"
    mends = True
    reads = frozenset({{"kubernetes"}})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Deployments that keep more than ten revisions."""
        for one in resources_in(manifest):
            kept = one.node.get("spec", "revisionHistoryLimit")
            if kept is not None and (kept.text or "").isdecimal() and int(kept.text or 0) > 10:
                yield ManifestHit(at=kept.span, edits=(replaced(kept, "3"),))
'''

_MANIFEST = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  revisionHistoryLimit: {revisions}
  selector:
    matchLabels: {{app: web}}
  template:
    metadata:
      labels: {{app: web}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.2.3
          resources:
            requests: {{cpu: 250m, memory: 256Mi}}
            limits: {{memory: 512Mi}}
"""

_MANIFEST_PAGE = """# {name}

Group `deploy`, cost class `idle`, on by default. Silence one line with `# greenprof: ignore[{name}]`.

Fix: unsafe, `revisionHistoryLimit` becomes 3: somebody may go back further.

## What it finds

A Deployment that keeps more than ten revisions.

## Why it costs energy

Each revision is an object that the cluster stores, lists and watches.

## Example

```yaml
{bad}```

## Use instead

As many revisions as somebody goes back to.

```yaml
{good}```

## When not to follow it

Where an audit wants to see all of them in the cluster itself.

## Saving

Saving: 47 of 50 objects for each Deployment, by arithmetic. Say what that means, and where the figure comes from.

## References

Where the facts on this page come from, with links.
"""


def make_rule(name: str, parent: Path, about: str = "python") -> Path:
    """Make the folder of the rule `name` in `parent`, which is made too where it is missing; the new folder.

    `about` says what the rule reads: ``python``, or manifests of ``kubernetes``.

    Raises GreenprofError (exit code 2) for a name that is none or is taken, and for a folder that cannot be made.
    """
    if not _NAME.match(name):
        raise GreenprofError(f"{name!r}: a rule is named in small letters with hyphens, as query-in-loop", EXIT_USAGE)
    if any(name in (rule.name, rule.group) for rule in load_rules()):
        raise GreenprofError(f"{name}: greenprof has a rule or group of that name", EXIT_USAGE)
    folder = parent / name.replace("-", "_")
    kind = "".join(word.capitalize() for word in name.split("-"))
    if about == "python":
        rule, page, suffix, bad, good = _RULE, _PAGE, ".py", _BAD.format(name=name), _GOOD
    else:
        rule, page, suffix = _MANIFEST_RULE, _MANIFEST_PAGE, ".yaml"
        bad, good = (_MANIFEST.format(revisions=each) for each in (f"50  # expect: {name}", 3))
    files = {
        "rule.py": rule.format(name=name, kind=kind),
        f"bad{suffix}": bad,
        f"good{suffix}": good,
        "README.md": page.format(name=name, bad=bad, good=good),
    }
    try:
        folder.mkdir(parents=True)
        for each, text in files.items():
            (folder / each).write_text(text, encoding="utf-8")
    except FileExistsError:
        raise GreenprofError(f"{folder}: is there already", EXIT_USAGE) from None
    except OSError as error:
        raise GreenprofError(f"{folder}: cannot be made ({error.strerror})", EXIT_USAGE) from None
    return folder

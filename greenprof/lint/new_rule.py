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


def make_rule(name: str, parent: Path) -> Path:
    """Make the folder of the rule `name` in `parent`, which is made too where it is missing; the new folder.

    Raises GreenprofError (exit code 2) for a name that is none or is taken, and for a folder that cannot be made.
    """
    if not _NAME.match(name):
        raise GreenprofError(f"{name!r}: a rule is named in small letters with hyphens, as query-in-loop", EXIT_USAGE)
    if any(name in (rule.name, rule.group) for rule in load_rules()):
        raise GreenprofError(f"{name}: greenprof has a rule or group of that name", EXIT_USAGE)
    folder = parent / name.replace("-", "_")
    kind = "".join(word.capitalize() for word in name.split("-"))
    bad, good = _BAD.format(name=name), _GOOD
    files = {
        "rule.py": _RULE.format(name=name, kind=kind),
        "bad.py": bad,
        "good.py": good,
        "README.md": _PAGE.format(name=name, bad=bad, good=good),
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

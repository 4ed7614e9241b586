"""Measures what each rule's advice saves, as ``greenprof rules --measure`` does, and keeps it.

    python benchmarks/rules.py [--write] [RULE ...]

``--write`` puts the figures into the rules' pages.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import page

from greenprof.lint import load_rules
from greenprof.lint.pairs import has_pair, measure, sentence, why_not_here

FOLDER = Path(__file__).parent.parent / "rules"


def main() -> None:
    """Measure the rules named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rules", nargs="*", metavar="RULE")
    parser.add_argument("--write", action="store_true", help="write the figures into the rules' pages")
    options = parser.parse_args()
    rules = {rule.name: rule for rule in load_rules()}
    for name in options.rules or sorted(rules):
        folder = FOLDER / name.replace("-", "_")
        if name not in rules or not has_pair(folder):
            parser.error(f"no rule {name} with a bad and a good side in {FOLDER}")
        if (reason := why_not_here(rules[name])) is not None:
            print(f"{name:26} not measured: {reason}")
            continue
        saving = measure(folder, waits=rules[name].cost == "idle")
        print(f"{name:26} {saving.ratio:8.3g} ({saving.low:.3g} to {saving.high:.3g})   n = {saving.n}", flush=True)
        if options.write:
            page.write(folder / "README.md", sentence(folder, saving, rules[name].needs))


if __name__ == "__main__":
    main()

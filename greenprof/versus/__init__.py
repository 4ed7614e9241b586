"""Commands beside each other: run in turn, round after round, and what each uses beside a baseline.

`nouns` are the values. `cases` makes the commands of what was asked, with the values of parameters in them. `rounds` is
the story: it runs all of them in turn until it is enough; `running` runs one. `summary` (pure) makes of the runs what
can be said, with a verdict beside the baseline, and `scaling` (pure) names how a cost grows with a size. `show` has the
formats.
"""

from __future__ import annotations

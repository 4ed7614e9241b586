"""What `greenprof.ab` says of two commits and their tests, kept in English with them: see `_kept_words`."""

from __future__ import annotations

from greenprof.i18n import N_

SIDES = (
    N_("fetched with `{command}`"),
    N_("the commit that GitHub merged it into"),
    N_("the merge base with {name}"),
    N_("the working tree, with {number} changed file"),
    N_("the working tree, with {number} changed files"),
    N_("working tree"),
    N_("same environment as head: the dependencies are the same"),
    N_("its own environment: {reason}"),
    N_("submodules are not checked out"),
    N_("the file of the test has changed too: each side runs its own"),
    N_("none of the project's modules was imported"),
    N_("not in the base"),
    N_("not in the head"),
    N_("the machine's power at rest is not known and stays in the joules: changes look smaller than they are"),
)

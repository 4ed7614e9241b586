"""What every worker needs, imported once in the server that they are forked from; nothing else imports this."""

from __future__ import annotations

import libcst.metadata  # noqa: F401

import greenprof.lint.orm.program
import greenprof.lint.repairs
import greenprof.lint.walk
import greenprof.lint.workers  # noqa: F401
from greenprof.lint.registry import load_rules

load_rules()

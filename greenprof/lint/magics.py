"""What a notebook's cell holds beside Python: magics, shell commands, help. They become calls, and themselves again.

IPython makes of ``%matplotlib inline`` a call of ``get_ipython()``, and so does this; the line itself stands behind the
call as a comment, so that numbers of lines stay and `restored` gives back what was there.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings

_MARK = "# \ue000"  # of the private use area: it stands in no program
_CALL = f"get_ipython()  {_MARK}"
_PUT_IN = re.compile(rf"(?:get_ipython\(\)  )?{_MARK}")

# ``%%time`` runs its cell as Python. What runs in another language, or only to be timed, is no part of the module.
_PYTHON_CELLS = "capture|debug|greenprof|memit|mprun|prun|pyinstrument|scalene|time|wandb"
_HEAD = re.compile(rf"(?:\s*^%%(?:{_PYTHON_CELLS})\b[^\n]*(?:\n|\Z))*", re.MULTILINE)
_OTHER_CELL = re.compile(r"\s*%%")

_MAGIC = re.compile(
    r"""(?P<before>[ \t]*(?:[\w.,*\[\]'"() ]+=\s*(?=[!%]))?)  # files = !ls
    (?=[!%?]|(?:pip|conda)[ ]\w|[^#'"\n]*\?[ \t;]*$)""",  # help: np.where?
    re.VERBOSE,
)


def split_head(source: str) -> tuple[str, str] | None:
    """The cell magics above a cell's Python, and the Python; None for a cell that holds something else."""
    match = _HEAD.match(source)
    head = match[0] if match else ""
    body = source[len(head) :]
    return None if _OTHER_CELL.match(body) else (head, body)


def as_python(source: str) -> str | None:
    """`source` as Python, with as many lines; None where it is none. Line ends are ``\\n``."""
    if _parses(source):
        return source
    lines = source.split("\n")
    for text in (_replaced(lines, careful=False), _replaced(lines, careful=True)):
        if _parses(text):
            return text
    return None


def restored(text: str) -> str:
    """`text` with what `as_python` had replaced."""
    return _PUT_IN.sub("", text)


def _replaced(lines: list[str], careful: bool) -> str:
    """All lines that look like magics replaced; if `careful`, those that do not stand in a string or in brackets."""
    done: list[str] = []
    goes_on = False
    for line in lines:
        match = _MAGIC.match(line)
        if goes_on:
            done.append(f"{_MARK}{line}")
        elif match is not None and not (careful and _is_open("\n".join(done))):
            done.append(f"{match[0]}{_CALL}{line[match.end() :]}")
        else:
            done.append(line)
            continue
        goes_on = line.endswith("\\")
    return "\n".join(done)


def _is_open(text: str) -> bool:
    """Whether a text ends in a string, in brackets, or in a line that goes on."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO(text).readline):
            pass
    except tokenize.TokenError:
        return True
    except SyntaxError:
        return False
    return text.endswith("\\")


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True

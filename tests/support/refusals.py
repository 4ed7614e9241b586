"""What a command that refuses its input says."""

from __future__ import annotations

from click.testing import Result

from greenprof.errors import GreenprofError


def refusal(result: Result) -> tuple[str, int]:
    """The one line that is said, and the exit code."""
    if isinstance(result.exception, GreenprofError):
        line, code = str(result.exception), result.exception.exit_code
    else:
        assert result.exit_code == 2, result.output
        line, code = result.output.strip().splitlines()[-1], 2
    assert "\n" not in line
    return line, code

"""The errors that a user can cause. One line is printed for each, in one place: ``greenprof.cli``."""

from __future__ import annotations

EXIT_OWN_FAILURE = 125
EXIT_NOT_EXECUTABLE = 126
EXIT_NOT_FOUND = 127
EXIT_USAGE = 2


class GreenprofError(Exception):
    """Says what is wrong, where, and what to do, in one line; carries the exit code that fits it."""

    def __init__(self, message: str, exit_code: int = EXIT_OWN_FAILURE) -> None:
        super().__init__(message, exit_code)
        self.exit_code = exit_code

    def __str__(self) -> str:
        return str(self.args[0])

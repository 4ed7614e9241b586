import textwrap

import pytest

from greenprof.lint import lint_paths


@pytest.fixture
def lint(tmp_path):
    """Lints one piece of code, as a file, through the public door; gives the LintResult."""

    def run(code, **options):
        path = tmp_path / "code.py"
        if isinstance(code, bytes):
            path.write_bytes(code)
        else:
            path.write_text(textwrap.dedent(code), encoding="utf-8")
        return lint_paths([path], **options)

    return run

import textwrap

import pytest

from greenprof.lint import load_rules
from greenprof.lint.manifests.engine import lint_manifest


@pytest.fixture(scope="session")
def rules():
    return load_rules()


@pytest.fixture
def found(rules):
    """What is found in a text, at any confidence: line and rule, by place."""

    def lint(text, path="deploy.yaml", only=None):
        chosen = [rule for rule in rules if only in (None, rule.name)]
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        result = lint_manifest(data, path, chosen)
        assert result.error is None, result.error
        told = [*result.findings, *(one.finding for one in result.doubts if one.unless not in result.facts)]
        return sorted((one.line, one.rule) for one in told)

    return lint

import pytest
from rule_cases import check_flagged, parametrize

from greenprof.lint import load_rules

pytest_generate_tests = parametrize


@pytest.fixture(scope="session")
def rules():
    return {rule.name: rule for rule in load_rules()}


@pytest.fixture
def assert_flagged(rules):
    """Lints code by one rule: findings must stand on exactly the lines marked ``# <-``."""
    return lambda name, code, imports="": check_flagged(rules[name], code, imports)

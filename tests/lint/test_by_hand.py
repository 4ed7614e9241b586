"""What is run once, by hand, for tests or to be read is told on request; what only sounds so stays sure."""

import textwrap

import pytest

from greenprof.lint import lint_source, load_rules
from greenprof.lint.manifests.engine import lint_manifest

pytestmark = pytest.mark.usefixtures("as_sure_as_the_file_shows")

GROWN = """
    import pandas as pd
    def {name}(cursor):
        frame = pd.DataFrame()
        for row in cursor.fetchall():
            frame = pd.concat([frame, pd.DataFrame([row])])
        return frame
"""
COUNTED = """
    from django.conf import settings
    from shop.models import Order, ShopRole
    def {name}(self):
        {code}
"""


def confidence(rule, code, path="shop/code.py"):
    rules = [one for one in load_rules() if one.name == rule]
    (found,) = lint_source(textwrap.dedent(code), path, rules)
    return found.confidence


def grown(path="shop/code.py", name="f"):
    return confidence("dataframe-grown-in-loop", GROWN.format(name=name), path)


def counted(code="if Order.objects.count() == 0: pass", path="shop/code.py", name="f"):
    return confidence("existence-by-count", COUNTED.format(code=code, name=name), path)


EVER = [
    "shop/examples/a/b/build.py",
    "shop/build_example_data/rows.py",
    "shop/driver_test_data.py",
    "shop/sample_data.py",
    "shop/mock_server.py",
    "shop/testing/rows.py",
    "shop/test_utils.py",
    "shop/_snippets/data/rows.py",
    "docs/conf.py",
    "examples/rows.py",
    "tutorial/rows.py",
    "shop/upgrade_scripts/migrate_4_0_to_6_0.py",
    "shop/fixtures/rows.py",
]
OF_A_DATABASE = [
    "shop/factories.py",
    "shop/setup_wizard/rows.py",
    "shop/provisioning.py",
    "shop/seeds.py",
    "shop/bootstrap.py",
    "shop/cli.py",
    "shop/management/commands/tidy.py",
]
NEITHER = [
    "shop/latest_data.py",
    "shop/example_of.py",
    "shop/documents.py",
    "shop/mocking.py",
    "shop/ab_testing.py",
    "shop/installed.py",
    "shop/provisions.py",
    "shop/unseeded.py",
    "examples/serializers.py",
    "examples/views/rows.py",
    "docs/a/b/shop/rows.py",
    "examples/a/b/shop/rows.py",
    "shop/examples/a/b/views/rows.py",
    "/srv/examples/a/b/shop/rows.py",
]


@pytest.mark.parametrize("path", EVER)
def test_a_path_says_so_whatever_is_done(path):
    assert (grown(path), counted(path=path)) == ("low", "low")


@pytest.mark.parametrize("path", OF_A_DATABASE)
def test_what_fills_a_database_or_waits_for_a_person_may_work_long_on_other_things(path):
    assert (grown(path), counted(path=path)) == ("high", "low")


@pytest.mark.parametrize("path", NEITHER)
def test_what_sounds_alike_stays_sure(path):
    assert (grown(path), counted(path=path)) == ("high", "high")


@pytest.mark.parametrize(
    ("name", "frames", "database"),
    [
        ("upgrade_3", "low", "low"),
        ("migrate_rows", "low", "low"),
        ("demo", "low", "low"),
        ("forwards", "high", "low"),
        ("provisiondevice", "high", "low"),
        ("fix_version_4_tables", "high", "low"),
        ("update_schema", "high", "low"),
        ("create_initial_groups", "high", "low"),
        ("get_initial", "high", "high"),
        ("setup", "high", "high"),
        ("forwarded", "high", "high"),
        ("update_tables", "high", "high"),
        ("populate_shop", "high", "low"),
        ("populate_staging_table", "high", "high"),
        ("populate_cache", "high", "high"),
    ],
)
def test_the_name_of_a_function_says_so(name, frames, database):
    assert (grown(name=name), counted(name=name)) == (frames, database)


@pytest.mark.parametrize(("name", "sure"), [("RowMigrator", "low"), ("Migration", "low"), ("Demo", "high")])
def test_of_classes_those_that_do_it_say_so_and_models_do_not(name, sure):
    code = f"import pandas as pd\nclass {name}:\n{textwrap.indent(textwrap.dedent(GROWN.format(name='f')), '    ')}"
    assert confidence("dataframe-grown-in-loop", code) == sure


@pytest.mark.parametrize(
    "code",
    [
        "if settings.DEBUG and Order.objects.count() == 0: pass",
        "if settings.DEBUG and self.first and Order.objects.count() == 0: pass",
        "if settings.DEBUG:\n            if Order.objects.count() == 0: pass",
        "if self.debug and self.first:\n            print(Order.objects.count() == 0)",
        "if getattr(settings, 'DEBUG', False):\n            print(Order.objects.count() == 0)",
        "if log.isEnabledFor(logging.DEBUG):\n            print(Order.objects.count() == 0)",
        "print(Order.objects.count() == 0 if settings.DEBUG else 0)",
    ],
)
def test_what_is_done_to_debug_is_told_on_request(code):
    assert counted(code) == "low"


@pytest.mark.parametrize(
    "code",
    [
        "if not settings.DEBUG and Order.objects.count() == 0: pass",
        "if settings.DEBUG or Order.objects.count() == 0: pass",
        "if Order.objects.count() == 0 and settings.DEBUG: pass",
        "if settings.DEBUG:\n            pass\n        elif Order.objects.count() == 0: pass",
        "if settings.DEBUGGED:\n            print(Order.objects.count() == 0)",
        "print(0 if settings.DEBUG else Order.objects.count() == 0)",
    ],
)
def test_what_is_done_without_debugging_too_stays_sure(code):
    assert counted(code) == "high"


def test_waiting_burns_as_long_as_it_takes():
    assert confidence("busy-wait", "def f(job):\n    while not job.done:\n        pass\n", "docs/conf.py") == "high"


@pytest.mark.parametrize("rows", ["objects", "objects.all()", "objects.filter(open=True)"])
def test_there_is_little_of_what_is_configured_by_hand(rows):
    assert counted(f"if ShopRole.{rows}.count() == 0: pass") == "low"
    assert counted(f"if Order.{rows}.count() == 0: pass") == "high"


@pytest.mark.parametrize(
    ("path", "sure"),
    [
        ("docs/compose/web/Dockerfile", "low"),
        ("examples/web/Dockerfile", "low"),
        ("web/Dockerfile", "high"),
        ("documents/Dockerfile", "high"),
    ],
)
def test_an_image_to_be_tried_is_told_on_request(path, sure):
    rules = [one for one in load_rules() if one.name == "package-cache-kept"]
    (found,) = lint_manifest(b"FROM python\nRUN pip install flask\n", path, rules).findings
    assert found.confidence == sure

"""The web shop of the documentation: its patches apply, and are what the page says of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOP = Path(__file__).parents[2] / "benchmarks" / "programs" / "shop"
COUNT = "20"


@pytest.fixture
def patched(tmp_path):
    """The shop with patches applied."""
    pytest.importorskip("sqlalchemy")

    def patch(*names):
        folder = tmp_path / "benchmarks" / "programs" / "shop"
        shutil.copytree(SHOP, folder)
        for name in names:
            subprocess.run(["git", "apply", folder / "fixes" / f"{name}.patch"], cwd=tmp_path, check=True)
        return folder

    return patch


def answer(folder):
    done = subprocess.run([sys.executable, "shop.py", COUNT], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_mended_shop_gives_the_same_answer(patched):
    assert answer(patched("wait_for_the_carrier", "one_commit", "one_query")) == answer(SHOP)


@pytest.mark.parametrize(("names", "passes"), [((), True), (("careless_export",), False)])
def test_its_tests_know_a_careless_fix(patched, names, passes):
    folder = patched(*names)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) == passes, done.stdout
    if names:
        assert answer(folder) == answer(SHOP)  # so its answer alone would have let it through

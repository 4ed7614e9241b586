"""Patches of the user's own are proven like the fixes of rules; what is run is the copy, wherever imports lead."""

import json
import subprocess
import sys

LIBRARY = """\
    def missing(n):
        stock = {item: item % 10 for item in range(n)}
        return sum(item not in list(stock.keys()) for item in range(0, 2 * n, 3))
    """
APP = "from library import missing\n\nprint(missing(2500))\n"
PATCH = """\
--- a/src/library.py
+++ b/src/library.py
@@ -1,3 +1,3 @@
 def missing(n):
     stock = {item: item % 10 for item in range(n)}
-    return sum(item not in list(stock.keys()) for item in range(0, 2 * n, 3))
+    return CHANGED
"""


def test_patches_of_ones_own(prove, project_files, shop, git):
    project_files({"src/library.py": LIBRARY})
    (shop / "app.py").write_text(APP)
    for name, line in [
        ("good", "sum(item not in stock for item in range(0, 2 * n, 3))"),
        ("wrong", "n"),
        ("broken", "stock[n]"),
    ]:
        (shop / f"{name}.patch").write_text(PATCH.replace("CHANGED", line))
    (shop / "gone.patch").write_text(PATCH.replace("def missing", "def lost"))
    tried = [word for name in ("wrong", "broken", "gone", "good") for word in ("--try", f"{name}.patch")]
    only = ("--only", "list-front-pop")
    where = {"PYTHONPATH": str(shop / "src")}
    done = prove("src", *only, *tried, "-f", "markdown", "-o", "pr.md", "--", sys.executable, "app.py", env=where)
    assert (done.code, done.err, done.out) == (0, "", "")
    text = (shop / "pr.md").read_text()
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in text.splitlines() if line.startswith("| ")}
    told = [line for line in text.splitlines() if line.startswith("| membership-in-copy (")]
    assert len(told) == 3, rows  # each mends that finding, and is worth what it burned
    assert all("`src/library.py:3`" in line for line in told)
    assert sum("| **kept** |" in line for line in told) == 1
    assert sum("| answer changed: standard output line 1: '833' became '2500' |" in line for line in told) == 1
    assert sum("KeyError: 2500" in line for line in told) == 1
    assert "does not apply: " in rows["gone.patch"]
    assert text.startswith("## Saves ")
    assert (
        "+    return sum(item not in stock for item in range(0, 2 &#42; n, 3))" in text or "item not in stock" in text
    )
    (patch,) = (shop / ".greenprof/prove").glob("*.patch")
    git("apply", patch)
    assert "item not in stock" in (shop / "src/library.py").read_text()


def test_an_installed_project_is_run_as_the_copy(prove, project_files, shop, tmp_path):
    project_files({"src/library.py": LIBRARY})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (packages,) = tmp_path.glob("venv/lib/python3*/site-packages")
    (packages / "library.pth").write_text(f"{shop / 'src'}\n")
    done = prove("src", "-f", "json", "--", "../venv/bin/python", "-c", "import library; print(library.missing(2500))")
    assert done.code == 0, done.out + done.err
    assert [one["verdict"] for one in json.loads(done.out)["trials"]] == ["kept"]

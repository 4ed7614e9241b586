"""``greenprof prove`` on a small project: what is kept, what is refused, and what is left behind."""

import json
import sys

TESTS = ("--tests", f"{sys.executable} -m pytest -q -p no:cacheprovider")
COMMAND = ("--", sys.executable, "app.py")


def test_keeps_what_saves_and_refuses_the_rest(prove, greenprof, git, shop):
    before = {path.name: path.read_bytes() for path in shop.glob("*.py")}
    done = prove(*TESTS, "--unsafe-fixes", "-f", "json", "--patch", shop / "kept.patch", *COMMAND)
    assert (done.code, done.err) == (0, "")
    proof = json.loads(done.out)
    verdicts = {one["rule"]: one["verdict"] for one in proof["trials"]}
    assert verdicts["membership-in-copy"] == "kept"
    assert verdicts["copy-by-comprehension"] in ("no saving", "inconclusive")
    assert verdicts["regex-compile-in-loop"] == "test broke"
    refused = next(one for one in proof["trials"] if one["verdict"] == "test broke")
    assert "test_no_rows" in refused["detail"]
    assert any("copy-by-comprehension app.py:30" in left for left in proof["not_tried"])
    assert proof["together"]["ratio"] < 0.9
    # Joules are about, for there is no counter here: CPU time is what was measured.
    assert proof["together"]["unit"] in ("s", "J")
    # The working tree is as it was, with the copies gone and git knowing of none.
    assert {path.name: path.read_bytes() for path in shop.glob("*.py")} == before
    assert not (shop / ".greenprof/prove/work").exists()
    assert len(git("worktree", "list").splitlines()) == 1
    # The patch holds that one fix, and git takes it.
    git("apply", "kept.patch")
    changed = (shop / "app.py").read_text()
    assert "if item not in stock:" in changed
    assert changed.replace("not in stock:", "not in list(stock.keys()):") == before["app.py"].decode()
    # The rule statistics know it.
    known = greenprof("rules", "membership-in-copy", "--measure", "-f", "json")
    proven = json.loads(known.out)["membership-in-copy"]["proven"]
    assert (proven["measured"], proven["kept"]) == (1, 1)
    assert 0.1 < proven["median_saving"] < 1
    assert "1 of 1 fix proven in this project" in greenprof("rules").out

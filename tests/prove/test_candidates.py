"""A fix is found again whatever the lines do, and what hides behind one is found then."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.model import Edit, Finding
from greenprof.prove.candidates import again, behind, keys_of
from greenprof.prove.nouns import Asked, Candidate

ASKED = Asked(here=".", paths=(".",), command=("true",), unsafe=True)
FINDING = Finding(
    rule="lazy-relation-in-loop", group="database", path="app.py", line=3, column=1, end_line=3,
    message="reading Bug.component sends a query", severity="warning", confidence="high", cost="query",
    source="for bug in bugs:", edits=(Edit(line=3, column=1, end_line=3, end_column=1, text="x"),), fix_is_safe=False,
)  # fmt: skip


def candidate(finding, key):
    return Candidate(key=key, rule=finding.rule, path=finding.path, line=finding.line, message=finding.message)


@settings(deadline=None, max_examples=50)
@given(st.integers(2, 8), st.data())
def test_of_several_alike_each_is_found_again(tmp_path_factory, number, data):
    tree = tmp_path_factory.getbasetemp()
    path = str(tree / "app.py")
    alike = [replace(FINDING, path=path, line=10 * line) for line in range(number)]
    keys = keys_of(alike, tree)
    assert len(set(keys)) == number
    mended = data.draw(st.sets(st.integers(0, number - 1)))
    shift = data.draw(st.integers(-3, 3))
    left = [replace(one, line=one.line + shift) for place, one in enumerate(alike) if place not in mended]
    gone = [keys[place] for place in mended]
    for place in set(range(number)) - mended:
        found = again(candidate(alike[place], keys[place]), gone, left, tree)
        assert found is not None
        assert found.line == alike[place].line + shift


def test_what_is_loaded_now_may_have_relations_of_its_own(tmp_path):
    path = str(tmp_path / "app.py")
    first = replace(FINDING, path=path)
    other = replace(FINDING, path=path, line=9, source="for tag in tags:", message="reading Tag.owner sends a query")
    before = keys_of([first, other], tmp_path)
    new = replace(first, source="for bug in loaded:", message="reading Component.product sends a query")
    kept = candidate(first, before[0])
    found = behind(kept, frozenset(before), [new, other], ASKED, tmp_path)
    assert [one.message for one in found] == [new.message]
    # Not what another rule finds there, what has no fix, and what may change results where that was not asked for.
    strange = [replace(new, rule="other-rule"), replace(new, edits=()), replace(new, path=str(tmp_path / "b.py"))]
    assert behind(kept, frozenset(before), strange, ASKED, tmp_path) == []
    assert behind(kept, frozenset(before), [new], replace(ASKED, unsafe=False), tmp_path) == []

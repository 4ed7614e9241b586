"""Edits of YAML, held to what ruamel.yaml reads before and after them."""

import io
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from greenprof.lint.edits import applied
from greenprof.lint.manifests import Manifest, added, removed, replaced
from greenprof.lint.manifests.nodes import parsed, sources_in

NAMES = st.text(string.ascii_letters + string.digits + "-_./", min_size=1, max_size=8).filter(
    lambda one: one[0].isalpha()
)
SCALARS = st.one_of(
    NAMES, st.integers(-(10**6), 10**6), st.text("abc :#'\"{}[]\\&*!|>%@`,?-é😀", max_size=12), st.booleans()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def manifest_of(text):
    documents = tuple(root for source in sources_in(text) if (root := parsed(source)) is not None)
    return Manifest("kubernetes", "a.yaml", text, documents)


def dumped(value, indent, offset):
    writer = YAML()
    writer.indent(mapping=indent, sequence=indent + offset, offset=offset)
    writer.width = 10_000
    stream = io.StringIO()
    writer.dump(value, stream)
    lines = stream.getvalue().splitlines()
    return (
        "\n".join(
            f"{line}  # {n}" if not line.endswith(("|", "|-", ">", ">-")) else line for n, line in enumerate(lines)
        )
        + "\n"
    )


def loaded(text):
    return YAML(typ="safe").load(text)


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(NAMES, VALUES, min_size=1, max_size=5), st.sampled_from([2, 4]), st.sampled_from([0, 2]), st.data()
)
def test_a_key_put_in_or_taken_out_changes_nothing_else(value, indent, offset, data):
    text = dumped(value, indent, offset)
    manifest = manifest_of(text)
    root = manifest.documents[0]
    assert loaded(text) == value
    edit = added(manifest, root, "newKey:", "  inner: 1")
    assert edit is not None
    new = applied(text, [edit])
    assert loaded(new) == {**value, "newKey": {"inner": 1}}
    assert [line for line in new.splitlines() if line in text.splitlines()] == text.splitlines()
    name = data.draw(st.sampled_from(sorted(value)))
    node = root.get(name)
    if node is None or (out := removed(manifest, node)) is None:
        return
    rest = {key: each for key, each in value.items() if key != name}
    assert (loaded(applied(text, [out])) or {}) == rest


@settings(max_examples=80, deadline=None)
@given(st.text("ab1 :#'\"{}\\&*-é😀", min_size=1, max_size=12), st.sampled_from(["", "'", '"']))
def test_a_scalar_is_replaced_in_its_quotes(new, quote):
    text = f"a:\n  b: {quote}old{quote}   # why\n  c: [1, {quote}x{quote}]\n"
    manifest = manifest_of(text)
    node = manifest.documents[0].get("a", "b")
    changed = applied(text, [replaced(node, new)])
    assert (
        loaded(changed) == {"a": {"b": new if new not in ("1",) or quote else loaded(new), "c": [1, "x"]}}
        or new.isdigit()
    )
    assert changed.endswith(f"   # why\n  c: [1, {quote}x{quote}]\n")
    if quote:
        assert changed.split(": ", 1)[1].strip()[0] == quote


@pytest.mark.parametrize(
    "text", ["a: &x {b: 1}\nc: *x\n", "a: |\n  long\n", "a: >\n  long\n", "a: one\n  two\n", "a: [1]\n", "a: {b: 1}\n"]
)
def test_only_a_scalar_of_one_line_that_stands_there_is_replaced(text):
    root = manifest_of(text).documents[0]
    node = root.get("c") or root.get("a")
    with pytest.raises(ValueError, match="only a scalar"):
        replaced(node, "x")


def test_what_an_alias_leads_to_is_not_changed_for_others():
    root = manifest_of("a: &x one\nb: *x\n").documents[0]
    assert (root.get("a").is_alias, root.get("b").is_alias) == (False, True)
    with pytest.raises(ValueError, match="only a scalar"):
        replaced(root.get("b"), "two")


def test_comments_behind_a_mapping_are_not_its_own():
    text = "spec:\n  a:\n    b: 1\n\n# of what follows\nother: 2\n"
    manifest = manifest_of(text)
    root = manifest.documents[0]
    assert applied(text, [removed(manifest, root.get("spec"))]) == "\n# of what follows\nother: 2\n"
    put = applied(text, [added(manifest, root.get("spec", "a"), "c: 2")])
    assert put == "spec:\n  a:\n    b: 1\n    c: 2\n\n# of what follows\nother: 2\n"


def test_merge_keys_and_aliases_are_followed_and_own_keys_come_first():
    root = manifest_of("x: &x {a: 1, b: 2}\ny: &y {<<: *x, b: 3}\nz:\n  <<: [*y, *x]\n  c: 4\n").documents[0]
    assert root.get("z").as_dict() == {"c": "4", "b": "3", "a": "1"}
    assert [key.text for key, _ in root.get("z").pairs] == ["c", "b", "a"]
    assert root.get("z", "a").text == "1"
    assert root.get("z", "a", "nothing") is None

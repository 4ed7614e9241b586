"""The flame graph, and the call tree as a table beside it, from the same boxes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from greenprof import i18n
from greenprof.model import INTERPRETER, LineShare, Node
from greenprof.reporters.html import calls, flame

trees = st.recursive(
    st.builds(
        Node,
        path=st.just("a.py"),
        line=st.just(1),
        function=st.just("f"),
        total_j=st.floats(0, 100),
        cpu_s=st.just(1.0),
    ),
    lambda below: st.builds(
        Node,
        path=st.just("a.py"),
        line=st.just(1),
        function=st.just("g"),
        total_j=st.floats(0, 1000),
        cpu_s=st.just(1.0),
        children=st.lists(below, max_size=5).map(tuple),
    ),
    max_leaves=30,
)


@given(tree=trees)
def test_a_row_follows_its_caller(shop, tree):
    drawn = flame.layout(replace(shop, tree=(tree,)))
    if drawn is None:
        return
    rows = calls.rows(drawn)
    for number, row in enumerate(rows):
        assert row.parent < number
        assert (row.parent == -1) == (row.box.level == 1)
        if row.parent >= 0:
            assert rows[row.parent].box.level == row.box.level - 1
        assert row.called == sum(other.parent == number for other in rows)
        assert row.box.width >= calls.SMALLEST


def test_own_joules_are_those_that_no_call_took(profiled):
    boxes = {box.function: box for box in flame.layout(profiled).boxes}
    assert boxes["main"].amount == "216 J" and boxes["main"].own_amount == "0.400 J"
    assert boxes["Session.get"].own_amount == "31.0 J"
    assert boxes["do_execute"].own_amount == boxes["do_execute"].amount
    assert boxes["monthly_report"].lines == ((42, "5.00 J"), (41, "1.00 J"))


def test_children_dearer_than_their_caller_leave_it_nothing(shop):
    child = replace(shop.tree[0], total_j=50.0, children=())
    tree = replace(shop.tree[0], total_j=40.0, children=(child,))
    assert flame.layout(replace(shop, tree=(tree,))).boxes[0].own_amount == "0 J"


def test_the_table_shows_levels_own_joules_and_lines(page):
    section = page[page.index('id="call-tree"') : page.index('id="power"')]
    assert section.count("<tr data-parent") == 10
    assert '<span class="unseen">level 4 </span><code class="library">do_execute' in section
    assert 'href="#shop.py:42"' in section, "the dearest line of monthly_report"


def test_a_wide_tree_keeps_its_widest_rows(shop):
    leaves = tuple(
        Node(path="a.py", line=1, function=f"f{number}", total_j=1.0 + number / 1e3, cpu_s=1.0) for number in range(150)
    )
    root = Node(
        path="a.py", line=1, function="main", total_j=sum(leaf.total_j for leaf in leaves), cpu_s=150.0, children=leaves
    )
    rows = calls.rows(flame.layout(replace(shop, tree=(root,))))
    assert len(rows) == 151
    thin = tuple(replace(leaf, total_j=0.01) for leaf in leaves)
    wide = Node(path="a.py", line=1, function="wide", total_j=100.0, cpu_s=1.0)
    rows = calls.rows(flame.layout(replace(shop, tree=(replace(root, total_j=101.5, children=(wide, *thin)),))))
    assert [row.box.function for row in rows] == ["main", "wide"]


def test_a_stack_deeper_than_pythons_own_is_drawn(shop):
    node = Node(path="deep.py", line=1, function="f", total_j=10.0, cpu_s=1.0)
    for _ in range(5000):
        node = Node(path="deep.py", line=1, function="f", total_j=10.0, cpu_s=1.0, children=(node,))
    drawn = flame.layout(replace(shop, tree=(node,)))
    assert drawn.hidden
    assert len(drawn.boxes) == flame.MOST_LEVELS


def test_the_picture_ends_where_only_thin_stacks_go_deeper(shop):
    def stack(depth, joules):
        node = Node(path="a.py", line=1, function="f", total_j=joules, cpu_s=joules)
        for _ in range(depth - 1):
            node = replace(node, children=(node,))
        return node

    drawn = flame.layout(replace(shop, tree=(stack(3, 95.0), stack(40, 5.0))))
    assert drawn.height == 3 * flame.ROW_HEIGHT and drawn.deeper
    drawn = flame.layout(replace(shop, tree=(stack(3, 80.0), *(stack(9, 2.0) for _ in range(10)))))
    assert drawn.height == 9 * flame.ROW_HEIGHT and not drawn.deeper


def test_a_box_names_the_findings_in_its_function(shop):
    twin = replace(shop.tree[0].children[0], line=9, children=())
    drawn = flame.layout(replace(shop, tree=(*shop.tree, twin)))
    marks = {(box.function, box.line): box.marks for box in drawn.boxes}
    assert marks["monthly_report", 35] == (1,)
    assert marks["wait_for_export", 85] == (2,)
    assert marks["monthly_report", 9] == (), "another function of that name, further up"
    assert marks["totals", 55] == ()


joules = st.floats(min_value=0, max_value=1e6)
nodes = st.recursive(
    st.builds(Node, path=st.just("a.py"), line=st.integers(1, 9), function=st.just("f"), total_j=joules, cpu_s=joules),
    lambda below: st.builds(
        Node,
        path=st.just("a.py"),
        line=st.integers(1, 9),
        function=st.just("g"),
        total_j=joules,
        cpu_s=joules,
        children=st.lists(below, max_size=4).map(tuple),
    ),
    max_leaves=20,
)


@given(tree=st.lists(nodes, min_size=1, max_size=3).map(tuple))
def test_a_box_lies_under_its_caller_and_beside_its_neighbours(shop, tree):
    drawn = flame.layout(replace(shop, tree=tree))
    if drawn is None:
        assert sum(root.total_j for root in tree) == 0
        return
    for box in drawn.boxes:
        assert box.left >= 0 and box.left + box.width <= 1 + 1e-9
        if box.level > 1:
            caller = drawn.boxes[box.parent]
            assert caller.level == box.level - 1
            assert caller.left - 1e-9 <= box.left and box.left + box.width <= caller.left + caller.width + 1e-9
    for level in {box.level for box in drawn.boxes}:
        row = sorted((box.left, box.left + box.width) for box in drawn.boxes if box.level == level)
        assert all(end <= start + 1e-9 for (_, end), (start, _) in pairwise(row))


def test_what_stands_for_no_line_has_a_name_in_dutch_and_no_line(shop):
    start = Node(
        path=INTERPRETER, line=0, function="Python's start/end", total_j=1.0, cpu_s=1.0,
        lines=(LineShare(line=0, self_j=1.0, cpu_s=1.0),),
    )  # fmt: skip
    with i18n.speaking("nl"):
        drawn = flame.layout(replace(shop, tree=(start,)))
    (box,) = drawn.boxes
    assert (box.function, box.lines) == ("begin/einde van Python", ())

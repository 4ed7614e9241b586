"""Every message that the code marks is translated, and the translation has a place for all that goes into it."""

from __future__ import annotations

import ast
import gettext
import re
import runpy
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from greenprof import i18n

catalogue = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("catalogue.py"))))
OTHERS = [language for language in i18n.LANGUAGES if language != i18n.ENGLISH]
PLACE = re.compile(r"\{\w+\}|</?\w+[^>]*>")
HELP = "run: python tests/locale/catalogue.py, and translate what is empty in the .po file"


@pytest.fixture(scope="module")
def marked():
    return {message.id for message in catalogue.marked() if message.id}


@pytest.fixture(scope="module", params=OTHERS)
def translated(request):
    return catalogue.translated(request.param)


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_there_is_something_to_translate(marked):
    assert len(marked) > 300
    assert "The program used {energy}, {how} over {span}." in marked  # of Python
    assert "Skip to the content" in marked  # of a template
    assert "{number} lines without a sample" in marked  # of a script


def test_nothing_is_missing_fuzzy_or_left_over(marked, translated):
    known = {message.id: message for message in translated if message.id}
    assert marked - set(known) == set(), HELP
    assert set(known) - marked == set(), HELP
    assert [one.id for one in known.values() if not all(forms(one.string)) or one.fuzzy] == [], HELP
    assert not translated.obsolete, HELP


def test_each_translation_has_the_same_places_and_tags(translated):
    for message in translated:
        if message.id:
            for original, form in zip(forms(message.id), forms(message.string), strict=True):  # one, and many
                assert sorted(PLACE.findall(form)) == sorted(PLACE.findall(original)), message.id


def test_the_compiled_catalogue_is_that_of_the_texts(translated):
    compiled = catalogue.po_file(str(translated.locale)).with_suffix(".mo").read_bytes()
    old, new = (gettext.GNUTranslations(BytesIO(each)) for each in (compiled, catalogue.compiled(translated)))
    for message in (each for each in translated if each.id):
        one, *many = forms(message.id)
        assert old.gettext(one) == new.gettext(one), HELP
        assert [old.ngettext(one, *many, n) for n in (1, 2) if many] == [
            new.ngettext(one, *many, n) for n in (1, 2) if many
        ], HELP
    assert len(old._catalog) == len(new._catalog), HELP


def test_dutch_makes_no_claim_that_does_not_stand_up():
    claims = re.compile(r"\bgroene?\b|klimaatneutra|duurza|CO2-neutra|milieuvriendelijk|redt de", re.IGNORECASE)
    texts = [catalogue.po_file("nl"), *(catalogue.ROOT / "rules").glob("*/nl.md")]
    assert [path for path in texts if claims.search(path.read_text(encoding="utf-8"))] == []


def calls(tree: ast.AST) -> list[ast.Call]:
    names = ("_", "ngettext", "N_")
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names]


@pytest.mark.parametrize("path", sorted((catalogue.ROOT / "greenprof").rglob("*.py")), ids=lambda path: path.name)
def test_what_is_marked_can_be_found(path):
    """Babel sees no call in an f-string before Python 3.12, and no message that is an f-string."""
    source = path.read_text(encoding="utf-8")
    if "greenprof.i18n" not in source or path.name == "_kept_words.py":
        return
    tree = ast.parse(source)
    inside = [call for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for call in calls(node)]
    assert [call.lineno for call in inside] == []
    assert [call.lineno for call in calls(tree) if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)] == []


def test_every_value_that_is_named_is_given():
    """A place without a value would be an error at the moment that somebody reads a report."""
    for path in sorted((catalogue.ROOT / "greenprof").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "greenprof.i18n" not in source:
            continue
        for call in calls(ast.parse(source)):
            texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            given = {one.arg for one in call.keywords}
            if call.func.id != "N_" and None not in given:
                wanted = {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}
                assert wanted == given or not texts, f"{path}:{call.lineno}"

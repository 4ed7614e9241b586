"""The catalogues of ``greenprof/locale``: what the code marks, what is translated, and how the two come together.

``python tests/locale/catalogue.py`` puts new messages into each ``.po`` file, takes out those that are gone, and
compiles the ``.mo`` files; then translate what is empty in the ``.po`` files and run it once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "greenprof" / "locale"
KINDS = {".py": "python", ".html": "jinja2", ".js": "javascript"}
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
COMMENT = "# Dutch texts of greenprof's reports.\n# SPDX-License-Identifier: EUPL-1.2"


class Plain(Catalog):
    """A catalogue that names no person, place or time: what it is made of alone decides what is in its file."""

    mime_headers = property(  # type: ignore[assignment]
        lambda self: [
            ("Project-Id-Version", "greenprof"),
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ],
        Catalog._set_mime_headers,
    )


def marked() -> Catalog:
    """Every message that the code marks; the board speaks to each guest in another language, by words of its own."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(
        each for each in (ROOT / "greenprof").rglob("*.*") if each.suffix in KINDS and "board" not in each.parts
    ):
        if path.suffix != ".py" or "greenprof.i18n" in path.read_text(encoding="utf-8") or path.name == "i18n.py":
            for _, message, _, _ in extract_from_file(KINDS[path.suffix], path, keywords=KEYWORDS):
                catalogue.add(message)
    return catalogue


def po_file(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "greenprof.po"


def translated(language: str) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def update(language: str) -> None:
    """Bring one language up to date with the code."""
    known = {message.id: message.string for message in translated(language)}
    save(language, {message.id: known.get(message.id, "") for message in marked() if message.id})


def save(language: str, texts: Mapping[str | tuple[str, str], str | tuple[str, ...]]) -> None:
    """Write both files of a language: the texts by their messages."""
    catalogue = Plain(locale=language, header_comment=COMMENT, charset="utf-8", fuzzy=False)
    for message, text in texts.items():
        catalogue.add(message, text or (("", "") if isinstance(message, tuple) else "")).flags.clear()
    with po_file(language).open("wb") as file:
        write_po(file, catalogue, width=110, no_location=True, sort_output=True)
    po_file(language).with_suffix(".mo").write_bytes(compiled(catalogue))


def main() -> None:
    """Update every language, and say what is left to do."""
    for language in sorted(path.name for path in FOLDER.iterdir() if path.is_dir()):
        update(language)
        left = [message for message in translated(language) if message.id and not message.string]
        print(f"{language}: {len(translated(language))} messages, {len(left)} to translate")


if __name__ == "__main__":
    main()

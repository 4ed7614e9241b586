"""The language that reports are told in: English as it stands in the code, or another from ``greenprof/locale``.

What is shown to people is marked where it is written: ``_("The program used {energy}.", energy=…)``. JSON, CSV and
other programs' formats are made in English whatever was asked for (`greenprof.reporters.render`), and what a report
keeps is English too (`speaking`), so that one saved report can be shown in every language. The catalogues are
gettext's; English needs none, and loads nothing.

The language is that of the context: the command line sets it for as long as a command runs, and nobody else.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from gettext import NullTranslations

ENGLISH = "en"
LANGUAGES = (ENGLISH, "nl")
FOLDER = Path(__file__).parent / "locale"
DOMAIN = "greenprof"

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_PLACE = re.compile(r"\{(\w+)\}")
# In Dutch (CLDR 45, nl) decimal and thousands sign stand the other way round, and a percent sign follows its number.
_OTHER_SIGNS = str.maketrans(",.", ".,")


def N_(message: str) -> str:  # gettext's own name for it
    """Mark `message` for the catalogues; it is translated where it is shown."""
    return message


_MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip


def language() -> str:
    """The language of reports here, one of `LANGUAGES`."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Tell everything in `language` meanwhile; as a decorator, throughout a function."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str, /, **values: object) -> str:
    """`message` in the language of the context, with `values` at the places that it names in braces."""
    spoken = _language.get()
    told = message if spoken == ENGLISH else _catalogue(spoken).gettext(message)
    return filled(told, values) if values else told


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """As `_`, of a message that depends on a number of things; the number itself is one of `values` if it is said."""
    spoken = _language.get()
    english = one if number == 1 else many
    told = english if spoken == ENGLISH else _catalogue(spoken).ngettext(one, many, number)
    return filled(told, values) if values else told


def filled(message: str, values: dict[str, object]) -> str:
    """`message` with each ``{name}`` replaced by the value of that name; what a value holds is left alone."""
    return _PLACE.sub(lambda place: str(values[place[1]]), message)


def decimal(number: str) -> str:
    """A number as Python writes it, in the manner of the language: ``1,234.5 %`` is ``1.234,5%`` in Dutch."""
    return number if _language.get() == ENGLISH else number.translate(_OTHER_SIGNS).replace(" %", "%")


def day(on: date) -> str:
    """``29 November 2026``, ``29 november 2026``."""
    month = _(_MONTHS[on.month - 1])
    return f"{on.day} {month} {on.year}"


def moment(label: str) -> str | None:
    """A day and the time of it, from ISO 8601; ``None`` where the label is no time."""
    from datetime import datetime

    try:
        at = datetime.fromisoformat(label)
    except ValueError:
        return None
    return f"{day(at)}, {at:%H:%M:%S} {at.tzname() or ''}".strip()


def short_day(on: date) -> str:
    """A day in a table: ``2026-11-29``, ``29-11-2026``."""
    return f"{on:%Y-%m-%d}" if _language.get() == ENGLISH else f"{on:%d-%m-%Y}"


@cache
def _catalogue(language: str) -> NullTranslations:
    import gettext

    return gettext.translation(DOMAIN, FOLDER, [language])

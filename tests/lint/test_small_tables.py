"""A table that people fill by hand has few rows: what is asked for each of them is no sure finding."""

from pathlib import Path

import pytest

from greenprof.lint import lint_paths

MODELS = """
from django.db import models

class User(models.Model):
    name = models.TextField()

class {name}(models.Model):
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
"""
ADMIN = """
from django.contrib import admin
from {module}.models import {name}

@admin.register({name})
class Page(admin.ModelAdmin):
    list_display = ["owner"]
"""


def _confidence(folder: Path, name: str, module: str) -> list[str]:
    for path, text in {"models": MODELS, "admin": ADMIN}.items():
        file = folder / module.replace(".", "/") / f"{path}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("{name}", name).replace("{module}", module))
        for above in file.relative_to(folder).parents[:-1]:
            (folder / above / "__init__.py").touch()
    found = lint_paths([folder], select=["lazy-relation-in-loop"], jobs=1, min_confidence="low").findings
    return [one.confidence for one in found]


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("PhotoSize", "photos"),
        ("ActionGroup", "manage"),
        ("MembershipLevel", "members"),
        ("OAuthClient", "shop"),
        ("Client", "auth.idp.oidc"),
        ("Application", "oauth2_provider"),
    ],
)
def test_tables_that_people_fill_by_hand(tmp_path: Path, name: str, module: str) -> None:
    assert _confidence(tmp_path, name, module) == ["medium"]


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Photo", "photos"),
        ("EntryGroup", "timesheets"),
        ("Client", "shop"),
        ("Client", "invoicing"),
        ("Application", "jobs"),
        ("Token", "auth.idp.oidc"),
    ],
)
def test_tables_that_grow(tmp_path: Path, name: str, module: str) -> None:
    assert _confidence(tmp_path, name, module) == ["high"]

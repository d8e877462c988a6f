"""The glossary and the classes say the same words."""

from __future__ import annotations

import re

from connector.database.models import metadata
from tests.architecture.sources import ROOT, modules
from workflows.base import Base

# Rows that no person ever names.
TECHNICAL = {
    *("EntrySalt", "RecordHead", "RecordLeaf", "RecordNode"),
    *("IndexedBeginning", "IndexedWord", "SearchIndex"),
}


def glossary() -> set[str]:
    """Return the class names in the glossary: those in backticks, in capitals."""
    content = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    return set(re.findall(r"`([A-Z][A-Za-z]+)`", content))


def mapped() -> set[str]:
    """Return the names of all mapped classes."""
    metadata()
    return {mapper.class_.__name__ for mapper in Base.registry.mappers}


def test_every_mapped_class_has_a_row_in_the_glossary() -> None:
    assert mapped() - TECHNICAL - glossary() == set()


def test_every_class_that_the_glossary_names_exists() -> None:
    defined = {
        name
        for file in modules("workflows", "connector/library")
        for name in re.findall(r"^class (\w+)", file.read_text("utf-8"), re.MULTILINE)
    }

    assert glossary() - defined == set()

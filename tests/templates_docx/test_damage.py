"""Whatever has happened to a file, reading answers or refuses; it never falls over."""

from __future__ import annotations

import copy
import random

import pytest
from lxml import etree

from templates_docx.compile import compiled, template
from templates_docx.errors import TemplateError
from templates_docx.read import read
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, STORE, parts_of, with_parts
from workflows.forms.catalogue import form

_WRONG = "", "x", "-1", "99999999999999999999", "[", "æ/[1]", "..", "2026-99-99"
_PARTS = DOCUMENT, STORE, "word/numbering.xml", "word/styles.xml", "docProps/custom.xml"


def _damage(root: etree._Element, chance: random.Random) -> None:
    elements = list(root.iter())
    for _ in range(chance.randint(1, 6)):
        element, other = chance.choice(elements), chance.choice(elements)
        above = element.getparent()
        act = chance.randint(0, 3)
        if act == 0 and above is not None:
            above.remove(element)
        elif act == 1 and element.attrib:
            element.set(chance.choice(list(element.attrib)), chance.choice(_WRONG))
        elif act == 2 and len(other) < 20:
            element.append(copy.deepcopy(other))
        else:
            element.text = chance.choice(_WRONG)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_read_or_refused(seed: int) -> None:
    known, chance = form("output"), random.Random(seed)  # noqa: S311 - no secret
    made = template("output", "nb").fill(full_values(known, "nb"))
    part = _PARTS[seed % len(_PARTS)]
    root = etree.fromstring(parts_of(made)[part])
    _damage(root, chance)
    damaged = with_parts(made, {part: etree.tostring(root)})

    try:
        assert read(damaged).saved_by == "Samspor"
        compiled(known, language="nb", data=damaged)
    except TemplateError:
        return

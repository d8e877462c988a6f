"""The section «Grunnlag fra utviklingslinja», set into a municipality's own case file.

Nothing else of the file changes: its other parts are kept as they are, byte for byte,
but for the document properties, where the seals of the dissent are listed. Set in
again, the section gives way to the new one, and what people filled in stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from templates_docx import guard
from templates_docx.citations import first_free, versions_in
from templates_docx.controls import Numbers
from templates_docx.dissents import PROPERTY, dissents_in, listing
from templates_docx.errors import RefusedFileError, ValueRefusedError
from templates_docx.house import House, heading_above, width_at
from templates_docx.kept import kept_from
from templates_docx.package import Member, Package, packed, write
from templates_docx.parts import Parts
from templates_docx.placing import Mark, Place, bookmark_marks, find_place
from templates_docx.properties import with_property
from templates_docx.set_text import Setting
from templates_docx.wordml import W_STRICT, W, attribute, local
from workflows.forms.catalogue import form
from workflows.forms.fields import Form
from workflows.forms.values import faults

KIND = "basis"
MARK = Mark(
    tag="samspor:basis",
    bookmark="samspor_grunnlag",
    inner="s_g_",
    texts=(
        "[Grunnlag fra utviklingslinja]",
        "[[Grunnlag fra utviklingslinja]]",
        "[Grunnlag frå utviklingslinja]",
        "[[Grunnlag frå utviklingslinja]]",
    ),
)


def into(casefile: bytes, values: Mapping[str, Any], *, language: str) -> bytes:
    """Return the case file with the section at its marked place, in its own styles.

    `values` are those of the form `basis`. The file may have been saved by Word,
    LibreOffice or python-docx, and may hold the section from before.

    Raises:
        RefusedFileError: the file is unsafe, no Word document, or of the strict kind.
        UnusableTemplateError: no place is marked, or the place cannot take a section.
        ValueRefusedError: a value does not fit its field.
    """
    known = form(KIND)
    for fault in faults(known, values):
        raise ValueRefusedError(fault.where, fault.message.in_(language))
    package = Package.open(casefile)
    parts = Parts.of(package)
    root = guard.parse(package.read(parts.document), name=parts.document)
    _refuse_strict(root)
    house = House.of(package, parts)
    _set_in(root, known, values, house=house, language=language)
    changed = {parts.document: _written(root)}
    sealed = listing(dissents_in(known, values, versions_in(known, values)))
    changed |= with_property(package, parts, PROPERTY, sealed)
    return write(_members(package, changed))


def _set_in(
    root: etree._Element,
    known: Form,
    values: Mapping[str, Any],
    *,
    house: House,
    language: str,
) -> None:
    place = find_place(root, MARK, language=language)
    level, above = heading_above(root, place.first, house)
    title = known.name.in_(language)
    has_title = above.strip() in (known.name.nb, known.name.nn)
    setting = Setting(
        form=known,
        values=values,
        language=language,
        house=house,
        table_style=house.table_style(root),
        level=min(level + 1, 9),
        width=width_at(root, place.first),
        numbers=Numbers(max(first_free(root), _first_bookmark(root))),
        kept=kept_from(place.blocks, known),
    )
    blocks = setting.blocks("" if has_title else title)
    _carry_comments(place, blocks)
    _replace(root, place, _around(blocks, title, setting.numbers))


def _around(
    blocks: Sequence[etree._Element], title: str, numbers: Numbers
) -> list[etree._Element]:
    """The control, and the bookmark that says where it is when the control is lost."""
    number = str(numbers.take())
    control = _element("sdt")
    properties = etree.SubElement(control, f"{{{W}}}sdtPr")
    for key, said in (("alias", title), ("tag", MARK.tag), ("id", number)):
        etree.SubElement(properties, f"{{{W}}}{key}").set(f"{{{W}}}val", said)
    etree.SubElement(control, f"{{{W}}}sdtContent").extend(blocks)
    start, end = _element("bookmarkStart"), _element("bookmarkEnd")
    for mark in (start, end):
        mark.set(f"{{{W}}}id", number)
    start.set(f"{{{W}}}name", MARK.bookmark)
    return [start, control, end]


def _replace(root: etree._Element, place: Place, new: list[etree._Element]) -> None:
    """What people wrote has moved already; the rest of the blocks goes.

    A cell must still end in a paragraph, and a bookmark has a name of its own.
    """
    old_marks = bookmark_marks(root, MARK.bookmark)
    parent = place.first.getparent()
    assert parent is not None  # noqa: S101 - a block stands in something
    at = parent.index(place.first)
    for block in place.blocks:
        if block.getparent() is parent:
            parent.remove(block)
    parent[at:at] = new
    for mark in old_marks:
        holder = mark.getparent()
        if holder is not None:
            holder.remove(mark)
    if local(parent) == "tc" and local(parent[-1]) != "p":
        parent.append(_element("p"))


def _carry_comments(place: Place, blocks: Sequence[etree._Element]) -> None:
    """A comment on what gives way is kept, at the beginning of what comes instead."""
    for block in place.blocks:
        for reference in list(block.iter("{*}commentReference")):
            run = reference.getparent()
            if run is not None:
                blocks[0].append(run)


def _members(package: Package, changed: Mapping[str, bytes]) -> Iterator[Member]:
    for name, member in package.members.items():
        yield packed(name, changed[name]) if name in changed else member
    for name in changed.keys() - package.members.keys():
        yield packed(name, changed[name])


def _refuse_strict(root: etree._Element) -> None:
    if etree.QName(root).namespace == W_STRICT:
        text = (
            "the file is a «Strict Open XML Document»; save it in Word as an ordinary "
            "Word document (.docx)"
        )
        raise RefusedFileError("strict", text)


def _first_bookmark(root: etree._Element) -> int:
    found = (attribute(node, "id") or "" for node in root.iter("{*}bookmarkStart"))
    return max((int(text) for text in found if text.isdecimal()), default=0) + 1


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _element(name: str) -> etree._Element:
    return etree.Element(f"{{{W}}}{name}", nsmap={"w": W})

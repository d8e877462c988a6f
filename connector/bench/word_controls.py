"""The natural build of a peer: python-docx and lxml fill the same bound controls.

It opens the same template, repeats the row of each table, writes each text into its
control and into the node that the control is bound to, and saves. Nothing is compiled
beforehand.
"""

from __future__ import annotations

import copy
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import docx
from lxml import etree

from connector.bench.word_samples import Sample
from templates_docx.finding import RECORD
from templates_docx.slots import NAMESPACE
from templates_docx.wordml import name, value

_ROW = re.compile(r":row\[(\d+)\]")
_STORE = f"{{{NAMESPACE}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LOOKS = {"bold": "w:b", "italic": "w:i"}


def controls_maker(template: bytes) -> Callable[[Sample], bytes]:
    """Return how python-docx and lxml fill the controls of this template."""

    def make(sample: Sample) -> bytes:
        document = docx.Document(io.BytesIO(template))
        part = _store_part(document)
        filler = _Filler(sample, etree.fromstring(part.blob))
        filler.repeat_rows(document.element)
        filler.fill(document.element)
        filler.fill(document.sections[0].footer.part.element)
        part._blob = etree.tostring(  # noqa: SLF001 - a part has no setter
            filler.store, xml_declaration=True, encoding="UTF-8"
        )
        document.core_properties.title = f"Prosjektmandat – {sample.single['m_name']}"
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    return make


class _Filler:
    """Fills one document; `store` is the root of its custom XML part."""

    def __init__(self, sample: Sample, store: Any) -> None:
        self.sample = sample
        self.store = store
        self._ids = itertools.count(1_000_000)

    def repeat_rows(self, body: Any) -> None:
        sections = {_tag(one): one for one in body.iter(name("w:sdt"))}
        for key, rows in self.sample.rows.items():
            content = sections[key].find(name("w:sdtContent"))
            pattern = content[0]
            content.remove(pattern)
            for number in range(1, len(rows) + 1):
                content.append(self._item(pattern, number))
            self._add_nodes(key)

    def fill(self, root: Any) -> None:
        for control in root.iter(name("w:sdt")):
            tag = _tag(control)
            binding = control.find(f"{name('w:sdtPr')}/{name('w:dataBinding')}")
            if tag in self.sample.rich:
                _write_rich(control, self.sample.rich[tag])
            elif binding is not None and tag != RECORD:  # The sample has no proof.
                self._fill_bound(control, tag, binding.get(name("w:xpath")))

    def _item(self, pattern: Any, number: int) -> Any:
        item = copy.deepcopy(pattern)
        for identity in item.iter(name("w:id")):
            identity.set(name("w:val"), str(next(self._ids)))
        for binding in item.iter(name("w:dataBinding")):
            path = _ROW.sub(f":row[{number}]", binding.get(name("w:xpath")))
            binding.set(name("w:xpath"), path)
        return item

    def _add_nodes(self, key: str) -> None:
        table = self.store.find(_STORE + key)
        for row in self.sample.values[key]:
            node = etree.SubElement(table, f"{_STORE}row", id=row["_id"])
            for cell in list(row)[1:]:
                etree.SubElement(node, _STORE + cell)

    def _fill_bound(self, control: Any, tag: str, path: str) -> None:
        shown, stored = self._texts(tag, path)
        _write(control, shown)
        (node,) = self.store.xpath(path, namespaces={"m": NAMESPACE})
        node.text = stored
        node.attrib.pop("unset", None)

    def _texts(self, tag: str, path: str) -> tuple[str, str]:
        found = _ROW.search(path)
        if found is None:
            return self.sample.single[tag], self.sample.stored[tag]
        key, _, column = tag.partition(".")
        row = int(found[1]) - 1
        rows, values = self.sample.rows[key], self.sample.values[key]
        return rows[row][column], values[row][column]


def _write(control: Any, text: str) -> None:
    _end_placeholder(control)
    words = next(control.iter(name("w:t")))
    look = words.getparent().find(name("w:rPr"))
    if look is not None:
        words.getparent().remove(look)
    words.set(_SPACE, "preserve")
    words.text = text


def _write_rich(control: Any, runs: Sequence[Mapping[str, Any]]) -> None:
    _end_placeholder(control)
    paragraph = next(control.iter(name("w:p")))
    for old in paragraph.findall(name("w:r")):
        paragraph.remove(old)
    for one in runs:
        run = etree.SubElement(paragraph, name("w:r"))
        look = etree.SubElement(run, name("w:rPr"))
        for mark in _LOOKS.keys() & one.keys():
            etree.SubElement(look, name(_LOOKS[mark]))
        words = etree.SubElement(run, name("w:t"))
        words.set(_SPACE, "preserve")
        words.text = one["text"]


def _end_placeholder(control: Any) -> None:
    properties = control.find(name("w:sdtPr"))
    mark = properties.find(name("w:showingPlcHdr"))
    if mark is not None:
        properties.remove(mark)


def _store_part(document: Any) -> Any:
    parts: Iterator[Any] = (
        relation.target_part for relation in document.part.rels.values()
    )
    return next(part for part in parts if str(part.partname).startswith("/customXml/"))


def _tag(control: Any) -> str:
    return value(control.find(f"{name('w:sdtPr')}/{name('w:tag')}")) or ""

"""Set in again what other programs take out of a template when they save it.

LibreOffice 7.4 loses tags, repeating sections, the marks of rich controls, titles of
tables, the relationships of the store and the properties; Word drops an empty
properties part. What is left (bindings, labels, bookmarks, order of rows) says what
everything was. Text, styles and order stay as the person has made them.
"""

from __future__ import annotations

import posixpath
import re

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from lxml import etree

from templates_docx.build import (
    CUSTOM_XML,
    CUSTOM_XML_PROPERTIES,
    STORE_PROPERTIES,
)
from templates_docx.bundle import Bundle
from templates_docx.controls import Numbers
from templates_docx.finding import controls
from templates_docx.numbering import Lists
from templates_docx.origin import empty_properties
from templates_docx.package import Package
from templates_docx.parts import Parts, relations, store_root
from templates_docx.restoring_charts import restore_charts
from templates_docx.restoring_controls import Restorer
from templates_docx.store import kind_of
from templates_docx.storing import empty_store
from templates_docx.wordml import MC, PREFIXES, child, local, value
from workflows.forms.catalogue import form
from workflows.forms.fields import Form

_LIBREOFFICE = "LibreOffice"
_WHOLE = re.compile(r"-?\d{1,10}", re.ASCII)
# More numbers than a file may have controls; `w:id` has 32 bits.
_STRETCH, _LAST = 50_000, 2**31
_HINT_STYLE = "placeholder text"


def restored(data: bytes, *, kind: str, language: str) -> bytes:
    """Return a template with its controls, store and properties whole.

    A file of another kind, or without a single bound control, comes back untouched.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    bundle, package, known = Bundle.of(data), Package.open(data), form(kind)
    parts = Parts.of(package)
    _, root = store_root(package, parts)
    if root is not None and kind_of(root) != kind:
        return data
    if not _is_ours(bundle, parts, known):
        return data
    restorer = Restorer(
        form=known,
        language=language,
        is_from_libreoffice=_application(bundle, parts).startswith(_LIBREOFFICE),
        hint_style=_hint_style(Lists.of(package, parts)),
        numbers=Numbers(_free_stretch(bundle, parts)),
    )
    for name in parts.with_text:
        _restore(bundle, name, restorer)
    restore_charts(bundle, package, parts, known, language=language)
    _attach_store(bundle, package, parts, known, language=language)
    _attach_properties(bundle, parts)
    return bundle.data()


def new_fields(data: bytes, form: Form) -> tuple[str, ...]:
    """Return the fields that the form has got since the template was put back.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    package = Package.open(data)
    _, root = store_root(package, Parts.of(package))
    known = set() if root is None else {local(node) for node in root}
    return tuple(key for key in form.by_key if known and key not in known)


def _is_ours(bundle: Bundle, parts: Parts, known: Form) -> bool:
    root = bundle.root(parts.document)
    bound = set() if root is None else {one.binding for one in controls(root)}
    return any(place is not None and place.field in known.by_key for place in bound)


def _application(bundle: Bundle, parts: Parts) -> str:
    root = bundle.root(parts.app)
    return "" if root is None else (root.findtext("{*}Application") or "").strip()


def _free_stretch(bundle: Bundle, parts: Parts) -> int:
    """Return where numbers begin that no control of the file has."""
    taken = {
        value(child(one.properties, "id")) or ""
        for name in parts.with_text
        if (root := bundle.root(name)) is not None
        for one in controls(root)
    }
    known = [int(number) for number in taken if _WHOLE.fullmatch(number)]
    starts = range(_STRETCH, _LAST, _STRETCH)
    return next(
        start
        for start in starts
        if not any(start <= number < start + _STRETCH for number in known)
    )


def _hint_style(lists: Lists) -> str:
    for style_id, style in lists.styles.items():
        if (value(child(style, "name")) or "").lower() == _HINT_STYLE:
            return style_id
    return ""


def _restore(bundle: Bundle, name: str, restorer: Restorer) -> None:
    root = bundle.root(name)
    if root is not None:
        root = _declared(root)
        restorer.restore(root)
        bundle.put(name, root)


def _declared(root: etree._Element) -> etree._Element:
    """Controls that are made anew need the names of Word 2010 and 2013 on the root."""
    known = {prefix: root.nsmap.get(prefix) for prefix in PREFIXES}
    if known == PREFIXES:
        return root
    names = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    made = etree.Element(root.tag, dict(root.attrib), nsmap={**names, **PREFIXES})
    made.text = root.text
    made.extend(list(root))
    extras = made.get(f"{{{MC}}}Ignorable", "").split()
    extras += [prefix for prefix in ("w14", "w15") if prefix not in extras]
    made.set(f"{{{MC}}}Ignorable", " ".join(extras))
    return made


def _attach_store(
    bundle: Bundle, package: Package, parts: Parts, known: Form, *, language: str
) -> None:
    """The store as an empty template has it, under the identifier of the bindings."""
    name, _ = store_root(package, parts)
    if not name:
        name = _free(bundle, "customXml/samspor{}.xml")
        bundle.relate(parts.document, RELATIONSHIP_TYPE.CUSTOM_XML, name)
        bundle.declare(name, CUSTOM_XML)
    bundle.parts[name] = empty_store(known, language=language)
    about = next(
        (r.target for r in relations(package, name) if r.kind == "customXmlProps"), ""
    )
    if about not in bundle.parts:
        about = _free(bundle, "customXml/samsporProps{}.xml")
        bundle.unrelate(name, "customXmlProps")
        bundle.relate(name, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS, about)
        bundle.declare(about, CUSTOM_XML_PROPERTIES)
    bundle.parts[about] = STORE_PROPERTIES
    _drop_lost(bundle, package, parts, keep=name)


def _drop_lost(bundle: Bundle, package: Package, parts: Parts, *, keep: str) -> None:
    """A part that LibreOffice has emptied is no XML, and Word would not open it."""
    for name in parts.custom_xml:
        if name != keep and name in package and not package.read(name):
            bundle.forget(parts.document, name)


def _attach_properties(bundle: Bundle, parts: Parts) -> None:
    if parts.properties in bundle.parts:
        return
    name = _free(bundle, "docProps/custom{}.xml")
    bundle.unrelate("", "custom-properties")
    bundle.relate("", RELATIONSHIP_TYPE.CUSTOM_PROPERTIES, name)
    bundle.declare(name, CONTENT_TYPE.OFC_CUSTOM_PROPERTIES)
    bundle.parts[name] = empty_properties()


def _free(bundle: Bundle, pattern: str) -> str:
    names = (pattern.format(number or "") for number in range(len(bundle.parts) + 1))
    taken = {posixpath.normpath(name).lower() for name in bundle.parts}
    return next(name for name in names if name.lower() not in taken)

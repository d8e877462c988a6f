"""Citations: controls that name an output of the development line and its version.

The tag is `samspor:output:<ref>@<version>`. LibreOffice 7.4 loses tags and keeps data
bindings, so a citation has a binding too, in which a namespace bears the same name. It
binds to nothing: no custom XML part has that namespace, and a program that finds no
node keeps the text as it stands (ISO/IEC 29500-1, 17.5.2.6; LibreOffice 7.4 does).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from templates_docx.errors import ValueRefusedError
from templates_docx.finding import CITATION, controls
from templates_docx.places import where
from templates_docx.slots import NO_STORE
from templates_docx.wordml import W, name, run

_MAPPINGS = name("w:prefixMappings")
_NAMED = re.compile(r"[\w.-]+@[\w.-]+")


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A reference from a document to an output of the development line."""

    output: str
    version: str
    where: str


def citation_control(output: str, version: str, text: str, *, number: int) -> str:
    """Return a run-level control with `text` that cites a version of an output.

    `output` and `version` are as in `O-202` and `1.0`; `number` is the `w:id`, which no
    other control of the document has.

    Raises:
        ValueRefusedError: reference or version hold other signs than letters, digits,
            full stop, hyphen and underscore.
    """
    name = _name(output, version)
    binding = (
        f'<w:dataBinding w:prefixMappings="{_mapping(name)}" w:xpath="/c:none" '
        f'w:storeItemID="{NO_STORE}"/><w:text/>'
    )
    head = _head(output, version, number=number)
    return _control(head + binding, run(text))


def cite_around(
    control: etree._Element, output: str, version: str, *, number: int
) -> None:
    """Put a citing control around the bound control of a field, where it stands.

    LibreOffice keeps one of two bindings, and that must be the field's. So the control
    around bears the tag alone, and the binding of the field names the output as well.
    Arguments and errors are as for `citation_control`.
    """
    mapping = _mapping(_name(output, version))
    bound = control.find(f"{name('w:sdtPr')}/{name('w:dataBinding')}")
    if bound is not None:
        said = bound.get(_MAPPINGS, "")
        bound.set(_MAPPINGS, f"{said} {mapping}".strip())
    around = _element(_control(_head(output, version, number=number), ""))
    control.addprevious(around)
    around.tail, control.tail = control.tail, None
    around[-1].append(control)


def citations_of(root: etree._Element) -> Iterator[Citation]:
    """Yield the citations of an accepted part, in document order.

    A control inside another that cites the same says nothing new.
    """
    citing: dict[etree._Element, str] = {}
    for control in controls(root):
        above = (citing.get(node) for node in control.element.iterancestors())
        if control.cited and control.cited not in above:
            citing[control.element] = control.cited
            output, _, version = control.cited.partition("@")
            place = where(control.element)
            yield Citation(output=output, version=version, where=place)


def _name(output: str, version: str) -> str:
    named = f"{output}@{version}"
    if not _NAMED.fullmatch(named):
        raise ValueRefusedError(named, "no reference and version of an output")
    return named


def _mapping(named: str) -> str:
    return f"xmlns:c='{CITATION}{named}'"


def _head(output: str, version: str, *, number: int) -> str:
    return (
        f'<w:alias w:val="Leveranse {output}, versjon {version}"/>'
        f'<w:tag w:val="{CITATION}{output}@{version}"/><w:id w:val="{number}"/>'
    )


def _control(properties: str, content: str) -> str:
    body = f"<w:sdtContent>{content}</w:sdtContent>"
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr>{body}</w:sdt>"


def _element(control: str) -> etree._Element:
    return etree.fromstring(f'<w:r xmlns:w="{W}">{control}</w:r>')[0]

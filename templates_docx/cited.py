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
from templates_docx.wordml import run

_NAME = re.compile(r"[\w.-]+@[\w.-]+")
# No custom XML part is ever known by this GUID; the schema wants one to be named.
_NO_STORE = "{5A3D1C52-7E0B-4C6E-9B7A-4E4F4E450000}"


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
    properties = _properties(output, version, number=number) + "<w:text/>"
    return _control(properties, run(text))


def citation_around(output: str, version: str, content: str, *, number: int) -> str:
    """Return a control that cites around run-level `content`, such as a bound control.

    Arguments and errors are as for `citation_control`.
    """
    return _control(_properties(output, version, number=number), content)


def citations_of(root: etree._Element) -> Iterator[Citation]:
    """Yield the citations of an accepted part, in document order."""
    for control in controls(root):
        if control.cited:
            output, _, version = control.cited.partition("@")
            place = where(control.element)
            yield Citation(output=output, version=version, where=place)


def _properties(output: str, version: str, *, number: int) -> str:
    name = f"{output}@{version}"
    if not _NAME.fullmatch(name):
        raise ValueRefusedError(name, "no reference and version of an output")
    title = f"Leveranse {output}, versjon {version}"
    return (
        f'<w:alias w:val="{title}"/><w:tag w:val="{CITATION}{name}"/>'
        f'<w:id w:val="{number}"/>'
        f"<w:dataBinding w:prefixMappings=\"xmlns:c='{CITATION}{name}'\" "
        f'w:xpath="/c:none" w:storeItemID="{_NO_STORE}"/>'
    )


def _control(properties: str, content: str) -> str:
    body = f"<w:sdtContent>{content}</w:sdtContent>"
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr>{body}</w:sdt>"

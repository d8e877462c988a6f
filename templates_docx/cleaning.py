"""Take out of a template what must not travel with every document made from it.

That is who made it, where it lay on somebody's machine, and which other template it
hangs on.
"""

from __future__ import annotations

from templates_docx.build import APPLICATION
from templates_docx.bundle import Bundle
from templates_docx.origin import empty_properties
from templates_docx.package import Package
from templates_docx.parts import Parts, relations

_PERSONAL = (
    "creator",
    "lastModifiedBy",
    "lastPrinted",
    "revision",
    "created",
    "modified",
    "keywords",
    "subject",
    "description",
    "category",
)


def cleaned(data: bytes) -> bytes:
    """Return the template without names, times, properties and an attached template.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    bundle, package = Bundle.of(data), Package.open(data)
    parts = Parts.of(package)
    _clean_core(bundle, parts.core)
    if parts.app in bundle.parts:
        bundle.parts[parts.app] = APPLICATION
    if parts.properties in bundle.parts:
        bundle.parts[parts.properties] = empty_properties()
    for relation in relations(package, parts.document):
        if relation.kind == "settings" and not relation.is_external:
            _detach(bundle, relation.target)
    return bundle.data()


def _clean_core(bundle: Bundle, name: str) -> None:
    root = bundle.root(name)
    if root is None:
        return
    for node in [found for key in _PERSONAL for found in root.findall(f"{{*}}{key}")]:
        root.remove(node)
    bundle.put(name, root)


def _detach(bundle: Bundle, settings: str) -> None:
    root = bundle.root(settings)
    if root is None:
        return
    for node in root.findall("{*}attachedTemplate"):
        root.remove(node)
    bundle.put(settings, root)
    bundle.unrelate(settings, "attachedTemplate")

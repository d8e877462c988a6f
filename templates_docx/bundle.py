"""A Word file being changed: parts by name, with their types and relationships.

Source: ISO/IEC 29500-2, 6.2 (content types) and 6.5 (relationships).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from templates_docx import guard
from templates_docx.package import Package, packed, write
from templates_docx.parts import Parts

_TYPES = "[Content_Types].xml"
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True)
class Bundle:
    """Every part of a file, unpacked; changed in place and packed again."""

    parts: dict[str, bytes]

    @classmethod
    def of(cls, data: bytes) -> Bundle:
        """Return the parts of a file.

        Raises:
            RefusedFileError: the file is unsafe, broken, or no Word document.
        """
        package = Package.open(data)
        Parts.of(package)
        return cls({name: package.read(name) for name in package.members})

    def data(self) -> bytes:
        """Return the file; the same parts give the same bytes."""
        return write(packed(name, content) for name, content in self.parts.items())

    def root(self, name: str) -> etree._Element | None:
        """Return the tree of a part, `None` when there is no such part."""
        content = self.parts.get(name)
        return None if content is None else guard.parse(content, name=name)

    def put(self, name: str, root: etree._Element) -> None:
        """Write a tree as a part."""
        self.parts[name] = etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", standalone=True
        )

    def declare(self, name: str, content_type: str) -> None:
        """Say what kind of part a name is, in place of what was said."""
        self._keep_nodes(_TYPES, lambda node: node.get("PartName") != f"/{name}")
        root = guard.parse(self.parts[_TYPES], name=_TYPES)
        attributes = {"PartName": f"/{name}", "ContentType": content_type}
        etree.SubElement(root, f"{{{_TYPES_NAMESPACE}}}Override", attributes)
        self.put(_TYPES, root)

    def relate(
        self, source: str, kind: str, target: str, *, identifier: str = ""
    ) -> None:
        """Relate a part, the package for an empty name, to another part."""
        name = relations_of(source)
        root = self.root(name)
        if root is None:
            root = etree.Element(
                f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS}
            )
        taken = {node.get("Id") for node in root}
        free = next(n for n in range(1, len(taken) + 2) if f"rIdS{n}" not in taken)
        path = posixpath.relpath(f"/{target}", posixpath.dirname(f"/{source}"))
        attributes = {"Id": identifier or f"rIdS{free}", "Type": kind, "Target": path}
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", attributes)
        self.put(name, root)

    def unrelate(self, source: str, kind: str) -> None:
        """Take away the relationships of a kind, told by the last step of its type."""
        self._keep_nodes(
            relations_of(source),
            lambda node: node.get("Type", "").rpartition("/")[2] != kind,
        )

    def forget(self, source: str, name: str) -> None:
        """Take away a part, what was said of it, and the way that a part had to it."""
        self.parts.pop(name, None)
        self._keep_nodes(_TYPES, lambda node: node.get("PartName") != f"/{name}")
        folder = posixpath.dirname(f"/{source}")
        self._keep_nodes(
            relations_of(source),
            lambda node: _joined(folder, node.get("Target", "")) != f"/{name}",
        )

    def _keep_nodes(self, name: str, is_kept: Callable[[etree._Element], bool]) -> None:
        root = self.root(name)
        if root is None:
            return
        for node in list(root):
            if not is_kept(node):
                root.remove(node)
        self.put(name, root)


def _joined(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(folder, target))


def relations_of(source: str) -> str:
    """Return the name of the part with the relationships of another."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")

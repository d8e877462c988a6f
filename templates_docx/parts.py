"""Which part of a package is what, told by relationships and never by name.

Source: ISO/IEC 29500-2, 6.5 (relationships). Word itself may call the main part
`word/document2.xml`.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from templates_docx import guard
from templates_docx.errors import RefusedFileError
from templates_docx.package import Directory, Package
from templates_docx.store import is_store

# A target with a scheme or a network path points out, whatever its mode says.
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]+:|[/\\]{2}", re.IGNORECASE)
# What is remembered between files: so many parts, none larger than so many bytes.
_KEPT, _KEPT_SIZE = 256, 16_384
_NOTES = "footer", "header", "footnotes", "endnotes"


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One relationship; `kind` is the last step of its type."""

    kind: str
    target: str
    is_external: bool
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Names of the parts that matter; empty or absent when the file has none."""

    document: str
    notes: tuple[str, ...] = ()
    numbering: str = ""
    styles: str = ""
    comments: str = ""
    comments_extended: str = ""
    custom_xml: tuple[str, ...] = ()
    core: str = ""
    app: str = ""
    properties: str = ""
    external: tuple[Relation, ...] = ()

    @classmethod
    def of(cls, package: Package) -> Parts:
        """Return the parts of a package.

        Raises:
            RefusedFileError: there is no main document part, or there are macros.
        """
        root = relations(package, "")
        document = _main_of(package, root)
        own = relations(package, document)
        return cls(
            document=document,
            notes=_all(own, *_NOTES),
            numbering=_first(own, "numbering"),
            styles=_first(own, "styles"),
            comments=_first(own, "comments"),
            comments_extended=_first(own, "commentsExtended"),
            custom_xml=_all(own, "customXml"),
            core=_first(root, "core-properties"),
            app=_first(root, "extended-properties", "extendedProperties"),
            properties=_first(root, "custom-properties", "customProperties"),
            external=tuple(relation for relation in own if relation.is_external),
        )

    @property
    def with_text(self) -> tuple[str, ...]:
        """The document first, then headers, footers and notes."""
        return (self.document, *self.notes)


def text_parts(package: Directory) -> tuple[str, ...]:
    """Return `Parts.with_text`, the document first, and look at nothing else.

    Raises:
        RefusedFileError: there is no main document part, or there are macros.
    """
    document = _main_of(package, relations(package, ""))
    return (document, *_all(relations(package, document), *_NOTES))


def relations(package: Package | Directory, part: str) -> tuple[Relation, ...]:
    """Return the relationships of a part, of the package itself for an empty name."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    return relations_in(package, path) if path in package else ()


def relations_in(package: Package | Directory, name: str) -> tuple[Relation, ...]:
    """Return the relationships that one part `…/_rels/….rels` holds."""
    content = package.read(name)
    known = _known if len(content) <= _KEPT_SIZE else _known.__wrapped__
    return known(content, name)


def _main_of(package: Package | Directory, root: tuple[Relation, ...]) -> str:
    document = _first(root, "officeDocument")
    if document not in package:
        raise RefusedFileError("not-word", "the file has no main document")
    _check_types(package.read(guard.CONTENT_TYPES), main=document)
    return document


@functools.lru_cache(maxsize=_KEPT)
def _known(content: bytes, name: str) -> tuple[Relation, ...]:
    """Files of one program have the same relationships again and again."""
    folder = posixpath.dirname(posixpath.dirname(name))
    root = guard.parse(content, name=name)
    return tuple(_relation(node, folder) for node in root.iter("{*}Relationship"))


@functools.lru_cache(maxsize=_KEPT)
def _is_word(content: bytes, main: str) -> bool:
    """Say so once for all files with these content types; refuse what is none."""
    guard.check_content_types(content, main=main)
    return True


def _check_types(content: bytes, *, main: str) -> None:
    check = _is_word if len(content) <= _KEPT_SIZE else _is_word.__wrapped__
    check(content, main)


def store_root(package: Package, parts: Parts) -> tuple[str, etree._Element | None]:
    """Return name and root of the store; LibreOffice may have emptied it."""
    for name in parts.custom_xml:
        content = package.read(name) if name in package else b""
        root = guard.parsed(content, name=name)
        if root is not None and is_store(root):
            return name, root
    return "", None


def _relation(node: etree._Element, folder: str) -> Relation:
    target = node.get("Target", "")
    is_external = node.get("TargetMode") == "External" or bool(_OUTSIDE.match(target))
    if not is_external:
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    kind = node.get("Type", "").rpartition("/")[2]
    own_id = node.get("Id", "")
    return Relation(kind=kind, target=target, is_external=is_external, id=own_id)


def _first(found: tuple[Relation, ...], *kinds: str) -> str:
    """A strict document spells some kinds in another way: all of them are given."""
    return next(_matching(found, *kinds), "")


def _all(found: tuple[Relation, ...], *kinds: str) -> tuple[str, ...]:
    return tuple(_matching(found, *kinds))


def _matching(found: tuple[Relation, ...], *kinds: str) -> Iterator[str]:
    for relation in found:
        if relation.kind in kinds and not relation.is_external:
            yield relation.target

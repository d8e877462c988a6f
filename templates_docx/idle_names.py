"""Namespaces that a part declares and does not use.

Word and python-docx declare thirty on every header; every document would carry and
deflate them. Source: ISO/IEC 29500-3, 10 (what the attributes of `mc` name by prefix).
"""

from __future__ import annotations

from lxml import etree

from templates_docx.wordml import MC


def drop_idle_names(root: etree._Element) -> None:
    """Take out the declarations that nothing in the part needs."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=sorted(_named(root)))


def _named(root: etree._Element) -> set[str]:
    """The prefixes that attributes name in their text, as `mc:Ignorable` does."""
    texts = [
        text.replace(":", " ")
        for element in root.iter(etree.Element)
        for key, text in element.attrib.items()
        if key.startswith(f"{{{MC}}}") or key == "Requires"
    ]
    return {prefix for text in texts for prefix in text.split()}

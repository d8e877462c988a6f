"""The values of a file of another origin: its tagged controls, as plain texts.

A tick box is `true` or `false`. A date is the day in ISO form: that of the text where
it can be understood, else that of the control. A list is the value of the item that is
shown, or the text itself where it is none of them. A repeating section is a list of
rows. Everything else is the text, and a control that shows its placeholder is empty.
Source: ISO/IEC 29500-1, 17.5.2; [MS-DOCX] 2.5.4 and 2.6.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.display import UnreadableError, read_date
from templates_docx.finding import Control, control_of, controls
from templates_docx.places import is_ours
from templates_docx.wordml import attribute, child, local

_ON = "1", "true", "on"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LISTS = "dropDownList", "comboBox"


def tagged_values(roots: Iterable[etree._Element]) -> dict[str, Any]:
    """Return the value of each tag, in document order; the first of each tag counts."""
    values: dict[str, Any] = {}
    for root in roots:
        for control in _outside_rows(root):
            values.setdefault(control.tag, _value(control))
    return values


def _outside_rows(root: etree._Element) -> Iterator[Control]:
    """Yield the named controls of a part; those in a repeating section are its own."""
    inside: set[etree._Element] = set()
    for control in controls(root):
        is_named = bool(control.tag) and not is_ours(control.tag)
        is_said = not control.cited and control.content is not None
        if control.element not in inside and is_named and is_said:
            yield control
            if _is_repeating(control):
                inside.update(control.element.iter("{*}sdt"))


def _value(control: Control) -> Any:
    if _is_repeating(control):
        return list(_rows(control))
    box = child(control.properties, "checkbox")
    if box is not None:
        return "true" if _is_ticked(box) else "false"
    if control.shows_placeholder or control.content is None:
        return ""
    return _said(control, text_of(control.content))


def _said(control: Control, text: str) -> str:
    for kind in control.properties:
        if local(kind) == "date":
            return _day(kind, text)
        if local(kind) in _LISTS:
            return _chosen(kind, text)
    return text


def _day(kind: etree._Element, text: str) -> str:
    try:
        return read_date(text).isoformat()
    except UnreadableError:
        day = _ISO.match(attribute(kind, "fullDate") or "")
        return day[0] if day else text


def _chosen(kind: etree._Element, text: str) -> str:
    for item in kind:
        if attribute(item, "displayText") == text:
            return attribute(item, "value") or text
    return text


def _is_ticked(box: etree._Element) -> bool:
    state = child(box, "checked")
    said = () if state is None else state.values()
    return state is not None and (not said or said[0] in _ON)


def _is_repeating(control: Control) -> bool:
    return child(control.properties, "repeatingSection") is not None


def _rows(control: Control) -> Iterator[dict[str, Any]]:
    items = () if control.content is None else control.content
    for item in items:
        row = control_of(item) if local(item) == "sdt" else None
        if row is not None and row.content is not None:
            yield tagged_values([row.content])

"""The paragraphs of rich fields in the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templates_docx.filling import Filling, Paragraph
from templates_docx.segments import RichHole
from templates_docx.texts import around_text

BOLD, ITALIC = 1, 2
_MARKS = "", "<w:b/>", "<w:i/>", "<w:b/><w:i/>"
_RUNS = tuple(
    around_text(f"<w:rPr>{marks}</w:rPr>" if marks else "")[0].encode()
    for marks in _MARKS
)
_RUN_END = around_text("")[1].encode()


@dataclass(frozen=True, kw_only=True)
class RichBlock:
    """The paragraphs of a rich control; `properties` are by kind of list."""

    field: str
    empty: bytes
    properties: Mapping[str, bytes]

    @classmethod
    def of(cls, hole: RichHole) -> RichBlock:
        """Return the block for a hole; each numbered list begins at 1."""
        number = (
            f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{hole.list_number}"/>'
            "</w:numPr>"
        )
        bullets, numbers = (hole.list_styles[kind] for kind in ("bullet", "number"))
        properties = {
            "": hole.style,
            "bullet": _style(bullets),
            "number": _style(numbers, number),
        }
        return cls(
            field=hole.field,
            empty=hole.empty.encode(),
            properties={kind: text.encode() for kind, text in properties.items()},
        )

    def render(self, filling: Filling) -> bytes:
        """Return the paragraphs, or those of the empty control."""
        paragraphs = filling.rich.get(self.field)
        return b"".join(map(self._paragraph, paragraphs)) if paragraphs else self.empty

    def _paragraph(self, one: Paragraph) -> bytes:
        runs = [
            _RUNS[look] + text + _RUN_END
            for look, text in zip(one.looks, one.shown, strict=True)
            if text
        ]
        return b"<w:p>%b%b</w:p>" % (self.properties[one.list], b"".join(runs))


@dataclass(frozen=True)
class RichStateBlock:
    """The mark that a rich control shows its placeholder."""

    field: str

    def render(self, filling: Filling) -> bytes:
        """Return the mark when the control is empty."""
        return b"" if filling.rich.get(self.field) else b"<w:showingPlcHdr/>"


def _style(style: str, more: str = "") -> str:
    return f'<w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>'

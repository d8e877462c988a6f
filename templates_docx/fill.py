"""Values into a compiled template: body and custom XML part always say the same.

The same values give the same bytes: no clock, numbers in order, fixed zip times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from templates_docx.bounds import Bounds, check_sizes
from templates_docx.codec import ZLIB, Codec
from templates_docx.errors import UnusableTemplateError, ValueRefusedError
from templates_docx.filling import Filling
from templates_docx.gathering import Gatherer
from templates_docx.moulds import Moulds
from templates_docx.origin import OriginPart
from templates_docx.outlines import Outliner
from templates_docx.package import Frame, Member, packed
from templates_docx.store import Identity
from templates_docx.texts import MAX_TEXT
from templates_docx.weaving import Part
from workflows.forms.fields import Form
from workflows.forms.values import faults

_NOBODY = Identity()
# What the tight pass may raise on a value that is not of the shape of its field.
_ODD = ValueError, TypeError, KeyError, AttributeError
_Contents: TypeAlias = "list[tuple[str, bytes]]"


class _Packed(NamedTuple):
    """A part as it was packed last."""

    content: bytes
    codec: Codec
    member: Member


@dataclass(frozen=True, kw_only=True)
class Template:
    """A compiled template: what all its documents share, and how the rest is made.

    `placed` are the fields that the template has a place for. `parts` are made of
    texts alone; then come the `origin` and the parts that are `computed` from values.
    """

    form: Form
    language: str
    frame: Frame
    parts: Sequence[Part]
    origin: OriginPart
    computed: Sequence[Part]
    gatherer: Gatherer
    outliner: Outliner | None
    bounds: Sequence[Bounds]
    placed: frozenset[str]
    _moulds: Moulds = field(default_factory=Moulds, repr=False, compare=False)
    _last: dict[str, _Packed] = field(default_factory=dict, repr=False, compare=False)

    def fill(
        self,
        values: Mapping[str, Any],
        *,
        identity: Identity | None = None,
        codec: Codec = ZLIB,
    ) -> bytes:
        """Return a .docx that holds the values; fields without one show a placeholder.

        Raises:
            ValueRefusedError: a key the form does not have, a value of wrong shape, or
                so much that the file could not be read again.
            UnusableTemplateError: the template has no place for a field that is given.
        """
        identity = identity or _NOBODY
        contents = self._cast(values, identity) or self._made(values, identity)
        return self.frame.file([self._packed(*content, codec) for content in contents])

    def _cast(self, values: Mapping[str, Any], identity: Identity) -> _Contents:
        """A document of a known shape differs from others in texts alone."""
        outline = self.outliner.outline(values) if self.outliner else None
        if outline is None:
            return []
        made = self._moulds.cast(outline, identity, lambda: self._marked(values))
        if made is None:
            return []
        names = [part.name for part in self.parts]
        origin = self.origin.plain(outline, identity)
        return [*zip(names, made, strict=True), (self.origin.name, origin)]

    def _marked(self, values: Mapping[str, Any]) -> list[bytes]:
        filling = self.gatherer.marked(values)
        return [part.render(filling) for part in self.parts]

    def _made(self, values: Mapping[str, Any], identity: Identity) -> _Contents:
        filling = self._filling(values, identity)
        rows = {key: len(table.parties) for key, table in filling.tables.items()}
        for one in self.bounds:
            one.check(rows, language=self.language)
        parts = *self.parts, self.origin, *self.computed
        contents = [(part.name, part.render(filling)) for part in parts]
        made = (content for _, content in contents)
        check_sizes(made, values, language=self.language)
        return contents

    def _packed(self, name: str, content: bytes, codec: Codec) -> Member:
        """A part that is as in the document before is not packed again."""
        last = self._last.get(name)
        if last is None or last.content != content or last.codec is not codec:
            member = packed(name, content, codec=codec)
            last = self._last[name] = _Packed(content, codec, member)
        return last.member

    def _filling(self, values: Mapping[str, Any], identity: Identity) -> Filling:
        if not values.keys() <= self.placed:
            self._refuse(values)
        try:
            return self.gatherer.gather(values, identity=identity)
        except _ODD:
            self._refuse(values)
            raise

    def _refuse(self, values: Mapping[str, Any]) -> None:
        """Say what is wrong and where, as carefully as it takes."""
        for fault in faults(self.form, values):
            raise ValueRefusedError(fault.where, fault.message.in_(self.language))
        for key in values:
            if key not in self.placed:
                text = "the template has no place for this field"
                raise UnusableTemplateError(text, where=key)
        for key, value in values.items():
            if _longest(value) > MAX_TEXT:
                raise ValueRefusedError(key, f"a text is over {MAX_TEXT} characters")


def _longest(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return _longest(list(value.values()))
    return max(map(_longest, value), default=0) if isinstance(value, list) else 0

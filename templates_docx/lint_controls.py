"""The controls of a template, sorted by the field that each is for or may mean."""

from __future__ import annotations

import difflib
import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from templates_docx.finding import Control, Slots, controls, is_for_record
from templates_docx.lint_places import Sheet
from templates_docx.slots import Slot, is_signing
from templates_docx.usable import is_gone, is_needed
from templates_docx.wordml import attribute, child
from workflows.forms.fields import Field, FieldType, Form

_NEAR = 0.75


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One control that is for a field of the form; `slot` is none for rich and rows."""

    sheet: Sheet
    control: Control
    field: Field
    slot: Slot | None = None
    party: str = ""

    @property
    def is_rows(self) -> bool:
        """Say whether the control is around the rows of a table."""
        return self.slot is None and self.field.type is FieldType.TABLE

    @property
    def is_live(self) -> bool:
        """Say whether the compiler takes the control: it has content and stays."""
        has_content = self.control.content is not None
        return has_content and not is_gone(self.control.element)


@dataclass(frozen=True, kw_only=True)
class Stray:
    """One control that is for no field; `key` is the field that it may be meant for."""

    sheet: Sheet
    control: Control
    told: str
    key: str
    is_bound_wrong: bool = False


@dataclass(frozen=True, kw_only=True)
class Controls:
    """Every control of a template, sorted by what it is for."""

    form: Form
    language: str
    placed: tuple[Placed, ...]
    strays: tuple[Stray, ...]

    @classmethod
    def of(
        cls, form: Form, sheets: tuple[Sheet, ...], *, language: str, store_id: str
    ) -> Controls:
        """Return the controls of all parts, in order.

        `store_id` is the identifier that bindings must name.
        """
        slots = Slots.of(form, language=language)
        sorter = _Sorter(form=form, slots=slots, store_id=store_id)
        found = [
            sorted_one
            for sheet in sheets
            for control in controls(sheet.root)
            for sorted_one in sorter.sort(sheet, control)
        ]
        return cls(
            form=form,
            language=language,
            placed=tuple(one for one in found if isinstance(one, Placed)),
            strays=tuple(one for one in found if isinstance(one, Stray)),
        )

    @functools.cached_property
    def fields(self) -> frozenset[str]:
        """The fields that the compiler finds a place for."""
        return frozenset(
            one.field.key
            for one in self.placed
            if one.is_live and not (one.slot is not None and one.slot.in_table)
        )

    @functools.cached_property
    def missing(self) -> frozenset[str]:
        """The fields without which no template can be used and that have no place."""
        needed = {field.key for field in self.form.fields if is_needed(field)}
        return frozenset(needed - self.fields)

    def by_field(self) -> Mapping[str, list[Placed]]:
        """Return the controls of each field."""
        found: dict[str, list[Placed]] = defaultdict(list)
        for one in self.placed:
            found[one.field.key].append(one)
        return found


@dataclass(frozen=True, kw_only=True)
class _Sorter:
    form: Form
    slots: Slots
    store_id: str

    def sort(self, sheet: Sheet, control: Control) -> Iterator[Placed | Stray]:
        rows = self._rows(sheet, control)
        slot, rich = self.slots.slot_of(control), self.slots.rich_of(control)
        if rows is not None:
            yield rows
        elif slot is not None:
            field = self.form.field(slot.field)
            yield Placed(sheet=sheet, control=control, field=field, slot=slot)
        elif rich is not None:
            yield Placed(sheet=sheet, control=control, field=rich)
        else:
            yield from self._stray(sheet, control)
        if slot is not None:
            yield from self._at_odds(sheet, control, slot)

    def _at_odds(self, sheet: Sheet, control: Control, slot: Slot) -> Iterator[Stray]:
        """The tag, or the binding, of a control that is known by the other."""
        found = child(control.properties, "dataBinding")
        named = "" if found is None else attribute(found, "storeItemID") or ""
        if control.tag and not self._is_known(control.tag):
            yield self._wrong(sheet, control, control.tag, slot, is_bound_wrong=False)
        if control.binding is None:
            told = "" if found is None else attribute(found, "xpath") or ""
            yield self._wrong(sheet, control, told or "–", slot, is_bound_wrong=True)
        elif named.upper() != self.store_id.upper():
            yield self._wrong(sheet, control, named, slot, is_bound_wrong=True)

    def _wrong(
        self,
        sheet: Sheet,
        control: Control,
        told: str,
        slot: Slot,
        *,
        is_bound_wrong: bool,
    ) -> Stray:
        return Stray(
            sheet=sheet,
            control=control,
            told=told,
            key=slot.field,
            is_bound_wrong=is_bound_wrong,
        )

    def _rows(self, sheet: Sheet, control: Control) -> Placed | None:
        """The control around all rows of a table, or around those of one party."""
        binding = control.binding
        if binding is not None and binding.is_rows and binding.field in self.tables:
            field = self.tables[binding.field]
            return Placed(sheet=sheet, control=control, field=field)
        key, _, rest = control.tag.partition(".")
        field_of_row = self.tables.get(key)
        if field_of_row is None or not is_signing(field_of_row):
            return None
        if not rest.endswith(".row"):
            return None
        party = rest.removesuffix(".row")
        return Placed(sheet=sheet, control=control, field=field_of_row, party=party)

    def _stray(self, sheet: Sheet, control: Control) -> Iterator[Stray]:
        if self._is_row(control) or control.cited or is_for_record(control):
            return
        place = control.binding
        bound = "" if place is None else _joined(place.field, place.leaf)
        if not bound and control.tag in self.tables:
            return
        is_bound_wrong = bool(bound) and self._is_known(control.tag)
        told = bound if is_bound_wrong else control.tag or bound or control.alias
        if is_bound_wrong:
            key = control.tag.partition(".")[0]
        else:
            key = self._meant(told, is_label=not (control.tag or bound))
        if told:
            yield Stray(
                sheet=sheet,
                control=control,
                told=told,
                key=key,
                is_bound_wrong=is_bound_wrong,
            )

    def _is_row(self, control: Control) -> bool:
        key = control.tag.partition("#")[0].partition(".")[0]
        is_tag = "#" in control.tag or control.tag.endswith(".row")
        return is_tag and key in self.tables

    def _is_known(self, tag: str) -> bool:
        return tag in self.slots.by_tag or tag in self.form.by_key

    def _meant(self, said: str, *, is_label: bool) -> str:
        """The key of the field whose tag, or whose label, is most like what is said."""
        if is_label:
            keys = {alias: slot.field for alias, slot in self.slots.by_alias.items()}
        else:
            keys = {tag: slot.field for tag, slot in self.slots.by_tag.items()}
            keys |= {key: key for key in self.form.by_key}
        near = difflib.get_close_matches(said, keys, n=1, cutoff=_NEAR)
        return keys[near[0]] if near else ""

    @functools.cached_property
    def tables(self) -> Mapping[str, Field]:
        fields = self.form.by_key.items()
        return {key: f for key, f in fields if f.type is FieldType.TABLE}


def _joined(field: str, leaf: str) -> str:
    return f"{field}.{leaf}" if leaf else field

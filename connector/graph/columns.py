"""The columns of a document library, and what stands in them for one file.

A file is also an item of a list; its columns are read and written there, by their
internal names. Source: https://learn.microsoft.com/graph/api/listitem-update
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from connector.graph.client import Call, Graph
from connector.graph.paging import items
from connector.graph.shapes import Shape

LIST: Final = "/sites/{}/lists/{}"

Value = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class ListPlace:
    """Where a file stands as an item of a list."""

    site: str
    list_id: str
    item: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """The parts of its address."""
        return self.site, self.list_id, self.item


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What stands in the columns of an item that is at `etag`."""

    etag: str
    values: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its internal name, what people see, and whether it can be written."""

    name: str
    shown: str
    is_read_only: bool


def place_of(graph: Graph, drive: str, item: str, *, site: str) -> ListPlace:
    """Return where a file of a site stands as an item of a list.

    An item tells an id of its site too, but not the one that addresses it in Graph.
    """
    call = Call(
        route="/drives/{}/items/{}",
        parts=(drive, item),
        query={"$select": "id,sharepointIds"},
    )
    return graph.ask(call).read(lambda shape: _place(shape, site))


def columns_of(graph: Graph, site: str, list_id: str) -> Iterator[Column]:
    """Yield the columns of a list."""
    call = Call(route=f"{LIST}/columns", parts=(site, list_id), units=2)
    return items(graph, call, _column)


def make_text_column(graph: Graph, site: str, list_id: str, column: Column) -> None:
    """Make a column of one line of text; NameTakenError when it is there."""
    call = Call(
        method="POST",
        route=f"{LIST}/columns",
        parts=(site, list_id),
        value={"name": column.name, "displayName": column.shown, "text": {}},
        units=2,
    )
    graph.ask(call).read(_column)


def make_day_column(graph: Graph, site: str, list_id: str, column: Column) -> None:
    """Make a column of a day without a time; NameTakenError when it is there."""
    call = Call(
        method="POST",
        route=f"{LIST}/columns",
        parts=(site, list_id),
        value={
            "name": column.name,
            "displayName": column.shown,
            "dateTime": {"format": "dateOnly"},
        },
        units=2,
    )
    graph.ask(call).read(_column)


def fields_of(graph: Graph, place: ListPlace) -> Fields:
    """Return what stands in the columns of a file."""
    call = Call(
        route=f"{LIST}/items/{{}}",
        parts=place.parts,
        query={"$expand": "fields"},
        units=2,
    )
    return graph.ask(call).read(_fields)


def set_fields(
    graph: Graph, place: ListPlace, values: Mapping[str, Value], *, etag: str
) -> None:
    """Write into columns of a file that is at `etag`; the others stay.

    Raises:
        ChangedError: it is no longer at `etag`. BadQuestionError: no such column, or a
            value that it does not take.
    """
    call = Call(
        method="PATCH",
        route=f"{LIST}/items/{{}}/fields",
        parts=place.parts,
        headers={"If-Match": etag},
        value=dict(values),
        units=2,
    )
    graph.ask(call).read(lambda fields: fields)


def _place(shape: Shape, site: str) -> ListPlace:
    ids = shape.part("sharepointIds")
    return ListPlace(site=site, list_id=ids.text("listId"), item=ids.text("listItemId"))


def _column(shape: Shape) -> Column:
    return Column(
        name=shape.text("name"),
        shown=shape.maybe_text("displayName") or shape.text("name"),
        is_read_only=shape.values.get("readOnly") is True,
    )


def _fields(shape: Shape) -> Fields:
    values = shape.part("fields").values
    return Fields(
        etag=shape.text("eTag"),
        values={
            name: value
            for name, value in values.items()
            if not name.startswith("@") and isinstance(value, Value)
        },
    )

"""A file as it came from the document library, laid in the service's working copy.

There it is a file that somebody has worked in, like one that was handed in: a person
sees what it brings and confirms it. What lay there before is kept.
"""

from __future__ import annotations

from connector.library.folder import FolderLibrary
from connector.library.items import ItemState
from connector.library.same_text import says_the_same


def take_up(
    working: FolderLibrary, name: str, data: bytes, *, was: ItemState
) -> ItemState:
    """Lay a file in the working copy when it says something new; return its state.

    One that says again what was delivered takes back what people had written in it
    (`was` worked in), and is otherwise no work of anybody's.
    """
    delivered = working.delivered(name)
    if delivered is None or not says_the_same(delivered, data):
        _lay(working, name, data)
        return ItemState.WORKED_IN
    if was is ItemState.WORKED_IN:
        working.replace(name, delivered)
    return ItemState.IN_PLACE


def state_again(working: FolderLibrary, name: str) -> ItemState:
    """Return the state of a file that has come back with the content that it had."""
    is_edited = working.is_edited(name)
    return ItemState.WORKED_IN if is_edited else ItemState.IN_PLACE


def _lay(working: FolderLibrary, name: str, data: bytes) -> None:
    has_it = working.delivered(name) is not None
    if not (has_it and says_the_same(working.get(name), data)):
        working.replace(name, data)

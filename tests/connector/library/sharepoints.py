"""People at a library of SharePoint, in the stand-in."""

from __future__ import annotations

from connector.graph.access import let_in
from connector.graph.client import Graph
from connector.graph.drives import (
    OnConflict,
    change,
    delete,
    folder_named,
    item_at,
    root,
)
from connector.graph.uploads import create, replace
from connector.library.document_library import DocumentLibrary
from connector.library.sharepoint import SharePointLibrary
from connector.microsoft365 import Microsoft365, load_microsoft365
from connector.standin.changes import stir
from connector.standin.running import Standin

EMPTIED = ("version", "permission")


def settings_of(standin: Standin) -> Microsoft365:
    """Return the settings as an administrator would write them."""
    settings = load_microsoft365(environment_of(standin))
    assert settings is not None
    return settings


def environment_of(standin: Standin) -> dict[str, str]:
    """Return the variables that lead to a stand-in."""
    return {
        "SAMSPOR_M365_TENANT": standin.tenant,
        "SAMSPOR_M365_CLIENT": standin.client,
        "SAMSPOR_M365_CERTIFICATE": str(standin.certificate),
        "SAMSPOR_M365_AUTHORITY": standin.origin,
        "SAMSPOR_GRAPH_URL": standin.base,
        "SAMSPOR_M365_CA": str(standin.ca),
        "SAMSPOR_M365_SITE": standin.site,
    }


class SharePointDesk:
    """People who work in the library with Word and a browser."""

    def __init__(self, standin: Standin, library: SharePointLibrary) -> None:
        self.standin = standin
        self.sharepoint = library
        self.library: DocumentLibrary = library

    @property
    def graph(self) -> Graph:
        return self.sharepoint.graph

    @property
    def drive(self) -> str:
        return self.sharepoint.drive

    def save(self, name: str, data: bytes) -> None:
        found = self.library.find(name)
        if found:
            replace(self.graph, self.drive, found.id, data, etag=found.etag)
            return
        folder, file = self._folder(name)
        create(
            self.graph,
            self.drive,
            folder,
            file,
            data,
            on_conflict=OnConflict.FAIL,
        )

    def delete(self, name: str) -> None:
        found = item_at(self.graph, self.drive, *name.split("/"))
        delete(self.graph, self.drive, found.id, etag=found.etag)

    def move(self, name: str, to: str) -> None:
        found = item_at(self.graph, self.drive, *name.split("/"))
        folder, file = self._folder(to)
        change(
            self.graph,
            self.drive,
            found.id,
            etag=found.etag,
            name=file,
            parent=folder,
        )

    def restore(self, name: str) -> None:
        """Take a file out of the bin; Graph has no call for that."""
        world = self.standin.app.world
        with world.state.held():
            sql = "SELECT id FROM item WHERE name = ? AND is_deleted = 1"
            row = world.state.one(sql, name.rpartition("/")[2])
            assert row is not None
            world.state.run("UPDATE item SET is_deleted = 0 WHERE id = ?", row["id"])
            stir(world, row["id"], who="person:")

    def open(self, name: str) -> None:
        self.standin.hold_open(self._id(name))

    def close(self, name: str) -> None:
        self.standin.let_go(self._id(name))

    def give(self, name: str, address: str) -> None:
        let_in(self.graph, self.drive, self._id(name), [address], role="read")

    def forget(self) -> None:
        self.standin.forget(self.drive)

    def clear(self) -> None:
        """Empty the library for the next test."""
        world = self.standin.app.world
        with world.state.held():
            for table in EMPTIED:
                world.state.run(f"DELETE FROM {table}")  # noqa: S608 - fixed names
            world.state.run("DELETE FROM item WHERE parent IS NOT NULL")

    def _id(self, name: str) -> str:
        return item_at(self.graph, self.drive, *name.split("/")).id

    def _folder(self, name: str) -> tuple[str, str]:
        *folders, file = name.split("/")
        parent = root(self.graph, self.drive).id
        for folder in folders:
            parent = folder_named(self.graph, self.drive, parent, folder).id
        return parent, file

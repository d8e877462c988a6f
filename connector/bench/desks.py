"""People at a document library: what they do with its files, not by the service."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Protocol

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
from connector.library.shared_folder import SharedFolder
from connector.library.sharepoint import SharePointLibrary
from connector.standin.changes import stir
from connector.standin.running import Standin

EMPTIED = ("version", "permission")


class Desk(Protocol):
    """What people do with the files, in the library itself and not by the service."""

    @property
    def library(self) -> DocumentLibrary:
        """The library as the service sees it."""
        ...

    def save(self, name: str, data: bytes) -> None:
        """Write a file, a new one too."""
        ...

    def delete(self, name: str) -> None:
        """Throw a file into the bin."""
        ...

    def move(self, name: str, to: str) -> None:
        """Move or rename a file."""
        ...

    def restore(self, name: str) -> None:
        """Take a file out of the bin, where it lay."""
        ...

    def open(self, name: str) -> None:
        """Have a file open, so that it is locked."""
        ...

    def close(self, name: str) -> None:
        """Have it open no longer."""
        ...

    def give(self, name: str, address: str) -> None:
        """Share a file with another person."""
        ...

    def forget(self) -> None:
        """Let the library no longer know what has changed."""
        ...

    def clear(self) -> None:
        """Empty the library, so that it is another one."""
        ...


class FolderDesk:
    """People at a shared folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.library: DocumentLibrary = SharedFolder(root)
        self.bin = root.parent / "papirkurv"

    def save(self, name: str, data: bytes) -> None:
        """Write a file, a new one too."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def delete(self, name: str) -> None:
        """Throw a file into the bin."""
        kept = self.bin / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).replace(kept)

    def move(self, name: str, to: str) -> None:
        """Move or rename a file."""
        target = self.root / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).replace(target)

    def restore(self, name: str) -> None:
        """Take a file out of the bin, where it lay."""
        (self.bin / name).replace(self.root / name)

    def open(self, name: str) -> None:
        """Have a file open, so that it is locked."""
        self._owner(name).touch()

    def close(self, name: str) -> None:
        """Have it open no longer."""
        self._owner(name).unlink()

    def give(self, name: str, address: str) -> None:
        """Somebody shares the file with another person."""
        file = self.root / ".samspor" / "items.json"
        told = json.loads(file.read_text())
        for kept in told["items"].values():
            if kept["name"] == name:
                kept["shared"][address] = "read"
        file.write_text(json.dumps(told))

    def forget(self) -> None:
        """The library no longer knows what has changed."""
        file = self.root / ".samspor" / "items.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"series": "new"}))

    def clear(self) -> None:
        """Empty the library, so that it is another one."""
        shutil.rmtree(self.root)
        shutil.rmtree(self.bin, ignore_errors=True)
        self.root.mkdir()
        self.library = SharedFolder(self.root)

    def _owner(self, name: str) -> Path:
        path = self.root / name
        return path.with_name(f"~${path.name[2:]}")


class SharePointDesk:
    """People who work in the library with Word and a browser."""

    def __init__(self, standin: Standin, library: SharePointLibrary) -> None:
        self.standin = standin
        self.sharepoint = library
        self.library: DocumentLibrary = library

    @property
    def graph(self) -> Graph:
        """Graph as the app."""
        return self.sharepoint.graph

    @property
    def drive(self) -> str:
        """The library."""
        return self.sharepoint.drive

    def save(self, name: str, data: bytes) -> None:
        """Write a file, a new one too."""
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
        """Throw a file into the bin."""
        found = item_at(self.graph, self.drive, *name.split("/"))
        delete(self.graph, self.drive, found.id, etag=found.etag)

    def move(self, name: str, to: str) -> None:
        """Move or rename a file."""
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
            if row is None:
                raise FileNotFoundError(name)
            world.state.run("UPDATE item SET is_deleted = 0 WHERE id = ?", row["id"])
            stir(world, row["id"], who="person:")

    def open(self, name: str) -> None:
        """Have a file open, so that it is locked."""
        self.standin.hold_open(self._id(name))

    def close(self, name: str) -> None:
        """Have it open no longer."""
        self.standin.let_go(self._id(name))

    def give(self, name: str, address: str) -> None:
        """Share a file with another person."""
        let_in(self.graph, self.drive, self._id(name), [address], role="read")

    def forget(self) -> None:
        """Let the library no longer know what has changed."""
        self.standin.forget(self.drive)

    def clear(self) -> None:
        """Empty the library, so that it is another one."""
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

"""The document library in SharePoint, through Microsoft Graph.

SharePoint writes into Office files that it is given, so what lies there never has the
checksum of what was sent; what tells its content from another is SharePoint's own hash
of it. Changes name no path: folders are remembered as they are met.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.graph import errors
from connector.graph.access import access_of, let_in, take_away
from connector.graph.addresses import OutsideError
from connector.graph.client import Graph
from connector.graph.columns import ListPlace, fields_of, place_of, set_fields
from connector.graph.delta import Change as DriveChange
from connector.graph.delta import changes as drive_changes
from connector.graph.drives import DriveItem, folder_named, item_at, root
from connector.graph.drives import content as drive_content
from connector.graph.drives import contents as drive_contents
from connector.graph.drives import item as drive_item
from connector.graph.sites import Site
from connector.graph.uploads import create, replace
from connector.graph.versions import version_content, versions
from connector.library.columns import COLUMNS
from connector.library.document_library import (
    Access,
    Change,
    Changes,
    Columns,
    Grant,
    Item,
    ItemChangedError,
    ItemGoneError,
    ItemLockedError,
    ItemRefusedError,
    KeptVersion,
    LibraryError,
    LibraryUnavailableError,
    NameTakenError,
    TokenLostError,
)

DATES = frozenset(column.name for column in COLUMNS if column.is_date)
OURS = frozenset(column.name for column in COLUMNS)
MIDNIGHT = "T00:00:00Z"


@dataclass(frozen=True)
class _Folder:
    """A folder and the one that it lies in; the outermost lies in none."""

    name: str
    above: str | None


@dataclass(frozen=True)
class SharePointLibrary:
    """A document library of SharePoint, that the settings name as `set_as`.

    `folders` are those met, and where they lie.
    """

    graph: Graph
    site: Site
    drive: str
    set_as: str
    folders: dict[str, _Folder] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        """The site, whose first library it is."""
        return site_key(self.set_as)

    def put(
        self, name: str, data: bytes, *, columns: Columns, over: Item | None = None
    ) -> Item:
        """Write a file with its columns; see `DocumentLibrary`."""
        with told_as_library():
            written = self._replaced(over, data) if over else self._made(name, data)
            self._set_fields(written.id, columns)
        return self.get(written.id)

    def find(self, name: str) -> Item | None:
        """Return the item of a name, if there is one."""
        with told_as_library():
            try:
                found = item_at(self.graph, self.drive, *name.split("/"))
            except errors.ItemNotFoundError:
                return None
            return self._item(found)

    def get(self, item_id: str) -> Item:
        """Return an item as it is now."""
        with told_as_library():
            return self._item(drive_item(self.graph, self.drive, item_id))

    def content(self, item: Item) -> bytes:
        """Return the present content of an item."""
        with told_as_library():
            return drive_content(self.graph, self.drive, item.id)

    def contents(self, items: Sequence[Item]) -> Iterator[bytes | LibraryError]:
        """Yield the present content of each item in turn, or why it cannot be had."""
        ids = [item.id for item in items]
        with told_as_library():
            for each in drive_contents(self.graph, self.drive, ids):
                told = _told_as(each) if isinstance(each, errors.GraphError) else each
                if isinstance(told, LibraryUnavailableError):
                    raise told
                yield told

    def columns(self, item_id: str) -> Columns:
        """Return the columns of an item, those of ours that have a value."""
        with told_as_library():
            values = fields_of(self.graph, self._place(item_id)).values
        return {
            key: str(value).removesuffix(MIDNIGHT)
            for key, value in values.items()
            if key in OURS and value
        }

    def set_columns(self, item: Item, columns: Columns) -> Item:
        """Write columns, leave the others, and return the item as it is then."""
        with told_as_library():
            self._set_fields(item.id, columns)
        return self.get(item.id)

    def versions(self, item_id: str) -> list[KeptVersion]:
        """Return the versions that SharePoint keeps, the newest first."""
        with told_as_library():
            return [
                KeptVersion(id=each.id, modified_at=each.changed_at, size=each.size)
                for each in versions(self.graph, self.drive, item_id)
            ]

    def version_content(self, item_id: str, version_id: str) -> bytes:
        """Return the content of a version, the current one too."""
        kept = self.versions(item_id)
        with told_as_library():
            if kept and kept[0].id == version_id:
                return drive_content(self.graph, self.drive, item_id)
            return version_content(self.graph, self.drive, item_id, version_id)

    def share(self, item_id: str, people: Mapping[str, Access]) -> None:
        """Let exactly these people have access, and take away that of others."""
        wanted = {to.lower(): access for to, access in people.items()}
        with told_as_library():
            kept = self._taken_from_others(item_id, wanted)
            for access in Access:
                lacking = [to for to in wanted.keys() - kept if wanted[to] is access]
                if lacking:
                    let_in(
                        self.graph,
                        self.drive,
                        item_id,
                        sorted(lacking),
                        role=access.value,
                    )

    def shared_with(self, item_id: str) -> Collection[Grant]:
        """Return the effective permissions of an item, inherited ones too."""
        with told_as_library():
            return [
                Grant(
                    to=to.lower() if "@" in to else to,
                    access=_access(each.roles),
                    is_link=each.is_link,
                    is_inherited=each.is_inherited,
                )
                for each in access_of(self.graph, self.drive, item_id)
                for to in each.to or ("?",)
            ]

    def changes(self, token: str | None) -> Iterator[Changes]:
        """Yield what has changed since a token; all that is there without one."""
        self._need_own(token)
        with told_as_library():
            for page in drive_changes(self.graph, self.drive, since=token):
                last = {change.id: change for change in page.changes}
                yield Changes(changes=tuple(self._told(last)), token=page.delta_link)

    def _need_own(self, token: str | None) -> None:
        """A link kept from when Graph had another address leads nowhere now."""
        try:
            if token is not None:
                self.graph.addresses.link(token)
        except OutsideError:
            raise TokenLostError("the link leads to another Graph") from None

    def _made(self, name: str, data: bytes) -> DriveItem:
        *folders, file = name.split("/")
        parent = root(self.graph, self.drive).id
        for folder in folders:
            parent = folder_named(self.graph, self.drive, parent, folder).id
        return create(self.graph, self.drive, parent, file, data)

    def _replaced(self, over: Item, data: bytes) -> DriveItem:
        """Replace a content that is still what it was, whatever its columns became."""
        there = drive_item(self.graph, self.drive, over.id)
        if _tag(there) != over.content_tag:
            raise ItemChangedError(f"{over.name} has been saved again")
        return replace(self.graph, self.drive, over.id, data, etag=there.etag)

    def _place(self, item_id: str) -> ListPlace:
        return place_of(self.graph, self.drive, item_id, site=self.site.id)

    def _set_fields(self, item_id: str, columns: Columns) -> None:
        place = self._place(item_id)
        etag = fields_of(self.graph, place).etag
        values = {key: _value(key, value) for key, value in columns.items()}
        set_fields(self.graph, place, values, etag=etag)

    def _taken_from_others(
        self, item_id: str, wanted: Mapping[str, Access]
    ) -> set[str]:
        """Take away what is too much or other; return who has what they are to have."""
        kept = set()
        for each in access_of(self.graph, self.drive, item_id):
            if each.is_inherited or "owner" in each.roles:
                continue
            people = {to.lower() for to in each.to}
            access = _access(each.roles)
            is_right = (
                not each.is_link
                and people
                and all(wanted.get(to) is access for to in people)
            )
            if is_right:
                kept |= people
            else:
                take_away(self.graph, self.drive, item_id, each.id)
        return kept

    def _item(self, found: DriveItem) -> Item:
        return Item(
            id=found.id,
            name=self._path(found.parent_id, found.name),
            etag=found.etag,
            content_tag=_tag(found),
            link=found.web_url or "",
        )

    def _told(self, last: Mapping[str, DriveChange]) -> Iterator[Change]:
        """Yield each change of a file; folders are remembered first."""
        for each in last.values():
            if each.is_folder or each.is_root:
                above = None if each.is_root else each.parent_id
                self.folders[each.id] = _Folder(each.name or "", above)
        for each in last.values():
            if each.is_deleted:
                yield Change(id=each.id, item=None)
            elif not (each.is_folder or each.is_root):
                yield Change(id=each.id, item=self._changed(each))

    def _changed(self, change: DriveChange) -> Item:
        return Item(
            id=change.id,
            name=self._path(change.parent_id, change.name or ""),
            etag=change.etag or "",
            content_tag=change.quick_xor_hash or "",
            link=change.web_url or "",
        )

    def _path(self, parent: str | None, name: str) -> str:
        names = [name]
        while parent and (folder := self._folder(parent)).above:
            names.append(folder.name)
            parent = folder.above
        return "/".join(reversed(names))

    def _folder(self, folder: str) -> _Folder:
        """Return a folder, asked for when it was never met."""
        if folder not in self.folders:
            found = drive_item(self.graph, self.drive, folder)
            self.folders[folder] = _Folder(found.name, found.parent_id)
        return self.folders[folder]


def site_key(site: str) -> str:
    """Return the key of the library in a site."""
    return f"sharepoint:{site}"


@contextmanager
def told_as_library() -> Iterator[None]:
    """Tell what Graph refuses as what the library refuses."""
    try:
        yield
    except errors.GraphError as trouble:
        raise _told_as(trouble) from trouble


def _told_as(trouble: errors.GraphError) -> LibraryError:
    if isinstance(trouble, errors.ThrottledError):
        return LibraryUnavailableError(str(trouble), until=trouble.until)
    for kind, told in KINDS.items():
        if isinstance(trouble, kind):
            return told(str(trouble))
    return ItemRefusedError(str(trouble))


KINDS: Mapping[type[errors.GraphError], type[LibraryError]] = {
    errors.LockedError: ItemLockedError,
    errors.GraphAwayError: LibraryUnavailableError,
    errors.SignInError: LibraryUnavailableError,
    errors.ItemNotFoundError: ItemGoneError,
    errors.NameTakenError: NameTakenError,
    errors.ChangedError: ItemChangedError,
    errors.ResyncError: TokenLostError,
}


def _tag(found: DriveItem) -> str:
    return found.quick_xor_hash or found.ctag or ""


def _access(roles: Collection[str]) -> Access:
    known = [access for access in reversed(Access) if access.value in roles]
    return known[0] if known else Access.READ


def _value(key: str, value: str) -> str | None:
    if key in DATES:
        return f"{value}{MIDNIGHT}" if value else None
    return value

"""The document library as a folder that people share, on a file server or synced.

What a folder cannot hold lies under `.samspor/`: which file has which id, its columns,
permissions and former contents. Files are looked over whenever something is asked for.
A file that has gone while the same content lies under a new name has been moved.
Permissions are what the folder is asked to hold: who may enter the folder at all is the
file server's to say.

Word lays an owner file beside one that is open, and LibreOffice a lock file; while
either is there nothing is written.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
    NameTakenError,
    TokenLostError,
)

OWN = ".samspor"


@dataclass(frozen=True, kw_only=True)
class _Content:
    """A content that an item has had, by its SHA-256."""

    tag: str
    size: int
    modified_at: str


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What is kept of an item; `turn` is that of its last change."""

    id: str
    name: str
    contents: tuple[_Content, ...] = ()
    turn: int = 0
    is_deleted: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return self.contents[-1].tag

    @property
    def item(self) -> Item:
        return Item(
            id=self.id, name=self.name, etag=str(self.turn), content_tag=self.tag
        )


@dataclass(frozen=True)
class _Index:
    """All that is kept, by id; `series` tells one index from another made anew."""

    series: str
    turn: int
    items: dict[str, _Kept]

    def having(self, *changed: _Kept) -> _Index:
        """Return the index with some items as they are now."""
        turns = enumerate(changed, start=self.turn + 1)
        items = {kept.id: replace(kept, turn=turn) for turn, kept in turns}
        return _Index(self.series, self.turn + len(changed), self.items | items)

    def there(self, item_id: str) -> _Kept:
        """Return an item; raise when it is not, or no longer."""
        kept = self.items.get(item_id)
        if kept is None or kept.is_deleted:
            raise ItemGoneError(f"there is no item {item_id}")
        return kept

    def named(self, name: str) -> _Kept | None:
        """Return the item of a name."""
        there = (each for each in self.items.values() if not each.is_deleted)
        return next((each for each in there if each.name == name), None)


@dataclass(frozen=True)
class SharedFolder:
    """A folder with Word files, and what is kept of them."""

    root: Path

    @property
    def key(self) -> str:
        """The folder's path."""
        return folder_key(self.root)

    def put(
        self, name: str, data: bytes, *, columns: Columns, over: Item | None = None
    ) -> Item:
        """Write a file with its columns; see `DocumentLibrary`."""
        index = self._looked_over()
        there = _still(index, over) if over else index.named(name)
        if there and over is None:
            raise NameTakenError(f"there is a file {name} already")
        kept = there or _Kept(id=str(uuid.uuid4()), name=name)
        target = self._path(kept.name)
        _require_closed(target)
        _write(target, data)
        kept = replace(self._seen(kept, data), columns=kept.columns | dict(columns))
        return self._save(index.having(kept)).there(kept.id).item

    def find(self, name: str) -> Item | None:
        """Return the item of a name, if there is one."""
        kept = self._looked_over().named(name)
        return kept.item if kept else None

    def get(self, item_id: str) -> Item:
        """Return an item as it is now."""
        return self._looked_over().there(item_id).item

    def content(self, item: Item) -> bytes:
        """Return the present content of an item."""
        return self._path(self.get(item.id).name).read_bytes()

    def contents(self, items: Sequence[Item]) -> Iterator[bytes | LibraryError]:
        """Yield the present content of each item in turn, or why it cannot be had."""
        index = self._looked_over()
        for item in items:
            try:
                yield self._path(index.there(item.id).name).read_bytes()
            except (ItemGoneError, FileNotFoundError):
                yield ItemGoneError(f"there is no item {item.id}")

    def columns(self, item_id: str) -> Columns:
        """Return the columns of an item, those that have a value."""
        kept = self._looked_over().there(item_id)
        return {key: value for key, value in kept.columns.items() if value}

    def set_columns(self, item: Item, columns: Columns) -> Item:
        """Write columns, leave the others, and return the item as it is then."""
        index = self._looked_over()
        kept = _still(index, item)
        kept = replace(kept, columns=kept.columns | dict(columns))
        return self._save(index.having(kept)).there(kept.id).item

    def versions(self, item_id: str) -> list[KeptVersion]:
        """Return each content that was seen of an item, the newest first."""
        contents = self._looked_over().there(item_id).contents
        return [
            KeptVersion(
                id=f"{number}.0",
                modified_at=datetime.fromisoformat(each.modified_at),
                size=each.size,
            )
            for number, each in reversed(list(enumerate(contents, start=1)))
        ]

    def version_content(self, item_id: str, version_id: str) -> bytes:
        """Return the content of a version, the current one too."""
        contents = self._looked_over().there(item_id).contents
        numbers = {f"{number}.0": each for number, each in enumerate(contents, start=1)}
        if version_id not in numbers:
            raise ItemGoneError(f"{item_id} has no version {version_id}")
        return (self._contents / numbers[version_id].tag).read_bytes()

    def share(self, item_id: str, people: Mapping[str, Access]) -> None:
        """Let exactly these people have access, as far as the folder can say it."""
        index = self._looked_over()
        kept = index.there(item_id)
        shared = {to.lower(): access.value for to, access in people.items()}
        if shared != kept.shared:
            self._save(index.having(replace(kept, shared=shared)))

    def shared_with(self, item_id: str) -> Collection[Grant]:
        """Return the permissions of an item; no file need be looked at for that."""
        kept = self._load().there(item_id)
        return [Grant(to=to, access=Access(may)) for to, may in kept.shared.items()]

    def changes(self, token: str | None) -> Iterator[Changes]:
        """Look the folder over, and tell all that has changed since a token at once."""
        index = self._looked_over()
        since = _since(token, index)
        found = sorted(index.items.values(), key=lambda kept: kept.turn)
        changes = tuple(
            Change(id=each.id, item=None if each.is_deleted else each.item)
            for each in found
            if each.turn > since and (token or not each.is_deleted)
        )
        yield Changes(changes=changes, token=f"{index.series}.{index.turn}")

    @property
    def _contents(self) -> Path:
        return self.root / OWN / "contents"

    def _path(self, name: str) -> Path:
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise ItemRefusedError(f"{name} is outside the library")
        return path

    def _names(self) -> Iterator[str]:
        for path in sorted(self.root.rglob("*.docx")):
            name = path.relative_to(self.root)
            if not any(part.startswith((".", "~$")) for part in name.parts):
                yield name.as_posix()

    def _looked_over(self) -> _Index:
        """Return the index as the folder is now, and keep it so.

        Contents are gone through one at a time; only their checksums are held.
        """
        index = self._load()
        files = {name: _tag_of(self._path(name)) for name in self._names()}
        found = index.having(*self._missed(index, files))
        found = found.having(*self._met(found, files))
        return found if found.turn == index.turn else self._save(found)

    def _missed(self, index: _Index, files: Mapping[str, str]) -> Iterator[_Kept]:
        """Items whose file is gone: moved when the content lies under a new name."""
        there = [each for each in index.items.values() if not each.is_deleted]
        known = {each.name for each in there}
        new = {files[name]: name for name in files if name not in known}
        for each in there:
            if each.name not in files:
                moved = new.pop(each.tag, None)
                yield replace(each, name=moved or each.name, is_deleted=moved is None)

    def _met(self, index: _Index, files: Mapping[str, str]) -> Iterator[_Kept]:
        """Files that are new, that have come back, or whose content is another."""
        every = index.items.values()
        there = {each.name: each for each in every if not each.is_deleted}
        gone = {(each.name, each.tag): each for each in every if each.is_deleted}
        for name, tag in files.items():
            kept = there.get(name) or gone.get((name, tag))
            if kept and kept.tag == tag and not kept.is_deleted:
                continue
            kept = kept or _Kept(id=str(uuid.uuid4()), name=name)
            data = self._path(name).read_bytes()
            yield replace(self._seen(kept, data), is_deleted=False)

    def _seen(self, kept: _Kept, data: bytes) -> _Kept:
        """Return an item with the content that it has now, which is kept."""
        tag = _tag(data)
        if kept.contents and kept.tag == tag:
            return kept
        _write(self._contents / tag, data)
        modified = self._path(kept.name).stat().st_mtime
        at = datetime.fromtimestamp(modified, UTC).isoformat()
        content = _Content(tag=tag, size=len(data), modified_at=at)
        return replace(kept, contents=(*kept.contents, content))

    def _load(self) -> _Index:
        file = self.root / OWN / "items.json"
        if not file.exists():
            return _Index(uuid.uuid4().hex, 0, {})
        told = json.loads(file.read_text("utf-8"))
        items = {key: _revived(kept) for key, kept in told["items"].items()}
        return _Index(told["series"], told["turn"], items)

    def _save(self, index: _Index) -> _Index:
        data = json.dumps(asdict(index), ensure_ascii=False).encode()
        _write(self.root / OWN / "items.json", data)
        return index


def folder_key(root: Path) -> str:
    """Return the key of the library in a folder."""
    return f"folder:{root}"


def _still(index: _Index, seen: Item) -> _Kept:
    """Return an item whose content is still the one that was seen."""
    kept = index.there(seen.id)
    if kept.tag != seen.content_tag:
        raise ItemChangedError(f"{kept.name} has been saved again")
    return kept


def _require_closed(target: Path) -> None:
    owner = target.with_name(f"~${target.name[2:]}")
    lock = target.with_name(f".~lock.{target.name}#")
    if owner.exists() or lock.exists():
        raise ItemLockedError(f"somebody has {target.name} open")


def _since(token: str | None, index: _Index) -> int:
    if token is None:
        return 0
    series, _, turn = token.partition(".")
    if series != index.series or not turn.isdecimal():
        raise TokenLostError("what has changed since then is not known")
    return int(turn)


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _tag_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    draft.write_bytes(data)
    draft.replace(target)


def _revived(told: dict[str, Any]) -> _Kept:
    contents = tuple(_Content(**each) for each in told["contents"])
    return _Kept(**(told | {"contents": contents}))

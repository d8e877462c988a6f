"""JSON messages from files: one, a list, one a line, or a folder of files.

Keys are folded here, because senders spell them in several ways (2021: `møteId`,
`saksår`; now `moeteId` and `moeteid`). A node knows its path, for the refusals.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from connector.imports.errors import (
    ImportRefusedError,
    UnusableFileError,
    ValueRefusedError,
    WrongJsonError,
)
from connector.imports.files import read_bytes, text_of
from connector.imports.problems import Problem, problem
from connector.imports.records import Refused

MAX_FILES = 10_000

_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

T = TypeVar("T")


@dataclass(frozen=True)
class Node:
    """A JSON value and its path; a value that is not there is `None`."""

    value: object
    path: str

    def child(self, key: str) -> Node:
        """Return the value under `key`, however the sender spelled it."""
        found = self.value.get(_folded(key)) if isinstance(self.value, dict) else None
        return Node(found, f"{self.path}.{key}")

    def items(self) -> tuple[Node, ...]:
        """Return the items of a list; a single value counts as a list of one."""
        if self.value is None:
            return ()
        if not isinstance(self.value, list):
            return (self,)
        return tuple(
            Node(item, f"{self.path}[{place}]") for place, item in enumerate(self.value)
        )

    def text(self) -> str:
        """Return a text or a number as text, empty where there is none.

        Raises:
            ValueRefusedError: the value is something else.
        """
        if self.value is None:
            return ""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int):
            raise self.refusal(problem("wrong_type"))
        return str(self.value)

    def read(self, parse: Callable[[str], T]) -> T:
        """Return what the text means, a refusal naming this path."""
        text = self.text()
        try:
            return parse(text)
        except ValueRefusedError as error:
            raise self.refusal(error.problem) from error

    def required(self, parse: Callable[[str], T]) -> T:
        """Return what the text means; nothing but space counts as missing."""
        if not self.text().strip():
            raise self.refusal(problem("missing_key"))
        return self.read(parse)

    def refusal(self, what: Problem) -> ValueRefusedError:
        """Return the error that says what is wrong at this path."""
        return ValueRefusedError(what, where=self.path)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message, the file it lay in and its number there: a line or an item."""

    file: str
    row: int
    unit: str
    node: Node

    def refused(self, error: ValueRefusedError) -> Refused:
        """Return the refusal of this message, or of the part that the error names."""
        return Refused(
            file=self.file,
            row=self.row,
            where=error.where,
            problem=error.problem,
            unit=self.unit,
        )


def messages_of(path: Path) -> Iterator[Message | Refused]:
    """Yield the messages of a file, or of the .json files of a folder by name.

    In a folder, a file that cannot be read is refused and the others go on.

    Raises:
        ImportRefusedError: the file cannot be read, or the folder has no such file.
    """
    if not _is_folder(path):
        yield from _in_file(path)
        return
    for file in _json_files(path):
        yield from _in_folder_file(file)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except ValueError:
        return False


def _json_files(folder: Path) -> list[Path]:
    try:
        found = [one for one in folder.iterdir() if one.suffix.casefold() == ".json"]
    except OSError as error:
        raise UnusableFileError(folder.name, problem("unreadable")) from error
    if not found:
        raise UnusableFileError(folder.name, problem("no_json_files"))
    if len(found) > MAX_FILES:
        raise UnusableFileError(folder.name, problem("too_many_files", MAX_FILES))
    return sorted(found)


def _in_folder_file(path: Path) -> Iterator[Message | Refused]:
    try:
        yield from _in_file(path)
    except ImportRefusedError as error:
        line = error.line or 1
        yield Refused(file=path.name, row=line, where="", problem=error.problem)


def _in_file(path: Path) -> Iterator[Message | Refused]:
    text = text_of(read_bytes(path))
    if text is None or not text.strip():
        raise UnusableFileError(path.name, problem("not_json_text"))
    if _is_one_a_line(text):
        return _lines(text, file=path.name)
    return _whole(text, file=path.name)


def _is_one_a_line(text: str) -> bool:
    """JSON Lines: no line of one printed message but the first begins with a brace."""
    lines = [line.lstrip() for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(line.startswith("{") for line in lines)


def _lines(text: str, *, file: str) -> Iterator[Message | Refused]:
    for row, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            node = Node(_json(line, file=file), "$")
        except WrongJsonError as error:
            yield Refused(file=file, row=row, where="", problem=error.problem)
        else:
            yield Message(file=file, row=row, unit="linje", node=node)


def _whole(text: str, *, file: str) -> Iterator[Message]:
    value = _json(text, file=file)
    root = Node(value, "$")
    # An empty list is a delivery without messages, and no fault.
    for row, node in enumerate(root.items() or (), start=1):
        yield Message(file=file, row=row, unit="melding", node=node)


def _json(text: str, *, file: str) -> object:
    try:
        return with_folded_keys(json.loads(text))
    except json.JSONDecodeError as error:
        what = problem("bad_json")
        raise WrongJsonError(
            file, what, line=error.lineno, column=error.colno
        ) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or lists nested thousands deep.
        raise WrongJsonError(file, problem("bad_json"), line=1) from error


def with_folded_keys(value: object) -> object:
    """Return a JSON value with its keys as a `Node` looks for them."""
    if isinstance(value, dict):
        return {_folded(key): with_folded_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_folded_keys(item) for item in value]
    return value


def _folded(key: str) -> str:
    composed = unicodedata.normalize("NFC", key).casefold()
    return composed.translate(_LETTERS)

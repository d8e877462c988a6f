"""Every way an import can be refused as a whole, and the one way a value can.

ImportRefusedError       nothing was read; one line says where, why, what to do
├── UnusableFileError    not there, empty, too big, damaged, or of another kind
├── WrongColumnsError    the table lacks a column, or has one twice
├── SourceRefusedError   a source on the web answers what cannot be used
└── WrongJsonError       the text is not JSON; `line` and `column` say where
SourceAwayError          a source on the web is away: what was read before is kept
ValueRefusedError        one value of one row; readers turn it into a `Refused`
"""

from __future__ import annotations

from connector.imports.problems import Language, Problem, printable
from connector.refusals import InputRefusedError, UnavailableError


class ImportRefusedError(InputRefusedError):
    """The file cannot be used. Nothing was read from it and nothing was stored.

    `file` is the name without its folder; `line` and `column` count from 1.
    """

    def __init__(
        self,
        file: str,
        what: Problem,
        *,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(file, what)
        self.file = printable(file)
        self.problem = what
        self.line = line
        self.column = column

    def text(self, language: Language = "nb") -> str:
        """Return the one line that a person reads."""
        return f"{self._place(language)}: {self.problem.text(language)}"

    def __str__(self) -> str:
        return self.text()

    def _place(self, language: Language) -> str:
        sign = "teikn" if language == "nn" else "tegn"
        line = f", linje {self.line}" if self.line else ""
        return f"{self.file}{line}" + (f", {sign} {self.column}" if self.column else "")


class UnusableFileError(ImportRefusedError):
    """The file is not there, empty, too big, damaged, or of another kind."""


class WrongColumnsError(ImportRefusedError):
    """The heading row of a table lacks a column, or has one twice."""


class WrongJsonError(ImportRefusedError):
    """The text is not JSON; `line` and `column` say where it goes wrong."""


class SourceRefusedError(ImportRefusedError):
    """A source on the web answers what cannot be used; `file` is its host."""


class SourceAwayError(UnavailableError):
    """A source on the web gave no sound answer in time; it may do so later."""

    def __init__(self, source: str, what: Problem) -> None:
        super().__init__(source, what)
        self.source = printable(source)
        self.problem = what

    def text(self, language: Language = "nb") -> str:
        """Return the one line that a person reads."""
        return f"{self.source}: {self.problem.text(language)}"

    def __str__(self) -> str:
        return self.text()


class ValueRefusedError(Exception):
    """One value cannot be used; `where` is its JSON path, or empty in a table."""

    def __init__(self, what: Problem, *, where: str = "") -> None:
        super().__init__(what)
        self.problem = what
        self.where = where

"""Every way a Word file can be refused or fail.

TemplateError
├── RefusedFileError        unsafe, broken, or no Word document; `code` says why
├── UnusableTemplateError   the Word file cannot serve as the template of this kind
├── ValueRefusedError       a value does not fit its field; `key` names the field
├── UndecidedError          a merge waits for a person; `keys` names what to decide
└── MissingCodecError       a way to deflate is not installed

Each carries its facts as attributes. The text names what is wrong and what to do.
"""

from __future__ import annotations


class TemplateError(Exception):
    """Base of all errors raised by `templates_docx`."""


class RefusedFileError(TemplateError):
    """A file that is not opened; `code` is stable, for example `duplicate-name`.

    `told` is the part or name at fault, empty when the file as a whole is.
    `refusals.worded` says the same to a person.
    """

    def __init__(self, code: str, text: str, *, told: str = "") -> None:
        super().__init__(f"{told}: {text} ({code})" if told else f"{text} ({code})")
        self.code = code
        self.text = text
        self.told = told


class UnusableTemplateError(TemplateError):
    """A Word file that cannot be filled; `where` is the control or part at fault."""

    def __init__(self, text: str, *, where: str) -> None:
        super().__init__(f"{where}: {text}")
        self.text = text
        self.where = where


class ValueRefusedError(TemplateError):
    """A value that the document cannot carry; `key` is the field, row and column."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(f"{key}: {text}")
        self.key = key
        self.text = text


class UndecidedError(TemplateError):
    """A merge that cannot be done before a person has decided on `keys`."""

    def __init__(self, keys: tuple[str, ...], text: str) -> None:
        super().__init__(f"{', '.join(keys)}: {text}")
        self.keys = keys
        self.text = text


class MissingCodecError(TemplateError):
    """A way to deflate that this installation lacks; `codec` is its name."""

    def __init__(self, text: str, *, codec: str) -> None:
        super().__init__(f"{codec}: {text}")
        self.text = text
        self.codec = codec

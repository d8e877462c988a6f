"""Input that is refused: one line says what is wrong, and nothing has been stored."""

from __future__ import annotations


class InputRefusedError(Exception):
    """The input cannot be used; the text names the file, the place and the fault."""

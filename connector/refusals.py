"""What a person is told in one line instead of a traceback.

InputRefusedError    the input cannot be used; nothing has been stored
UnavailableError     something outside is away or cannot be used: try again, or mend it
"""

from __future__ import annotations


class InputRefusedError(Exception):
    """The input cannot be used; the text names the file, the place and the fault."""


class UnavailableError(Exception):
    """Something outside the program is away, or is not what the service may run on."""

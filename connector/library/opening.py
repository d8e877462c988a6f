"""The municipality's document library, opened from the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connector.config import Config
from connector.library.document_library import DocumentLibrary
from connector.library.shared_folder import SharedFolder, folder_key
from connector.refusals import InputRefusedError

NONE_SET = (
    "no document library is set: set SAMSPOR_M365_SITE and the rest of Microsoft 365, "
    "or SAMSPOR_SHARED_FOLDER"
)


def library_key(config: Config) -> str | None:
    """Return what tells the library that is set from others, None without one."""
    if config.shared_folder:
        return folder_key(config.shared_folder)
    return None


@contextmanager
def opened_library(config: Config) -> Iterator[DocumentLibrary]:
    """Open the library that is set, until the block ends.

    Raises:
        InputRefusedError: none is set.
    """
    if config.shared_folder is None:
        raise InputRefusedError(NONE_SET)
    yield SharedFolder(config.shared_folder)

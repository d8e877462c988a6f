"""The municipality's document library, opened from the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connector.config import Config
from connector.graph.client import Graph
from connector.graph.opening import opened
from connector.graph.sites import default_drive, site_at
from connector.library.document_library import DocumentLibrary
from connector.library.shared_folder import SharedFolder, folder_key
from connector.library.sharepoint import (
    SharePointLibrary,
    site_key,
    told_as_library,
)
from connector.microsoft365 import Microsoft365
from connector.refusals import InputRefusedError

NONE_SET = (
    "no document library is set: set SAMSPOR_M365_SITE and the rest of Microsoft 365, "
    "or SAMSPOR_SHARED_FOLDER"
)


def library_key(config: Config) -> str | None:
    """Return what tells the library that is set from others, None without one."""
    if config.shared_folder:
        return folder_key(config.shared_folder)
    return site_key(config.microsoft365.site) if config.microsoft365 else None


@contextmanager
def opened_library(config: Config) -> Iterator[DocumentLibrary]:
    """Open the library that is set, until the block ends.

    Raises:
        InputRefusedError: none is set.
        LibraryError: Microsoft 365 does not answer, or does not let the app in.
    """
    if config.shared_folder:
        yield SharedFolder(config.shared_folder)
        return
    if config.microsoft365 is None:
        raise InputRefusedError(NONE_SET)
    with opened(config.microsoft365) as tenant:
        yield library_in(tenant.graph, config.microsoft365)


def library_in(graph: Graph, settings: Microsoft365) -> SharePointLibrary:
    """Return the first document library of the site that is set."""
    with told_as_library():
        site = site_at(graph, host=settings.site_host, path=settings.site_path)
        drive = default_drive(graph, site.id)
    return SharePointLibrary(graph, site, drive.id, settings.site)

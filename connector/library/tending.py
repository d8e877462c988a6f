"""One round of the document library: changes in, files out, and the same access."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.installation import Installation
from connector.library.document_library import DocumentLibrary
from connector.library.looking import Seen
from connector.library.publishing import Published, publish
from connector.library.sharing import look_again, share_new
from connector.library.syncing import sync


@dataclass(frozen=True, kw_only=True)
class Tended:
    """What one round did; `shared` and `differing` are references of versions."""

    seen: tuple[Seen, ...]
    published: tuple[Published, ...]
    shared: tuple[str, ...]
    differing: tuple[str, ...]
    is_full: bool


def tend(
    installation: Installation,
    library: DocumentLibrary,
    *,
    alive: Callable[[], None] = lambda: None,
) -> Tended:
    """Read what has changed, write what is lacking, share what is new; safe to repeat.

    Whether access is still the same is looked at too, of some files in each round.

    Changes are read first, so that nothing is written over work. `alive` is called
    between pages and files, and may raise to stop there.

    Raises:
        LibraryError: the library did not answer, or refused as a whole.
        StaleVersionError: somebody else did a round meanwhile; do it again.
    """
    synced = sync(installation, library, alive=alive)
    published = publish(installation, library, alive=alive)
    shared = share_new(installation, library, alive=alive)
    differing = look_again(installation, library, alive=alive)
    return Tended(
        seen=synced.seen,
        published=tuple(published),
        shared=tuple(shared),
        differing=tuple(differing),
        is_full=synced.is_full,
    )

"""The Word file of an agreed text into the library, after the act that touched it."""

from __future__ import annotations

from hashlib import sha256

from connector.jobs.kinds import Kind, Work
from connector.jobs.library import ask_for_round
from connector.jobs.triggers import DELIVER
from connector.library.delivery import as_before, delivery_of, put_in
from connector.library.folder import FolderLibrary
from connector.library.given_out import giving_out
from workflows.base import by_ref
from workflows.development.documents import Version
from workflows.people.custody import is_recorded_delivery, record_deliveries


def deliver(work: Work) -> None:
    """Put the file of the version that the job is about into the library.

    Done twice it is done once: the same version gives the same bytes, a file that
    somebody has worked in is left alone, and a checksum is entered when it is not yet.
    """
    house = work.installation
    library = FolderLibrary(house.config.library)
    with giving_out(house) as session:
        version = by_ref(session, Version, work.about)
        made = delivery_of(session, version, at=house.now(), templates=house.templates)
    put = put_in(library, as_before(library, made))
    with work.finishing() as session:
        checksum = sha256(put.data).hexdigest()
        if not put.is_edited and not is_recorded_delivery(session, checksum):
            record_deliveries(session, [checksum], at=house.now())
        at = house.config.wall()
        ask_for_round(session, house.config, key=f"delivered {checksum}", at=at)


DELIVER_KIND = Kind(name=DELIVER, do=deliver)

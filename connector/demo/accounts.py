"""The people of the demo may sign in: each with the account that the directory has.

Elsewhere an administrator links them one by one. Here everybody is invented, and the
directory is the stand-in's own, so that an address finds the account.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.graph.client import Graph
from connector.graph.errors import GraphError, ItemNotFoundError
from connector.graph.opening import opened
from connector.graph.people import person
from connector.installation import Installation
from connector.refusals import UnavailableError
from workflows.people.accounts import Account, link_account
from workflows.people.hats import SYSTEM
from workflows.people.persons import persons_in_order


def link_everybody(installation: Installation) -> str:
    """Link all who have an account; tell how many. Again, it changes nothing.

    Raises:
        UnavailableError: the directory does not answer, or is not set.
    """
    settings = installation.config.microsoft365
    if settings is None:
        raise UnavailableError("Microsoft 365 is not set")
    addresses = _addresses(installation)
    try:
        with opened(settings) as tenant:
            found = {
                ref: oid
                for ref, address in addresses.items()
                if (oid := _oid(tenant.graph, address))
            }
    except GraphError as trouble:
        raise UnavailableError(f"the directory: {trouble}") from trouble
    with installation.transaction() as session:
        for ref, oid in found.items():
            account = Account(tid=settings.tenant, oid=oid)
            link_account(
                session, person=ref, account=account, by=SYSTEM, at=installation.now()
            )
    return f"{len(found)} personer kan logge inn med kontoen sin."


def _addresses(installation: Installation) -> Mapping[str, str]:
    with installation.reading() as session:
        persons = persons_in_order(session)
        return {each.ref: each.email for each in persons if each.email}


def _oid(graph: Graph, address: str) -> str | None:
    try:
        return person(graph, address).oid
    except ItemNotFoundError:
        return None

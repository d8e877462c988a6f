"""How an installation is told of the stand-in."""

from __future__ import annotations

from connector.standin.running import Standin


def environment(standin: Standin) -> dict[str, str]:
    """Return the settings as an administrator would write them."""
    return {
        "SAMSPOR_M365_TENANT": standin.tenant,
        "SAMSPOR_M365_CLIENT": standin.client,
        "SAMSPOR_M365_CERTIFICATE": str(standin.certificate),
        "SAMSPOR_M365_AUTHORITY": standin.origin,
        "SAMSPOR_GRAPH_URL": standin.base,
        "SAMSPOR_M365_CA": str(standin.ca),
        "SAMSPOR_M365_SITE": standin.site,
    }

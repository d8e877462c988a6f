"""How an installation is told of the stand-in of Microsoft 365."""

from __future__ import annotations

from connector.microsoft365 import Microsoft365, load_microsoft365
from connector.standin.running import Standin


def settings_of(standin: Standin) -> Microsoft365:
    """Return the settings that lead to a stand-in."""
    settings = load_microsoft365(environment_of(standin))
    if settings is None:
        raise LookupError("the stand-in names no tenant")
    return settings


def environment_of(standin: Standin) -> dict[str, str]:
    """Return the variables that lead to a stand-in."""
    return {
        "SAMSPOR_M365_TENANT": standin.tenant,
        "SAMSPOR_M365_CLIENT": standin.client,
        "SAMSPOR_M365_CERTIFICATE": str(standin.certificate),
        "SAMSPOR_M365_AUTHORITY": standin.origin,
        "SAMSPOR_GRAPH_URL": standin.base,
        "SAMSPOR_M365_CA": str(standin.ca),
        "SAMSPOR_M365_SITE": standin.site,
    }

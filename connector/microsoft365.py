"""The settings of Microsoft 365: which tenant, as which app, at which addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from connector.refusals import InputRefusedError

AUTHORITY: Final = "login.microsoftonline.com"
GRAPH_URL: Final = "https://graph.microsoft.com/v1.0"

GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
HOST: Final = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)
SITE: Final = re.compile(r"([a-z0-9.-]+(?::[0-9]{1,5})?):(/[^/?#\\][^?#\\]*)", re.ASCII)

NEEDED: Final = ("SAMSPOR_M365_TENANT", "SAMSPOR_M365_CLIENT", "SAMSPOR_M365_SITE")
KEYS: Final = ("SAMSPOR_M365_CERTIFICATE", "SAMSPOR_M365_SECRET")


@dataclass(frozen=True, kw_only=True)
class Microsoft365:
    """How the municipality's Microsoft 365 is reached.

    `site` is the SharePoint site as «host:/sites/name». Either `certificate`, a PEM
    file with key and certificate, or `secret` is there. `ca` is a file of the
    authorities that are trusted instead of the usual ones.
    """

    tenant: str
    client: str
    certificate: Path | None
    secret: str | None = field(repr=False)
    authority: str
    graph_url: str
    ca: Path | None
    site: str

    @property
    def site_host(self) -> str:
        """The host of the SharePoint site."""
        return self.site.partition(":/")[0]

    @property
    def site_path(self) -> str:
        """The path of the SharePoint site, from its first stroke."""
        return "/" + self.site.partition(":/")[2]


def load_microsoft365(environ: Mapping[str, str]) -> Microsoft365 | None:
    """Return the settings, None when none of them is given.

    Raises:
        InputRefusedError: some are given and one is missing, or one cannot be used.
    """
    given = {name: environ[name] for name in NEEDED + KEYS if environ.get(name)}
    if not given:
        return None
    _require_all(given)
    certificate = given.get("SAMSPOR_M365_CERTIFICATE")
    ca = environ.get("SAMSPOR_M365_CA")
    return Microsoft365(
        tenant=_guid("SAMSPOR_M365_TENANT", given),
        client=_guid("SAMSPOR_M365_CLIENT", given),
        certificate=_file("SAMSPOR_M365_CERTIFICATE", certificate),
        secret=given.get("SAMSPOR_M365_SECRET"),
        authority=_authority(environ.get("SAMSPOR_M365_AUTHORITY") or AUTHORITY),
        graph_url=_graph_url(environ.get("SAMSPOR_GRAPH_URL") or GRAPH_URL),
        ca=_file("SAMSPOR_M365_CA", ca),
        site=_site(given["SAMSPOR_M365_SITE"]),
    )


def _require_all(given: Mapping[str, str]) -> None:
    missing = [name for name in NEEDED if name not in given]
    if not any(name in given for name in KEYS):
        missing.append(" or ".join(KEYS))
    if missing:
        raise InputRefusedError(
            f"{', '.join(missing)}: missing, while {', '.join(sorted(given))} is set; "
            f"set all of them, or none"
        )
    if all(name in given for name in KEYS):
        raise InputRefusedError(f"{' and '.join(KEYS)}: set one of them, not both")


def _guid(name: str, given: Mapping[str, str]) -> str:
    value = given[name].strip().lower()
    if not GUID.fullmatch(value):
        raise InputRefusedError(
            f"{name}: not an id of 32 hexadecimal digits with strokes between; "
            f"copy it from the app's overview in Entra"
        )
    return value


def _file(name: str, value: str | None) -> Path | None:
    if not value:
        return None
    path = Path(value)
    if not path.is_file():
        raise InputRefusedError(f"{name}: there is no file {value}")
    return path


def _authority(value: str) -> str:
    host = value.strip().lower().removeprefix("https://").rstrip("/")
    if not HOST.fullmatch(host):
        raise InputRefusedError(
            f"SAMSPOR_M365_AUTHORITY: only a host, as {AUTHORITY}; the tenant is added"
        )
    return host


def _graph_url(value: str) -> str:
    url = value.strip().rstrip("/")
    place = urlsplit(url)
    is_whole = place.scheme == "https" and HOST.fullmatch(place.netloc) and place.path
    if not is_whole or place.query or place.fragment:
        raise InputRefusedError(
            f"SAMSPOR_GRAPH_URL: an https address with the version, as {GRAPH_URL}"
        )
    return url


def _site(value: str) -> str:
    site = value.strip()
    if not SITE.fullmatch(site):
        raise InputRefusedError(
            "SAMSPOR_M365_SITE: write host and path, as "
            "elvestrand.sharepoint.com:/sites/samspor"
        )
    return site.rstrip("/")

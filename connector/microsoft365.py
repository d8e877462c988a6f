"""The settings of Microsoft 365: which tenant, as which app, at which addresses.

The app signs people in, or reaches the municipality's site, or both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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

SIGN_IN: Final = "SAMSPOR_SIGN_IN"
SITE_NAME: Final = "SAMSPOR_M365_SITE"
NEEDED: Final = ("SAMSPOR_M365_TENANT", "SAMSPOR_M365_CLIENT", SITE_NAME)
THIS_MACHINE: Final = ("localhost", "127.0.0.1")
KEYS: Final = ("SAMSPOR_M365_CERTIFICATE", "SAMSPOR_M365_SECRET")


@dataclass(frozen=True, kw_only=True)
class EntraApp:
    """The app that is registered in the municipality's tenant, and how it is proven.

    Either `certificate`, a PEM file with key and certificate, or `secret` is there.
    `authority` is the host that issues tokens. `ca` is a file of the authorities that
    are trusted instead of the usual ones.
    """

    tenant: str
    client: str
    certificate: Path | None
    secret: str | None = field(repr=False)
    authority: str
    ca: Path | None

    @property
    def is_near(self) -> bool:
        """Whether a stand-in on this machine issues the tokens."""
        return self.authority.partition(":")[0] in THIS_MACHINE


@dataclass(frozen=True, kw_only=True)
class Microsoft365(EntraApp):
    """How the municipality's Microsoft 365 is reached.

    `site` is the SharePoint site as «host:/sites/name».
    """

    graph_url: str
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

    An app that only signs people in has no site, and is none of these.

    Raises:
        InputRefusedError: some are given and one is missing, or one cannot be used.
    """
    given = _given(environ, *NEEDED, *KEYS)
    is_for_people_only = SITE_NAME not in given and environ.get(SIGN_IN)
    if not given or is_for_people_only:
        return None
    app = _app(environ, NEEDED)
    return Microsoft365(
        **vars(app),
        graph_url=_graph_url(environ.get("SAMSPOR_GRAPH_URL") or GRAPH_URL),
        site=_site(given[SITE_NAME]),
    )


def load_sign_in_app(environ: Mapping[str, str]) -> EntraApp | None:
    """Return the app that people sign in with, None when nobody does.

    Raises:
        InputRefusedError: a setting of it is missing, or cannot be used.
    """
    how = environ.get(SIGN_IN, "").strip()
    if not how:
        return None
    if how != "entra":
        raise InputRefusedError(f"{SIGN_IN}: {how!r} is not known; write entra")
    return _app(environ, NEEDED[:2])


def _app(environ: Mapping[str, str], needed: Sequence[str]) -> EntraApp:
    given = _given(environ, *needed, *KEYS)
    _require_all(given, needed, environ)
    certificate = given.get("SAMSPOR_M365_CERTIFICATE")
    return EntraApp(
        tenant=_guid("SAMSPOR_M365_TENANT", given),
        client=_guid("SAMSPOR_M365_CLIENT", given),
        certificate=_file("SAMSPOR_M365_CERTIFICATE", certificate),
        secret=given.get("SAMSPOR_M365_SECRET"),
        authority=_authority(environ.get("SAMSPOR_M365_AUTHORITY") or AUTHORITY),
        ca=_file("SAMSPOR_M365_CA", environ.get("SAMSPOR_M365_CA")),
    )


def _given(environ: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: environ[name] for name in names if environ.get(name)}


def _require_all(
    given: Mapping[str, str], needed: Sequence[str], environ: Mapping[str, str]
) -> None:
    missing = [name for name in needed if name not in given]
    if not any(name in given for name in KEYS):
        missing.append(" or ".join(KEYS))
    if missing:
        known = sorted({*given, *_given(environ, SIGN_IN)})
        raise InputRefusedError(
            f"{', '.join(missing)}: missing, while {', '.join(known)} is set; "
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

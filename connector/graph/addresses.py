"""Which addresses may be asked, and which of them are shown the token.

The token goes to Graph's own address and its version, and nowhere else. A link to the
next page is taken only when it begins with that very address. Files are fetched and
sent at addresses that are signed beforehand: they get no token, and lie on the
municipality's own SharePoint, on Microsoft's converter, or on Graph's own host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

GRAPH_URL: Final = "https://graph.microsoft.com/v1.0"

# What Graph itself puts into ids: a site is «host,guid,guid», a drive «b!…».
IN_IDS: Final = ",!"
PLAIN: Final = re.compile(r"[!-~]+", re.ASCII)
# Where `?format=pdf` points, as `norwayeast1-mediap.svc.ms`.
CONVERTER: Final = re.compile(r"[a-z0-9-]{1,63}-mediap\.svc\.ms", re.ASCII)


class OutsideError(Exception):
    """The address is none that may be asked."""


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Graph's address with its version, and the hosts of the municipality's files."""

    graph: str = GRAPH_URL
    files: frozenset[str] = frozenset()

    def of(self, route: str, *parts: str) -> str:
        """Return the address of a route, each `{}` filled with a part, encoded.

        Raises:
            OutsideError: a part would lead to another route.
        """
        return self.graph + self.path(route, *parts)

    def path(self, route: str, *parts: str) -> str:
        """Return the path of a route after the version, each `{}` filled likewise."""
        return route.format(*(_segment(part) for part in parts))

    def link(self, link: str) -> str:
        """Return a link that Graph gave, when it is Graph's own.

        Raises:
            OutsideError: it points elsewhere.
        """
        is_own = PLAIN.fullmatch(link) and link.startswith(f"{self.graph}/")
        if not is_own or "\\" in link or ".." in _steps(link):
            raise OutsideError
        return link

    def signed(self, link: str) -> str:
        """Return an address signed beforehand, when it may be asked without a token.

        Raises:
            OutsideError: it points elsewhere.
        """
        if not PLAIN.fullmatch(link) or "\\" in link:
            raise OutsideError
        try:
            place = urlsplit(link)
            is_right = place.scheme == "https" and self._has_files(place.netloc)
        except ValueError:
            raise OutsideError from None
        if not is_right:
            raise OutsideError
        return link

    def _has_files(self, host: str) -> bool:
        own = urlsplit(self.graph).netloc
        is_known = host == own or host in self.files
        return is_known or CONVERTER.fullmatch(host) is not None


def file_hosts(site_host: str) -> frozenset[str]:
    """Return the hosts that the files of a SharePoint lie on.

    >>> sorted(file_hosts("elvestrand.sharepoint.com"))
    ['elvestrand-my.sharepoint.com', 'elvestrand.sharepoint.com']
    """
    name, dot, rest = site_host.partition(".")
    return frozenset({site_host, f"{name}-my{dot}{rest}"} if dot else {site_host})


def _steps(link: str) -> list[str]:
    return unquote(urlsplit(link).path).split("/")


def _segment(part: str) -> str:
    if not part or set(part) <= {"."}:
        raise OutsideError
    return quote(part, safe=IN_IDS)

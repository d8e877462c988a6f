"""What the stand-in is started with, and the names of its invented tenant."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HOST = "elvestrand.example"
TENANT = str(uuid.uuid5(uuid.NAMESPACE_DNS, HOST))
CLIENT = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"samspor.{HOST}"))
ROLES = (
    "Sites.Selected",
    "GroupMember.Read.All",
    "User.ReadBasic.All",
    "Mail.Send",
    "TeamsActivity.Send",
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How one stand-in is set.

    `page_size` is how many rows a page holds. Every `check_every`-th call is held
    against the contract, 0 is none. `units_per_minute` is the budget of an app, 0 is
    no limit. `rewrites` says whether Office files are rewritten on upload. `roles` are
    what the administrator has consented to. `trusted` is the certificate authority of
    those who are told of changes; `tunnels` leads a public address (https) to where it
    is on this machine, as a reverse proxy would.
    """

    port: int
    page_size: int = 200
    check_every: int = 1
    units_per_minute: int = 0
    rewrites: bool = True
    roles: tuple[str, ...] = ROLES
    trusted: Path = Path("ca.pem")
    tunnels: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Where Graph and Entra ID answer, and where a person opens the pages."""
        return f"https://localhost:{self.port}"

    @property
    def storage(self) -> str:
        """The other host: pre-signed addresses, as SharePoint's are beside Graph's."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def graph(self) -> str:
        """The root of Graph."""
        return f"{self.origin}/v1.0"

    @property
    def login(self) -> str:
        """The authority that MSAL is given."""
        return f"{self.origin}/{TENANT}"

    @property
    def issuer(self) -> str:
        """The issuer of the tokens."""
        return f"{self.login}/v2.0"

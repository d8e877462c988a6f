"""Every kind of background work. A new kind gets its row here."""

from __future__ import annotations

from collections.abc import Mapping

from connector.jobs.deliver import DELIVER_KIND
from connector.jobs.holding_back import ANSWERS_KIND
from connector.jobs.kinds import Kind
from connector.jobs.library import LIBRARY_KIND
from connector.jobs.nightly import NIGHTLY_KIND
from connector.jobs.packages import PACKAGE_KIND
from connector.notices.sending import TELL_KIND

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        DELIVER_KIND,
        NIGHTLY_KIND,
        PACKAGE_KIND,
        LIBRARY_KIND,
        TELL_KIND,
        ANSWERS_KIND,
    )
}

"""`python -m connector.standin --data DIR [--port N]`: the stand-in as a process."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from connector.standin.running import running


def main(arguments: list[str]) -> int:
    """Run until interrupted or terminated. Prints the address of the pages."""
    parser = argparse.ArgumentParser(prog="python -m connector.standin")
    parser.add_argument("--data", type=Path, required=True, help="folder of its state")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--units-per-minute", type=int, default=0, help="budget of an app; 0: no limit"
    )
    parser.add_argument(
        "--check-every", type=int, default=1, help="check every n-th call; 0: none"
    )
    parser.add_argument(
        "--tunnel",
        action="append",
        default=[],
        metavar="HTTPS=HTTP",
        help="where an address that is told of changes is on this machine",
    )
    chosen = parser.parse_args(arguments)
    stops = {signal.SIGINT, signal.SIGTERM}
    # Before any thread is begun, so that every thread leaves the signals to this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    with running(
        chosen.data,
        port=chosen.port,
        units_per_minute=chosen.units_per_minute,
        check_every=chosen.check_every,
        tunnels=dict(each.split("=", 1) for each in chosen.tunnel),
    ) as standin:
        sys.stdout.write(f"{standin.origin}/\n")
        sys.stdout.flush()
        signal.sigwait(stops)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

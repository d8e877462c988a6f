"""A bar on stderr for work that takes a while; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress_bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many of `length` steps are done."""
    stream = sys.stderr
    with click.progressbar(
        length=length, label=label, file=stream, hidden=not stream.isatty()
    ) as bar:
        yield lambda done: bar.update(done - bar.pos)

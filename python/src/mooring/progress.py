"""The progress of an operation, on one line of stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Callable, Iterator

from .records import Operation


@contextmanager
def show_progress(wanted: bool) -> Iterator[Callable[[Operation], None]]:
    """A function that shows a state; it does nothing where it is not ``wanted``. On a terminal the line is written over;
    elsewhere each state that differs has its own."""
    last = ""
    terminal = sys.stderr.isatty()

    def show(operation: Operation) -> None:
        nonlocal last
        line = describe(operation)
        if line == last:
            return
        sys.stderr.write(f"\r\x1b[K{line}" if terminal else f"{line}\n")
        sys.stderr.flush()
        last = line

    yield show if wanted else _ignore
    if last and terminal:
        sys.stderr.write("\n")


def describe(operation: Operation) -> str:
    """``sync: 1,200 of 10,000 objects (12 %)``"""
    done = f"{operation.done:,}"
    if operation.total:
        done += f" of {operation.total:,} {operation.unit} ({100 * operation.done // operation.total} %)"
    else:
        done += f" {operation.unit}"
    return f"{operation.kind}: {done}, {operation.status}"


def _ignore(_: Operation) -> None:
    """Shows nothing."""

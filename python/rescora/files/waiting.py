"""
System calls that may block long (fsync, close) run in a thread, so that Ctrl-C is heard.

The main thread, which is told of Ctrl-C, waits for that thread, or for nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
from typing import TYPE_CHECKING

from rescora.files.paths import opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_BETWEEN_SIGNALS = 0.02  # seconds


def flush(descriptor: int) -> None:
    """Return when the file's bytes are on the disk; OSError if they cannot be."""
    # A copy that stays open if nobody waits any more, and is closed by whoever holds it last.
    [own] = map(io.FileIO, map(os.dup, [descriptor]))

    def work() -> None:
        with own:
            os.fsync(own.fileno())

    _wait_for(work)


def flush_folder(path: str) -> None:
    """Return when the names in a folder are on the disk; OSError if they cannot be."""

    def work() -> None:  # a thread that hears no signals loses no descriptor
        [descriptor] = opening(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    _wait_for(work)


def _wait_for(work: Callable[[], None]) -> None:
    """Return when it is done; raise what the system refused."""
    failures: list[OSError] = []
    done = threading.Event()

    def work_and_tell() -> None:
        try:
            work()
        except OSError as error:
            failures.append(error)
        finally:
            done.set()

    _aside(work_and_tell)
    while not done.wait(_BETWEEN_SIGNALS):  # one that comes just before a wait does not end it
        pass
    if failures:
        raise failures[0]


def close(descriptor: int) -> None:
    """Close a descriptor; do not wait where it is the last of a file without a name, which is freed then."""
    _aside(lambda: os.close(descriptor))


@contextlib.contextmanager
def kept(path: str) -> Iterator[None]:
    """Keep the file at a path open meanwhile, so that unlinking it does not wait until it is freed."""
    try:
        [descriptor] = opening(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:  # nothing stands there, or it may not be read
        yield
        return
    try:
        yield
    finally:
        close(descriptor)


def _aside(work: Callable[[], None]) -> None:
    """Run it in a thread if this is the main thread, which would not hear Ctrl-C meanwhile."""
    if threading.current_thread() is threading.main_thread():
        with contextlib.suppress(RuntimeError):  # the system has no more threads
            threading.Thread(target=work, name="rescora-files", daemon=True).start()
            return
    work()

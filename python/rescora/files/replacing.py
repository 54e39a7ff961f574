"""
Atomic replacement of a file, which cleans up after processes that were killed.

A new file is written beside its target under a random name, locked (flock) as long as it is written, and
renamed over the target at the end. The system takes the lock from a process that dies. So whoever can lock a
temporary file may remove it, and the next save to that target does; where a file system has no such locks, it
stays.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
from typing import TYPE_CHECKING

from rescora.files.paths import naming, opening, text_of
from rescora.files.place import Kind, Place, find_place
from rescora.files.waiting import close, flush, flush_folder, kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rescora.files.paths import AnyPath

_LONGEST_NAME = 255  # bytes, as nearly every file system has it
_RANDOM_BYTES = 8
_ATTEMPTS = 100  # to make a temporary file before another process takes it for an abandoned one
# Ours, and those of versions that numbered them by process.
_TEMPORARY = rf"\.tmp-(?:[0-9a-f]{{{2 * _RANDOM_BYTES}}}|[0-9]+-[0-9]+)"


def check_place(
    path: AnyPath, kind: Kind, *, overwrite: bool = False, inputs: Iterable[object] = ()
) -> Place:
    """
    Refuse now what `replacing` would refuse, by trying it; `find_place` tells arguments and errors.

    Returns
    -------
    Place
        Where the file would be written, and what stands there.
    """
    place = find_place(path, kind, overwrite=overwrite, inputs=inputs)
    with naming(text_of(path)), _temporary(place):
        return place


@contextlib.contextmanager
def replacing(path: AnyPath, kind: Kind, *, overwrite: bool = False) -> Iterator[int]:
    """
    Give a file to write to, which stands under `path` after the block; if that raises, nothing happened.

    The permissions of a file that is replaced stay. Of several processes that write to one path, each writes
    a whole file, and the last one's stays.

    Yields
    ------
    int
        The descriptor.

    Raises
    ------
    OSError
        As `find_place`, and what the system says while the file is written.
    """
    name = text_of(path)
    place = find_place(name, kind, overwrite=overwrite)
    with naming(name):
        _remove_abandoned(place, kind)
        with _temporary(place) as (temporary, descriptor):
            yield descriptor
            flush(descriptor)
            find_place(name, kind, overwrite=overwrite)  # for what came there meanwhile
            if place.mode is not None:
                os.fchmod(descriptor, place.mode)
            with kept(place.path):
                os.rename(temporary, place.path)
            # The new name outlives a power cut. Some file systems cannot; the file itself is safe by then.
            with contextlib.suppress(OSError):
                flush_folder(os.path.dirname(place.path))


@contextlib.contextmanager
def _temporary(place: Place) -> Iterator[tuple[str, int]]:
    """Give a new file beside the place, locked; it is gone after the block, unless it was renamed."""
    # What replaces a file is not for more eyes than that file was, from the first byte on.
    mode = 0o666 if place.mode is None else 0o600
    for _ in range(_ATTEMPTS):
        path = f"{_stem(place)}.tmp-{os.urandom(_RANDOM_BYTES).hex()}"
        [descriptor] = opening(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            # Until it is locked it looks abandoned, and may be removed.
            if _try_lock(descriptor) is not False and _is_named(path, descriptor):
                yield path, descriptor
                return
        finally:
            try:
                with contextlib.suppress(OSError):
                    os.unlink(path)
            finally:  # of a signal that comes now, too
                close(descriptor)
    raise OSError(errno.EBUSY, "its temporary files are removed as soon as they are made")


def _stem(place: Place) -> str:
    """Return what the names of temporary files begin with: the target's, as far as there is room."""
    folder, name = os.path.split(place.path)
    while len(os.fsencode(name)) > _LONGEST_NAME - len(".tmp-") - 2 * _RANDOM_BYTES:
        name = name[:-1]
    return os.path.join(folder, name)


def _remove_abandoned(place: Place, kind: Kind) -> None:
    """Remove abandoned temporary files of this target."""
    folder, stem = os.path.split(_stem(place))
    ours = re.compile(re.escape(stem) + _TEMPORARY)
    try:
        names = os.listdir(folder)
    except OSError:  # one may write there and not look
        return
    for name in names:
        if ours.fullmatch(name):
            with contextlib.suppress(OSError):
                _remove_if_abandoned(os.path.join(folder, name), kind)


def _remove_if_abandoned(path: str, kind: Kind) -> None:
    [descriptor] = opening(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        # Before it was locked here, its owner may have renamed it. One that is not ours stays, however named.
        abandoned = _try_lock(descriptor) and _is_named(path, descriptor)
        if abandoned and kind.begins(os.read(descriptor, len(kind.magic))):
            os.unlink(path)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool | None:
    """Return whether the file is locked now, or another has it locked; None where files cannot be locked."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_named(path: str, descriptor: int) -> bool:
    """Return whether an open file still has this name."""
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False

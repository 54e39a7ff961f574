"""Paths given by callers: for the system, for messages, and checks that a path is a regular file."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

AnyPath: TypeAlias = "str | bytes | os.PathLike[str] | os.PathLike[bytes]"

_NODES = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}


def is_path(value: object) -> bool:
    """Return whether it names a file."""
    return isinstance(value, (str, bytes, os.PathLike))


def text_of(path: AnyPath) -> str:
    r"""
    Return a path as Python's own functions take it, with surrogates for bytes that are not UTF-8.

    Examples
    --------
    >>> text_of(b"caf\xe9")
    'caf\udce9'
    """
    text = os.fsdecode(path)
    if "\0" in text:
        raise ValueError(f"a path must not contain a NUL, as {text[:200]!a} does")
    return text


def printable(path: AnyPath) -> str:
    r"""
    Return a path for a message, whatever its bytes are.

    Examples
    --------
    >>> printable("caf\udce9")
    'caf\\xe9'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@contextlib.contextmanager
def naming(name: str) -> Iterator[None]:
    """Let the system's errors in this block name this file."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename == name:
            raise
        raise OSError(error.errno, error.strerror, name) from None


def opening(path: str, flags: int, mode: int = 0o777) -> Iterator[int]:
    """
    Open a file when it is unpacked: ``[descriptor] = opening(path, flags)``.

    Python hears signals when a call is done, and the descriptor that it returned would be lost with it. While
    it unpacks it hears none.
    """
    return map(os.open, [path], [flags | os.O_CLOEXEC], [mode])


def node_of(status: os.stat_result) -> str:
    """Describe what a path is if it is neither a regular file nor a folder; else return nothing."""
    return _NODES.get(stat.S_IFMT(status.st_mode), "")


def demand_regular(status: os.stat_result) -> None:
    """Refuse folders, devices, FIFOs and sockets: they may give no end of bytes, none, or do something."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, f"must be a regular file, not {node_of(status) or 'what it is'}")

"""Bounded reads of regular files and FIFOs, which do not block for ever."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import stat
from typing import TYPE_CHECKING

from rescora.files.paths import demand_regular, naming, opening, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rescora.files.paths import AnyPath

_PATIENCE = 5.0  # seconds that a FIFO may give nothing
_PIECE = 1 << 20  # bytes read at a time: a signal is heard between two


@contextlib.contextmanager
def regular_file(path: AnyPath) -> Iterator[int]:
    """Give the descriptor of a regular file, to read; the system's errors name the path."""
    with _opened(path) as descriptor:
        demand_regular(os.fstat(descriptor))
        yield descriptor


def read_at_most(path: AnyPath, most: int) -> bytes | None:
    """
    Return what a file or a FIFO holds; None if that is more than `most` bytes.

    Raises
    ------
    OSError
        If it cannot be read, or is a folder, a device or a socket.
    TimeoutError
        If a FIFO gives nothing for five seconds.
    """
    with _opened(path) as descriptor:
        status = os.fstat(descriptor)
        if stat.S_ISFIFO(status.st_mode):
            pieces = _pieces_of_fifo(descriptor)
        else:
            demand_regular(status)
            if status.st_size > most:
                return None
            pieces = _pieces_of_file(descriptor)
        return _joined(pieces, most)


@contextlib.contextmanager
def _opened(path: AnyPath) -> Iterator[int]:
    name = text_of(path)
    with naming(name):
        status = os.stat(name)  # to open a device may do something
        if not stat.S_ISFIFO(status.st_mode):
            demand_regular(status)
        [descriptor] = opening(name, os.O_RDONLY | os.O_NONBLOCK)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _pieces_of_file(descriptor: int) -> Iterator[bytes]:
    while piece := os.read(descriptor, _PIECE):  # to its end: the system's own files have a size of 0
        yield piece


def _pieces_of_fifo(descriptor: int) -> Iterator[bytes]:
    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    while True:
        if not ready.poll(1e3 * _PATIENCE):
            raise TimeoutError(errno.ETIMEDOUT, f"is a FIFO that gave nothing for {_PATIENCE:g} seconds")
        piece = os.read(descriptor, _PIECE)
        if not piece:
            return
        yield piece


def _joined(pieces: Iterator[bytes], most: int) -> bytes | None:
    read = io.BytesIO()  # gives its bytes without a copy, and grows without one where the system can
    for piece in pieces:
        read.write(piece)
        if read.tell() > most:
            return None
    return read.getvalue()

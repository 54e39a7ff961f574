"""Progress reports: a line on the terminal, a caller's function, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE = 0.5  # seconds of work before the first line: what ends sooner needs none
INTERVAL = 0.1  # seconds between two reports: an eye follows no faster


class Step(NamedTuple):
    """
    How far the work has come.

    Parameters
    ----------
    documents : int
        Documents done.
    bytes : int
        Bytes of input done.
    seconds : float
        Time since the work began.
    total_bytes : int or None
        Bytes of input in all, where they are known.
    """

    documents: int
    bytes: int
    seconds: float
    total_bytes: int | None = None


Step.__module__ = "rescora"  # a named tuple's body cannot say so itself

Listener = Callable[[Step], object]


class Progress:
    """
    Reports the progress of one piece of work; a context manager around it.

    Parameters
    ----------
    progress : bool or callable, optional
        None: a line on stderr, if that is a terminal and the work takes longer than half a second.
        True: the same line, wherever stderr goes and from the start. False: nothing.
        A function: it is called with a `Step` about ten times a second and once at the end.
    total_bytes : int, optional
        Bytes of input, for a share of the whole.
    stream : text stream, optional
        Where the line goes instead of stderr.

    Examples
    --------
    >>> with Progress(lambda step: print(step.documents, step.bytes)) as report:
    ...     report.update(documents=3, bytes=120)
    3 120
    """

    def __init__(
        self,
        progress: bool | Listener | None = None,
        *,
        total_bytes: int | None = None,
        stream: TextIO | None = None,
    ) -> None:
        self._total = total_bytes
        self._stream = stream if stream is not None else sys.stderr
        self._listener = self._choose(progress)
        self._began = time.perf_counter()
        self._next = self._began + (PATIENCE if progress is None else INTERVAL)
        self._documents = self._bytes = 0
        self._width = 0  # of the line that stands on the terminal

    def _choose(self, progress: bool | Listener | None) -> Listener | None:
        if callable(progress):
            return progress
        wanted = _is_terminal(self._stream) if progress is None else progress
        return self._draw if wanted else None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._listener == self._draw:
            self._clear()
        elif self._listener is not None and error is None:
            self._listener(self._step(time.perf_counter()))

    def update(self, *, documents: int, bytes: int) -> None:
        """Say how much is done by now: both numbers count from the beginning."""
        self._documents, self._bytes = documents, bytes
        if self._listener is None:
            return
        now = time.perf_counter()
        if now >= self._next:
            self._next = now + INTERVAL
            self._listener(self._step(now))

    def _step(self, now: float) -> Step:
        return Step(self._documents, self._bytes, now - self._began, self._total)

    def _draw(self, step: Step) -> None:
        line = describe(step)
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)

    def _clear(self) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()


def describe(step: Step) -> str:
    """
    Return a step as one line.

    Examples
    --------
    >>> describe(Step(documents=12_500, bytes=14_200_000, seconds=0.5, total_bytes=28_400_000))
    'indexing  ━━━━━━━━━━──────────   50%     12,500 documents    14.2 MB    28.4 MB/s'
    >>> describe(Step(documents=7, bytes=900, seconds=0.0))
    'indexing          7 documents     0.0 MB'
    """
    parts = ["indexing"]
    if step.total_bytes:
        share = min(1.0, step.bytes / step.total_bytes)
        done = round(20 * share)
        parts.append("━" * done + "─" * (20 - done) + f"  {share:4.0%}")
    parts += [f"{step.documents:>9,} documents", f"{step.bytes / 1e6:6.1f} MB"]
    if step.seconds > 0:
        parts.append(f"{step.bytes / 1e6 / step.seconds:6.1f} MB/s")
    return "  ".join(parts)


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # no stream at all (pythonw), or a closed one
        return False

"""Indexes in pickles: the path of a file and what was changed since it was opened; never the contents."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from rescora.errors import CorruptFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rescora.index import Index
    from rescora.model.model import Model


class Opened(NamedTuple):
    """
    How an index was opened.

    Attributes
    ----------
    path : str or bytes
        The file, from the root: the process that unpickles may stand in another folder.
    keywords : dict
        What `Index.open` was given beside it.
    """

    path: str | bytes
    keywords: Mapping[str, Any]

    @classmethod
    def of(cls, path: str | bytes | os.PathLike[Any], **keywords: Any) -> Opened:
        """Note a path as `Index.open` takes it."""
        return cls(os.path.abspath(os.fspath(path)), keywords)  # noqa: PTH100 - bytes have no Path


def reduced(index: Index) -> tuple[Any, ...]:
    """
    Return what a pickle keeps of an index.

    Raises
    ------
    TypeError
        If it was not opened from a file.
    """
    opened, file = index._opened, index._file
    if opened is None or file is None:
        raise TypeError(
            "cannot pickle or copy an index in memory, only one that was opened from a file: "
            "save it, and open it with rescora.Index.open"
        )
    return _opened_again, (type(index), opened, file.checksum, index._models.changes())


def _opened_again(
    kind: type[Index], opened: Opened, checksum: int, changes: Mapping[str, Model | None]
) -> Index:
    index = kind.open(opened.path, **opened.keywords)
    if index._file is None or index._file.checksum != checksum:
        raise CorruptFileError(f"{opened.path!r} holds another index than when it was pickled: open it anew")
    index._models.change(changes)
    return index


class NotPickled:
    """What is bound to an index in memory; it says so in place of an error of the core's."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        kind = type(self).__name__
        raise TypeError(
            f"cannot pickle or copy a rescora.{kind}: pickle the index, and make it from that again"
        )

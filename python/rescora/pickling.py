"""Pickles of indexes: the file's path and the models changed since it was opened; never the contents."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping


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


class NotPickled:
    """What is bound to an index in memory; it says so in place of an error of the core's."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        kind = type(self).__name__
        raise TypeError(
            f"cannot pickle or copy a rescora.{kind}: pickle the index, and make it from that again"
        )

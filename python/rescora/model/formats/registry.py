"""The registry of model formats, in the order they are tried; a new one is a file here and a line below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rescora.errors import ModelError, did_you_mean, show
from rescora.model import stored
from rescora.model.formats import (
    catboost,
    elasticsearch,
    lightgbm,
    o19s,
    ranklib,
    scikit_learn,
    solr,
    xgboost,
)

if TYPE_CHECKING:
    from rescora.model.ensemble import Loaded
    from rescora.model.parsing.source import Source


class Format(Protocol):
    """The interface of a format's module."""

    NAME: str

    def recognises(self, source: Source, /) -> bool:
        """Return whether this is the format of `source`."""

    def load(self, source: Source, feature_names: tuple[str, ...] | None, /) -> Loaded:
        """Return the model, for these columns if they are given."""


FORMATS: tuple[Format, ...] = (
    stored,
    lightgbm,
    xgboost,
    elasticsearch,
    o19s,
    solr,
    ranklib,
    catboost,
    scikit_learn,
)
NAMES = tuple(one.NAME for one in FORMATS)


def find_format(source: Source, name: str | None) -> Format:
    """
    Return the format called `name`, or the one that recognises `source`.

    Raises
    ------
    ModelError
        If there is none.
    """
    if name is not None:
        for one in FORMATS:
            if name == one.NAME:
                if not one.recognises(source):
                    _refuse_damaged(source)
                return one
        raise ModelError(
            f"unknown format [{show(name)}]{did_you_mean(name, NAMES)}; known are {', '.join(NAMES)}"
        )
    for one in FORMATS:
        if one.recognises(source):
            return one
    _refuse_damaged(source)
    raise ModelError(f"{source.describe()} is no model of a known format; known are {', '.join(NAMES)}")


def _refuse_damaged(source: Source) -> None:
    if source.json_fault:  # not of bytes that a binary format recognises, which may begin as JSON does
        raise ModelError(f"{source.describe()} is damaged JSON: {source.json_fault}")

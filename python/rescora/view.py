"""A consistent view of an index, which a call uses from beginning to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rescora.compile import Planner
from rescora.schema.analysis import Analyzers

if TYPE_CHECKING:
    from rescora.core import _core
    from rescora.model.models import Models
    from rescora.schema.schema import Schema
    from rescora.schema.settings import Settings


class View(NamedTuple):
    """
    The documents of an index as they stand, and how requests for them are understood.

    Attributes
    ----------
    core : _core.Snapshot
        The documents.
    schema, analyzers, settings : Schema, Analyzers, Settings
        Their fields, what splits their texts, and the limits of requests.
    planner : Planner
        Makes plans of requests.
    """

    core: _core.Snapshot
    schema: Schema
    analyzers: Analyzers
    settings: Settings
    planner: Planner

    @classmethod
    def of(cls, core: _core.Snapshot, schema: Schema, settings: Settings, models: Models) -> View:
        """Return the view of documents; a plan takes the models that there are when it is made."""
        analyzers = Analyzers(settings.analysis)
        return cls(core, schema, analyzers, settings, Planner(schema, analyzers, settings, models.find))

    @property
    def name(self) -> str:
        """The index's name."""
        return self.settings.name

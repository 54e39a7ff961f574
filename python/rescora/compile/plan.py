"""A request as the core runs it: words analyzed, fields looked up, stages in a row."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from rescora.compile.columns import compile_features
from rescora.compile.stages import compile_stages
from rescora.core import _core
from rescora.errors import ModelError, RequestError
from rescora.queries import Compiler
from rescora.queries.hole import NeedsValueError
from rescora.queries.scripts import PRINTED_FIELD, Scripts
from rescora.schema.fields import IGNORED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rescora.model.features import Feature
    from rescora.model.model import Model
    from rescora.request import Rescorer, SearchRequest
    from rescora.schema.analysis import Analyzers
    from rescora.schema.schema import Schema
    from rescora.schema.settings import Settings


class FieldScript(NamedTuple):
    """A script whose values come with the hits, under a name."""

    name: str
    script: _core.Script
    ignore_failure: bool


class Plan(NamedTuple):
    """
    A request for the core, the queries in it that have a name, and the scripts for the hits.

    `ignored` has the fields that may have left out values, each with the query for documents where it has.
    `lasts` tells whether it serves later calls too: no date is counted from now, no model was looked up.
    `longest_text` is how many characters the texts of a call may have together, where a call gives some.
    """

    request: _core.Request
    named: list[tuple[str, _core.Query]]
    fields: tuple[FieldScript, ...] = ()
    ignored: tuple[tuple[str, _core.Query], ...] = ()
    lasts: bool = False
    longest_text: int = 0


class OpenStages(NamedTuple):
    """Stages whose texts come with each call, and how many characters these may have together."""

    stages: list[_core.Stage]
    longest_text: int


class Planner:
    """
    Makes plans for one index.

    Parameters
    ----------
    schema, analyzers, settings : Schema, Analyzers, Settings
        Those of the index.
    models : callable, optional
        From a model's name and the place of it to the model as it is now; a plan keeps what it was made with.
    """

    __slots__ = ("_analyzers", "_models", "_schema", "_scripts", "_settings")

    def __init__(
        self,
        schema: Schema,
        analyzers: Analyzers,
        settings: Settings,
        models: Callable[[str, str], Model] | None = None,
    ) -> None:
        self._schema = schema
        self._analyzers = analyzers
        self._settings = settings
        self._models = models
        self._scripts = Scripts(schema, settings.name)

    def _compiler(self, explain: bool = False) -> Compiler:
        return Compiler(
            self._schema,
            self._analyzers.words,
            _core.query,
            now=time.time_ns() // 1_000_000,
            max_clauses=self._settings.max_clause_count,
            index_name=self._settings.name,
            id_field_data=self._settings.id_field_data,
            scripts=self._scripts,
            models=self._models,
            explain=explain,
            analyzers=self._analyzers,
        )

    def plan(self, request: SearchRequest, *, explain: bool = False) -> Plan:
        """Return what the core runs for a search."""
        compiler = self._compiler(explain or request.explain)
        query = compiler.compile(request.query)
        post_filter = None if request.post_filter is None else compiler.compile(request.post_filter)
        stages = compile_stages(compiler, request.stages)
        made = _core.Request(
            query,
            post_filter,
            request.min_score,
            stages,
            request.from_,
            request.size,
            request.track_total_hits,
            request.search_type == "dfs_query_then_fetch",
            explain or request.explain,
            request.terminate_after,
            request.allow_partial_results,
        )
        fields = tuple(
            FieldScript(one.name, compiler.script(one.script, PRINTED_FIELD), one.ignore_failure)
            for one in request.script_fields
        )
        return Plan(made, compiler.named, fields, self._ignored(), compiler.lasts, compiler.longest_text)

    def _ignored(self) -> tuple[tuple[str, _core.Query], ...]:
        noted = self._schema.field(IGNORED)
        if noted is None:
            return ()
        names = sorted(field.name for field in self._schema.fields if field.ignore_malformed)
        return tuple((name, _core.query("term", noted.number, name)) for name in names)

    def columns(
        self, features: Sequence[Feature], params: Mapping[str, object], path: str = "params"
    ) -> _core.Columns:
        """Return the core's columns of features, for a request with these parameters."""
        return compile_features(self._compiler(), features, params, path)

    def check_features(self, features: Sequence[Feature]) -> None:
        """Refuse what cannot be computed here, as far as it does not hang on the parameters of a request."""
        try:
            self.columns([one for one in features if one.template is None], {}, "features")
        except RequestError as error:
            raise ModelError(error.reason, path=error.path) from error

    def stages(self, rescorers: Sequence[Rescorer]) -> list[_core.Stage]:
        """Return the core's stages for rescorers alone."""
        return compile_stages(self._compiler(), rescorers)

    def open_plan(self, request: SearchRequest) -> Plan | None:
        """Return a plan whose texts come with each call, or None where more than texts must be known."""
        try:
            plan = self.plan(request)
        except NeedsValueError:
            return None
        return plan if plan.lasts else None

    def open_stages(self, rescorers: Sequence[Rescorer]) -> OpenStages | None:
        """Return stages whose texts come with each call, or None where more than texts must be known."""
        compiler = self._compiler()
        try:
            stages = compile_stages(compiler, rescorers)
        except NeedsValueError:
            return None
        return OpenStages(stages, compiler.longest_text) if compiler.lasts else None

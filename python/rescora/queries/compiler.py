"""Typed queries become the core's: what Elasticsearch does between its query language and Lucene's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rescora.queries.hole import NeedsValueError
from rescora.queries.scripts import Scripts
from rescora.reading.limits import too_many_clauses
from rescora.reading.values import illegal

if TYPE_CHECKING:
    from rescora.core import _core
    from rescora.queries.query import Query
    from rescora.queries.source import Script
    from rescora.schema.analysis import Analyzer
    from rescora.schema.schema import Schema
    from rescora.script.contexts import Context

Analyze = Callable[[str, str], Sequence[tuple[str, int]]]
Compile = Callable[["Compiler", Any], Any]

_KINDS: dict[type[Query], Compile] = {}


def compiles(kind: type[Query]) -> Callable[[Compile], Compile]:
    """Decorate the function that compiles one kind of query."""

    def register(function: Compile) -> Compile:
        _KINDS[kind] = function
        return function

    return register


class Compiler:
    """
    Makes the core's queries for one request.

    Parameters
    ----------
    schema : Schema
        The fields of the index.
    analyze : callable
        From an analyzer's name and a text to its (word, position) pairs; LookupError for an unknown analyzer.
    make : callable
        From the name of a kind and its fields to one of the core's queries: see `plan/query.h`.
    now : int
        What ``now`` means in dates, in milliseconds since 1970.
    max_clauses : int
        How many words and other leaves a query may have.
    index_name : str
        The index's name, on which random scores depend.
    id_field_data : bool
        Whether random scores may be drawn by the documents' ids.
    scripts : Scripts, optional
        What compiles the requests' scripts; one that is kept forgets none.
    models : callable, optional
        From a model's name and the place of it to the model as it is now.
    explain : bool
        Whether what is compiled will be asked to explain itself.
    analyzers : mapping, optional
        From an analyzer's name to the analyzer, for texts that come with each call.

    Attributes
    ----------
    named : list of (str, core query)
        The queries with a ``_name``, boost included, in the order in which Elasticsearch builds them.
    longest_text : int
        So many characters may the texts of a call have together: no more words can be in them than
        `max_clauses` allows.
    lasts : bool
        Whether what was compiled is the same at any later time: no date is counted from now, no model was
        looked up.
    """

    __slots__ = (
        "_analyze",
        "_analyzed",
        "_analyzers",
        "_clauses",
        "_find_model",
        "_models",
        "_now",
        "_scripts",
        "_texts",
        "explain",
        "id_field_data",
        "index_name",
        "lasts",
        "longest_text",
        "make",
        "max_clauses",
        "named",
        "schema",
    )

    def __init__(
        self,
        schema: Schema,
        analyze: Analyze,
        make: Callable[..., Any],
        *,
        now: int = 0,
        max_clauses: int = 4_096,
        index_name: str = "index",
        id_field_data: bool = False,
        scripts: Scripts | None = None,
        models: Callable[[str, str], Any] | None = None,
        explain: bool = False,
        analyzers: Mapping[str, Analyzer] | None = None,
    ) -> None:
        self.schema = schema
        self.make = make
        self._now = now
        self.max_clauses = max_clauses
        self.index_name = index_name
        self.id_field_data = id_field_data
        self.explain = explain
        self._scripts = scripts
        self._models: dict[str, Any] = {}
        self._find_model = models
        self.named: list[tuple[str, Any]] = []
        self._analyze = analyze
        self._analyzed: dict[tuple[str, str], Sequence[tuple[str, int]]] = {}
        self._analyzers = analyzers or {}
        self._clauses = 0
        self._texts = 0
        self.longest_text = max_clauses
        self.lasts = True

    @property
    def now(self) -> int:
        """What ``now`` means in dates."""
        return self.time()

    def time(self) -> int:
        """Return what ``now`` means, for those who may need it."""
        self.lasts = False
        return self._now

    def compile(self, query: Query) -> Any:
        """
        Return the core's query.

        Raises
        ------
        RequestError
            If a value does not fit its field, an analyzer is unknown, or the query has too many words.
        """
        self.begin()
        made = self.node(query)
        if self._texts:
            room = (self.max_clauses - self._clauses) // self._texts
            self.longest_text = min(self.longest_text, room)
        return made

    def begin(self) -> None:
        """Begin to count leaves anew."""
        self._clauses = 0
        self._texts = 0

    def node(self, query: Query) -> Any:
        """Compile one query of a tree."""
        made = _KINDS[type(query)](self, query)
        if query.boost != 1:
            made = self.make("boost", made, query.boost)
        if query.name is not None:
            self.named.append((query.name, made))
        return made

    def script(self, script: Script, context: Context) -> _core.Script:
        """Compile a script for this use of it."""
        if self._scripts is None:
            self._scripts = Scripts(self.schema, self.index_name)
        return self._scripts.compile(script, context, described=self.explain)

    def model(self, model_id: str, path: str) -> Any:
        """Return a model by its name, the same for the whole request; RequestError where there is none."""
        self.lasts = False
        found = self._models.get(model_id)
        if found is None:
            if self._find_model is None:
                raise illegal("there are no models here", path)
            found = self._models[model_id] = self._find_model(model_id, path)
        return found

    def words(self, analyzer: str, text: str, path: str) -> Sequence[tuple[str, int]]:
        """Return the words of a text; they count towards the limit."""
        words = self._analyzed.get((analyzer, text))  # a query and its rescorer often have the same text
        if words is None:
            try:
                words = self._analyze(analyzer, text)
            except LookupError:
                raise illegal(f"No analyzer found for [{analyzer}]", path) from None
            self._analyzed[analyzer, text] = words
        self.count(len(words), path)
        return words

    def core_analyzer(self, name: str, path: str) -> _core.Analyzer:
        """Return the analyzer of a text that comes with each call; NeedsValueError if the core cannot."""
        analyzer = self._analyzers.get(name)
        if analyzer is None:
            raise illegal(f"No analyzer found for [{name}]", path)
        if analyzer.stemmers:
            raise NeedsValueError
        self._texts += 1
        return analyzer.core

    def count(self, clauses: int, path: str) -> None:
        """Count leaves of the query."""
        self._clauses += clauses
        if self._clauses > self.max_clauses:
            raise too_many_clauses(self.max_clauses, path)

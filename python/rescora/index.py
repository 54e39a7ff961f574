"""An index: made from documents or opened from a file, searched and rescored."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, overload

import msgspec

from rescora.candidates import as_documents, find_candidates, find_documents
from rescora.compile import Plan, Planner
from rescora.core import _core
from rescora.core_errors import CORE_ERRORS, request_error
from rescora.deadline import Cancellation, limits_for, own_limits
from rescora.documents.builder import IndexBuilder
from rescora.documents.feed import feed, size_of
from rescora.documents.skipped import skips_errors
from rescora.errors import Cancelled, CorruptFileError, ModelError, RequestError
from rescora.evaluation.feature_log import FeatureLog
from rescora.fetch.explain import explanation_dict
from rescora.fetch.fetch import fetch
from rescora.fetch.rescored import rescored, rescored_lists
from rescora.files.paths import printable
from rescora.files.place import INDEX
from rescora.files.reading import regular_file
from rescora.files.replacing import check_place, replacing
from rescora.metadata import naming, read_metadata
from rescora.model.features import parse_features
from rescora.model.model import Model
from rescora.model.models import Models
from rescora.notices import notify_without_effect
from rescora.pickling import Opened
from rescora.progress import Listener, Progress
from rescora.public import public_methods
from rescora.reading.limits import check_size
from rescora.reading.values import scalar_text
from rescora.request import SearchRequest, parse_body
from rescora.request.timeout import Timeout, timeout_of
from rescora.rescorer import Rescorer, check_threads, processors
from rescora.schema.analysis import Analyzers, Token
from rescora.schema.pasted import pasted_mappings, pasted_settings
from rescora.schema.schema import Mappings
from rescora.schema.settings import parse_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from rescora.documents.skipped import Skipped
    from rescora.files.paths import AnyPath
    from rescora.hits import Hits
    from rescora.model.features import Feature


@public_methods
class Index:
    """
    Documents, ready to be searched and rescored; immutable.

    `from_documents` makes one and `open` reads one from a file: there is no adding, changing or deleting.
    All methods may be called from many threads at once, and the work itself holds no lock of Python's.

    A pickle, for other processes, and a copy hold the path of the file that the index was opened from, and
    the models that were put in or taken away since; the file must be there, and the same. An index that was
    not opened from a file has no path: pickling it is a TypeError.

    Examples
    --------
    >>> docs = [{"_id": "a", "title": "A quick fox"}, {"_id": "b", "title": "A slow one"}]
    >>> index = Index.from_documents(docs)
    >>> index
    <rescora.Index of 2 documents: title, title.keyword>
    >>> hits = index.search(query={"match": {"title": "quick"}})
    >>> hits.ids, hits[0].source
    (['a'], {'title': 'A quick fox'})
    """

    __module__ = "rescora"

    def __init__(
        self,
        core: _core.Snapshot,
        mappings: Mappings,
        settings: Mapping[str, Any],
        file: _core.File | None = None,
    ) -> None:
        self._core = core
        self._mappings = mappings
        self._raw_settings = dict(settings)
        self._settings = parse_settings(settings)
        self._analyzers = Analyzers(self._settings.analysis)
        self._models = Models()
        self._planner = Planner(mappings, self._analyzers, self._settings, self._models.find)
        self._file = file
        #: The documents that `from_documents` left out, as pairs of id and reason.
        self.skipped: list[Skipped] = []
        self._opened: Opened | None = None

    @classmethod
    def from_documents(
        cls,
        docs: Any,
        id_field: str | None = None,
        mappings: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        path: AnyPath | None = None,
        progress: bool | Listener | None = None,
        *,
        columns: Mapping[str, ArrayLike] | None = None,
        threads: int | None = None,
        on_error: str = "raise",
        overwrite: bool = False,
    ) -> Index:
        """
        Index documents.

        Parameters
        ----------
        docs : iterable of dict, path, file, or object with the Arrow C stream interface
            The documents. A path names a file of JSON lines. Hits of a search (``_id`` and ``_source``) and
            the lines of a bulk request are read as what they are.
        id_field : str, optional
            The key of a document's id. By default ``_id``; where that is absent, the document's number from 0
            is its id.
        mappings, settings : dict, optional
            As Elasticsearch has them, or what ``GET index`` answers, whole. Fields that are not mapped are
            found in the documents.
        path : path, optional
            Where the index is saved, as by `save`; it is then opened from there. What `save` would refuse is
            refused before the first document is read; a file that the documents come from is never replaced.
        progress : bool or callable, optional
            None shows a line on a terminal once the work has taken half a second; True always, False never;
            a function is called with a `Step`.
        columns : dict of array_like, optional
            Numeric fields that are given as one array each, a value a document in the order of `docs`, and
            dense_vector fields, a row a document. An int64 or float64 array, or one of float32 (int8 for
            bytes) vectors, is used where it lies, not copied, if there is one shard.
        threads : int, optional
            Threads for finishing several shards; one a processor if None.
        on_error : str
            "skip" leaves out documents that cannot be indexed, as if they had not been given;
            `Index.skipped` tells which, and why. "raise" ends with the first.
        overwrite : bool
            Whether a file at `path` that is no index is replaced.

        Returns
        -------
        Index

        Raises
        ------
        RequestError
            For mappings, settings or documents that are wrong; the message names document and field.
        OSError
            If nothing can be written at `path`, or another file stands there.
        """
        if path is not None:
            check_place(path, INDEX, overwrite=overwrite, inputs=[docs])
        settings, mappings = pasted_settings(settings), pasted_mappings(mappings)
        parsed = parse_settings(settings)
        notify_without_effect(parsed)
        analyzers = Analyzers(parsed.analysis)
        fields = Mappings(
            mappings,
            similarity=parsed.similarity,
            analyzers=analyzers,
            max_fields=parsed.total_fields_limit,
            ignore_malformed=parsed.ignore_malformed,
        )
        skips = skips_errors(on_error)
        builder = IndexBuilder(fields, analyzers, parsed.number_of_shards, id_field, columns or (), skips)
        with Progress(progress, total_bytes=size_of(docs)) as report:
            feed(builder, docs, report)
        for name, column in (columns or {}).items():
            builder.add_column(name, column)
        shards = builder.finish(check_threads(threads))
        index = cls(_core.Snapshot(shards, list(fields.names)), fields, dict(settings or {}))
        if path is not None:
            index.save(path, overwrite=overwrite)
            index = cls.open(path)
        index.skipped = builder.skipped
        return index

    @classmethod
    def open(cls, path: AnyPath, verify: bool = False, *, in_memory: bool = False) -> Index:
        """
        Open a saved index; it is mapped into memory, so this takes no longer for a large one.

        A mapped file may be renamed, removed, or replaced by another of its name, as `save` does it: whoever
        has it mapped keeps it. It must not be changed in place or cut short (``cp`` over it, ``truncate``,
        ``rsync --inplace``), nor its disk or server go away: a search that needs what is gone ends the
        process, with SIGBUS. Where nobody can promise that, there is `in_memory`.

        Parameters
        ----------
        path : path
            The file that `save` wrote.
        verify : bool
            Whether all contents are checked now, which reads the whole file.
        in_memory : bool
            Whether the file is read now, whole, instead of mapped; nothing that happens to it later matters.

        Raises
        ------
        CorruptFileError
            If the file is not an index, or damaged.
        OSError
            If it cannot be read.
        """
        try:
            with regular_file(path) as descriptor:
                file = _core.File(descriptor, printable(path), in_memory)
            if verify:
                file.verify()
            metadata = read_metadata(file.metadata(), path)
            core = _core.Snapshot(file.shards(), metadata["fields"])
            mappings, settings = metadata["mappings"], metadata["settings"]
            parsed = parse_settings(settings)
            fields = Mappings(
                mappings,
                similarity=parsed.similarity,
                order=metadata["fields"],
                max_fields=max(parsed.total_fields_limit, len(metadata["fields"])),
                ignore_malformed=parsed.ignore_malformed,
            )
            index = cls(core, fields, settings, file)
            index._models.restore(metadata.get("models", {}), printable(path))
            index._opened = Opened.of(path, in_memory=in_memory)
            return index
        except _core.CorruptFile as error:
            raise CorruptFileError(naming(path, error)) from None
        except RequestError as error:
            raise CorruptFileError(f"{printable(path)}: the metadata makes no sense: {error}") from None

    def save(self, path: AnyPath, *, overwrite: bool = False) -> None:
        """
        Write the index to one file: it appears whole or not at all.

        An index that stands there is replaced, and its permissions stay; links are followed.

        Parameters
        ----------
        path : path
            The file.
        overwrite : bool
            Whether a file that is no index is replaced too.

        Raises
        ------
        OSError
            If it cannot be written, or another file, a folder or a device stands there; it is untouched.
        """
        metadata = {
            "fields": list(self._mappings.names),
            "mappings": self._mappings.to_dict(),
            "settings": self._raw_settings,
            "models": self._models.store(),
        }
        with replacing(path, INDEX, overwrite=overwrite) as descriptor:
            self._core.save(descriptor, msgspec.json.encode(metadata).decode())

    def verify(self) -> None:
        """
        Check every byte of the file that this index was opened from; an index in memory has nothing to check.

        Raises
        ------
        CorruptFileError
            If anything is not as it was written.
        """
        if self._file is None:
            return
        try:
            self._file.verify()
        except _core.CorruptFile as error:
            raise CorruptFileError(str(error)) from None

    def __reduce__(self) -> tuple[Any, ...]:
        if self._opened is None or self._file is None:
            raise TypeError(
                "cannot pickle or copy an index in memory, only one that was opened from a file: "
                "save it, and open it with rescora.Index.open"
            )
        return _opened_again, (type(self), self._opened, self._file.checksum, self._models.changes())

    def __len__(self) -> int:
        return len(self._core)

    def __repr__(self) -> str:
        shards = f" in {self._core.num_shards} shards" if self._core.num_shards > 1 else ""
        names = ", ".join(self._mappings.shown[:8]) + (", …" if len(self._mappings.shown) > 8 else "")
        noun = "document" if len(self) == 1 else "documents"
        return f"<rescora.Index of {len(self):,} {noun}{shards}: {names or 'no fields'}>"

    @property
    def name(self) -> str:
        """The index's name, ``settings["index.name"]``."""
        return self._settings.name

    @property
    def mappings(self) -> dict[str, Any]:
        """The fields, as Elasticsearch shows them."""
        return self._mappings.to_dict()

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, as they were given."""
        return dict(self._raw_settings)

    @property
    def models(self) -> dict[str, Model]:
        """The models that rescorers of this index may name, by their ids."""
        return self._models.all()

    def put_model(self, model_id: str, model: Model) -> None:
        """
        Give the index a model, for the ``learning_to_rank`` rescorer; one of the same id is replaced.

        A request that is running keeps the model that it began with, and a compiled `Rescorer` without
        variables the one that it was compiled with. `save` writes the models with the index.

        Parameters
        ----------
        model_id : str
            The ``model_id`` of requests.
        model : Model
            One whose features say how they are computed.

        Raises
        ------
        ModelError
            If no feature of the model has an extractor, or one asks for what this index has not.

        Examples
        --------
        >>> index = Index.from_documents([{"_id": "a", "title": "red fox"}, {"_id": "b", "title": "fox"}])
        >>> linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m",
        ...           "features": [{"name": "title"}], "params": {"weights": {"title": -2.0}}}
        >>> title = {"feature_name": "title", "query": {"match": {"title": "{{text}}"}}}
        >>> index.put_model("short", Model.load(linear, [title]))
        >>> rank = {"model_id": "short", "params": {"text": "red"}}
        >>> rescore = {"window_size": 10, "learning_to_rank": rank}
        >>> index.search(query={"match": {"title": "fox"}}, rescore=rescore).ids
        ['b', 'a']
        """
        if not isinstance(model, Model):
            raise TypeError(f"model must be a rescora.Model, not {type(model).__name__}")
        self._check_features(model._features)
        self._models.put(model_id, model)

    def _check_features(self, features: Sequence[Feature]) -> None:
        """Refuse what cannot be computed here, as far as it does not hang on the parameters of a request."""
        try:
            self._planner.columns([one for one in features if one.template is None], {}, "features")
        except RequestError as error:
            raise ModelError(error.reason, path=error.path) from error

    def delete_model(self, model_id: str) -> None:
        """
        Take a model away; a request that is running keeps it.

        Raises
        ------
        RequestError
            If there is none of this id, with status 404.
        """
        self._models.delete(model_id)

    def analyze(self, field: str, text: str) -> list[Token]:
        """
        Return the words that a field makes of a text.

        Examples
        --------
        >>> index = Index.from_documents([{"title": "A quick fox"}])
        >>> [token.token for token in index.analyze("title", "The Quick-Brown fox")]
        ['the', 'quick', 'brown', 'fox']
        """
        found = self._mappings.field(field)
        if found is None:
            raise RequestError(
                f"there is no field [{field}]; the index has {list(self._mappings.shown)}", path="field"
            )
        if found.storage not in ("text", "keyword"):
            raise RequestError(f"field [{field}] of type [{found.type}] is not analyzed", path="field")
        if not isinstance(text, str):
            raise TypeError(f"text must be a string, not {type(text).__name__}")
        return self._analyzers[found.analyzer].analyze(scalar_text(text, "text"))

    def search(
        self,
        body: Any = None,
        *,
        threads: int | None = None,
        unsupported: str = "error",
        cancel: Cancellation | None = None,
        **keywords: Any,
    ) -> Hits:
        """
        Search, and rescore what was found.

        Parameters
        ----------
        body : dict or JSON, optional
            An Elasticsearch search body.
        threads : int, optional
            Threads to search shards with; one a processor if None.
        unsupported : str
            "drop" leaves out what Rescora does not have if it can change neither the hits nor their scores,
            such as ``aggs`` and ``highlight``; ``hits.dropped`` names it. "error" refuses it.
        cancel : Cancellation, optional
            Ends the search from another thread.
        **keywords
            Parts of the body by name, as elasticsearch-py takes them: ``query``, ``rescore``, ``from_`` …
            ``timeout`` may be seconds here. Where the time from the call's start is over, the hits are those
            of the last step that all shards have done: see `Hits`.

        Returns
        -------
        Hits

        Raises
        ------
        RequestError
            If anything in the request is wrong; the message names its path.
        SearchTimeout
            If the time is over and ``allow_partial_search_results`` is false.
        Cancelled
            If `cancel` ended it.
        """
        began = time.perf_counter()
        request = parse_body(body, self._settings, keywords, unsupported)
        plan = self._planner.plan(request)
        limits = limits_for(request.timeout, cancel, began=began, always=bool(plan.fields))
        page = self._core.search(plan.request, check_threads(threads), limits)
        return fetch(self._core, self.name, request, plan, page, began, limits)

    def msearch(
        self,
        bodies: Iterable[Any],
        threads: int | None = None,
        *,
        raise_errors: bool = False,
        unsupported: str = "error",
        cancel: Cancellation | None = None,
    ) -> list[Hits | RequestError]:
        """
        Run many searches on several threads.

        Parameters
        ----------
        bodies : iterable of dict or JSON
            Search bodies.
        threads : int, optional
            Threads to use; one a processor if None.
        raise_errors : bool
            Whether the first bad body is raised instead of standing in its place.
        unsupported : str
            As for `search`.
        cancel : Cancellation, optional
            Ends all of them from another thread.

        Returns
        -------
        list of Hits or RequestError
            In the order of the bodies; `took` counts from the call, for they share its threads. A body's
            ``timeout`` is its own, from its own beginning.

        Raises
        ------
        Cancelled
            If `cancel` ended them.
        """
        if isinstance(bodies, (Mapping, str, bytes)):
            raise TypeError("bodies must be an iterable of search bodies, not one body")
        began = time.perf_counter()
        results: list[Any] = []
        planned: list[tuple[int, SearchRequest, Plan]] = []
        for place, body in enumerate(bodies):
            results.append(None)
            try:
                request = parse_body(body, self._settings, None, unsupported)
                planned.append((place, request, self._planner.plan(request)))
            except (RequestError, *CORE_ERRORS) as error:
                if raise_errors:
                    raise
                results[place] = error if isinstance(error, RequestError) else request_error(error)
        own = [own_limits(request.timeout, cancel) for _, request, _ in planned]
        pages = self._core.msearch(
            [plan.request for _, _, plan in planned],
            check_threads(threads),
            own,
            limits_for(None, cancel),
        )
        for (place, request, plan), page, limits in zip(planned, pages, own, strict=True):
            try:
                if not isinstance(page, _core.Page):
                    raise page
                results[place] = fetch(self._core, self.name, request, plan, page, began, limits)
            except (RequestError, *CORE_ERRORS) as error:
                shown = error if isinstance(error, RequestError) else request_error(error)
                if raise_errors or isinstance(shown, Cancelled):
                    raise
                results[place] = shown
        return results

    @overload
    def rescore(self, ids: Sequence[str] | Sequence[int], *args: Any, **keywords: Any) -> Hits: ...
    @overload
    def rescore(self, ids: Any, *args: Any, **keywords: Any) -> Any: ...
    def rescore(
        self,
        ids: Any,
        scores: ArrayLike,
        rescore: Any,
        size: int | None = 10,
        *,
        params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        search_type: str = "query_then_fetch",
        missing: str = "error",
        timeout: Timeout = None,
        allow_partial_search_results: bool = True,
        cancel: Cancellation | None = None,
    ) -> Hits | list[Hits]:
        """
        Rescore hits of any engine.

        Parameters
        ----------
        ids : sequence of str or int, or rows of them
            Their ids, in any order, each once. Places with -1, NaN or None have no hit. In two dimensions a
            row is a query.
        scores : array_like of float
            Their scores, of the same shape.
        rescore : dict or list
            One rescorer or several, as in a search body.
        size : int or None
            Hits to return; None returns all.
        params : dict, or list of dict, optional
            Values for the ``{{name}}`` in the request, of rows perhaps one dict each; without them, braces
            are text like any other.
        search_type : str
            ``dfs_query_then_fetch`` weighs words by all shards.
        missing : str
            "drop" leaves out ids that are not in the index, and hits whose score is NaN; "error" names them.
        timeout : str or float, optional
            ``"50ms"``, or seconds. Where the time is over, the hits are those before the first rescorer that
            was not done on every shard: see `Hits`.
        allow_partial_search_results : bool
            False raises `SearchTimeout` then.
        cancel : Cancellation, optional
            Ends the call from another thread.

        Returns
        -------
        Hits, or list of Hits
            One for each row.

        Raises
        ------
        RequestError
            For a bad request, an id that is unknown or comes twice, a score that is NaN.
        SearchTimeout, Cancelled
            As for `search`; where there are rows, there is no part of an answer.

        Examples
        --------
        >>> index = Index.from_documents([{"_id": i, "likes": 9 - i} for i in range(3)])
        >>> likes = {"script": {"script": "doc['likes'].value"}}
        >>> index.rescore([0, 2, 1], [0.3, 0.2, 0.1], likes).ids
        ['0', '1', '2']
        >>> ids, scores = [[2, 0], [1, -1]], [[0.5, 0.4], [0.3, float("nan")]]  # as vector libraries have it
        >>> found = index.rescore(ids, scores, likes)
        >>> [hits.ids for hits in found]
        [['0', '2'], ['1']]
        """
        began = time.perf_counter()
        stage = self._rescorer(rescore, size, search_type, templated=params is not None)
        given, in_rows = find_candidates(self._core, ids, scores, missing)
        limits = partial(limits_for, timeout_of(timeout), cancel, began=began)
        if not in_rows:
            found = stage._within(given.docs, given.scores, params, limits, allow_partial_search_results)  # type: ignore[arg-type]  # it says so
            return rescored(self._core, self.name, *found[:2], len(given.docs), began, found[2])
        each = [params] * (len(given.offsets) - 1) if isinstance(params, Mapping) else params
        page = stage._lists(given, each, limits)
        return rescored_lists(self._core, self.name, page, given.offsets, began)

    def rescorer(
        self, rescore: Any, size: int | None = 10, *, search_type: str = "query_then_fetch"
    ) -> Rescorer:
        """
        Compile a rescore request once, to be called with arrays.

        Call what it returns: ``stage(docs, scores, params={"query": "…"})``; `docs` gives the numbers of ids.

        Parameters
        ----------
        rescore : dict or list
            One rescorer or several, as in a search body; ``"{{query}}"`` in a string marks a parameter.
        size : int or None
            Hits that a call returns; None returns all.
        search_type : str
            ``dfs_query_then_fetch`` weighs words by all shards.

        Returns
        -------
        Rescorer

        Examples
        --------
        >>> index = Index.from_documents([{"_id": "a", "likes": 3}, {"_id": "b", "likes": 9}])
        >>> script = {"source": "_score + params.w * doc['likes'].value", "params": {"w": "{{w}}"}}
        >>> stage = index.rescorer({"script": {"script": script}})
        >>> docs, scores = stage(index.docs(["a", "b"]), [2.0, 1.0], params={"w": 0.5})
        >>> index.ids(docs), scores.tolist()
        (['b', 'a'], [5.5, 3.5])
        """
        return self._rescorer(rescore, size, search_type, templated=True)

    def _rescorer(self, rescore: Any, size: int | None, search_type: str, *, templated: bool) -> Rescorer:
        dfs = self._is_dfs(search_type)
        return Rescorer(self._core, self._planner, rescore, self._settings, size, dfs, templated)

    def _is_dfs(self, search_type: str) -> bool:
        return parse_body({"search_type": search_type}, self._settings).search_type == "dfs_query_then_fetch"

    def extract_features(
        self,
        features: Model | Sequence[str | Mapping[str, Any]],
        judgments: Iterable[Mapping[str, Any]],
        *,
        default_params: Mapping[str, Any] | None = None,
        search_type: str = "query_then_fetch",
        threads: int | None = 1,
        timeout: Timeout = None,
        cancel: Cancellation | None = None,
    ) -> FeatureLog:
        """
        Compute the features of judged documents, to train on: what is logged is what a rescorer scores.

        Parameters
        ----------
        features : Model or list
            The extractors, as `Model.load` takes them. A bare name is a column of missing values.
        judgments : iterable of dict
            One a query, read as they are needed: ``ids`` or ``docs`` (numbers) of the documents; perhaps
            ``params`` for the extractors' templates, ``query_id`` (a string or a whole number), ``grades``,
            and ``scores``, which the first pass gave: without them ``_score`` is NaN in scripts.
        default_params : dict, optional
            Parameters for queries that do not give them; they come before the model's.
        search_type : str
            ``dfs_query_then_fetch`` weighs words by all shards.
        threads : int, optional
            Threads to use; one a processor if None.
        timeout : str or float, optional
            ``"50ms"``, or seconds, from the beginning of an iteration to its end.
        cancel : Cancellation, optional
            Ends an iteration from another thread.

        Returns
        -------
        FeatureLog
            Nothing is computed before it is iterated; `FeatureLog.to_numpy` and `FeatureLog.batches` do so.

        Raises
        ------
        ModelError
            For features that this index cannot compute, or of which none has an extractor.
        RequestError
            While it is iterated, for a query that cannot be right: the message names it, ``judgments[3]``.
        SearchTimeout, Cancelled
            While it is iterated, where the time is over or `cancel` says so.

        Examples
        --------
        >>> index = Index.from_documents([{"_id": "a", "title": "red fox"}, {"_id": "b", "title": "fox"}])
        >>> title = {"feature_name": "title", "query": {"match": {"title": "{{text}}"}}}
        >>> log = index.extract_features([title], [{"params": {"text": "red"}, "ids": ["a", "b"]}])
        >>> X, group, *_ = log.to_numpy()
        >>> X.shape, X[1], group.tolist()
        ((2, 1), array([nan], dtype=float32), [2])
        """
        if isinstance(judgments, (Mapping, str, bytes)) or not isinstance(judgments, Iterable):
            raise TypeError("judgments must be an iterable of judged queries, each a dict")
        if default_params is not None and not isinstance(default_params, Mapping):
            raise TypeError(f"default_params must be a dict, not {type(default_params).__name__}")
        check_size(default_params, "default_params")
        if isinstance(features, Model):
            extractors, defaults = features._features, features.default_params
        else:
            extractors, defaults = tuple(parse_features(features)), {}
        if not any(one.kind for one in extractors):
            raise ModelError("no feature says how it is computed: give extractors", path="features")
        self._check_features(extractors)
        defaults.update(default_params or {})

        def columns(params: Mapping[str, Any], path: str) -> _core.Columns:
            return self._planner.columns(extractors, {**defaults, **params}, path)

        dfs = self._is_dfs(search_type)
        count = check_threads(threads) or processors()
        limits = (timeout_of(timeout), cancel)
        return FeatureLog(self._core, extractors, columns, self.docs, judgments, dfs, count, *limits)

    def docs(self, ids: Any, *, missing: str = "error") -> NDArray[Any]:
        """
        Return the numbers of documents.

        Parameters
        ----------
        ids : sequence of str or int, or rows of them
            Their ids; -1, NaN and None stand for no document.
        missing : str
            "error" names an id that is not in the index; "drop" leaves it out.

        Returns
        -------
        ndarray of uint32
            For rows of int64, in their shape, -1 where there is no document: `Rescorer.batch` takes that.

        Raises
        ------
        RequestError
            For an id that is not in the index; the message names it.

        Examples
        --------
        >>> index = Index.from_documents([{"_id": "7"}, {"_id": "x"}])
        >>> index.docs(["x", 7]).tolist(), index.docs(["y", "x"], missing="drop").tolist()
        ([1, 0], [1])
        >>> index.docs([[7, 8], ["x", -1]], missing="drop").tolist()
        [[0, -1], [1, -1]]
        """
        return find_documents(self._core, ids, missing)

    def ids(self, docs: ArrayLike) -> list[str]:
        """
        Return the ids of documents.

        Raises
        ------
        RequestError
            For a number that no document has.
        """
        return self._core.ids(as_documents(docs))

    def explain(
        self,
        id: str,
        body: Any = None,
        *,
        unsupported: str = "error",
        cancel: Cancellation | None = None,
        **keywords: Any,
    ) -> dict[str, Any]:
        """
        Explain one document's score in a search, whether or not it is among the hits.

        The body, its keywords, `unsupported` and `cancel` are those of `search`. Where the ``timeout`` is
        over `SearchTimeout` is raised, for there is no part of an explanation.

        Returns
        -------
        dict
            ``value``, ``description`` and ``details``, as Elasticsearch's ``_explanation``.
        """
        began = time.perf_counter()
        doc = int(self.docs([id])[0])
        request = parse_body(body, self._settings, keywords, unsupported)
        plan = self._planner.plan(request, explain=True)
        limits = limits_for(request.timeout, cancel, began=began)
        return explanation_dict(self._core.explain(plan.request, doc, limits))


def _opened_again(
    kind: type[Index], opened: Opened, checksum: int, changes: Mapping[str, Model | None]
) -> Index:
    """Return the index that a pickle holds."""
    index = kind.open(opened.path, **opened.keywords)
    if index._file is None or index._file.checksum != checksum:
        raise CorruptFileError(f"{opened.path!r} holds another index than when it was pickled: open it anew")
    index._models.change(changes)
    return index

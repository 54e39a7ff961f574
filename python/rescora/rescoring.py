"""The second pass for hits of any engine: rescoring, document numbers, feature logging."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from rescora.candidates import as_documents, find_candidates, find_documents
from rescora.deadline import Cancellation, limits_for
from rescora.evaluation.feature_log import FeatureLog, log_features
from rescora.fetch.rescored import rescored, rescored_lists
from rescora.public import public_methods
from rescora.request import is_dfs
from rescora.request.timeout import Timeout, timeout_of
from rescora.rescorer import Rescorer
from rescora.threads import check_threads, processors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from rescora.hits import Hits
    from rescora.model.model import Model
    from rescora.view import View


@public_methods
class Rescoring:
    """The calls of a `Searcher` that take hits of any engine."""

    _view: View

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
        view = self._view
        stage = Rescorer(view, rescore, size, is_dfs(search_type), templated=params is not None)
        given, in_rows = find_candidates(view.core, ids, scores, missing)
        limits = partial(limits_for, timeout_of(timeout), cancel, began=began)
        if not in_rows:
            found = stage._within(given.docs, given.scores, params, limits, allow_partial_search_results)  # type: ignore[arg-type]  # it says so
            return rescored(view, *found[:2], len(given.docs), began, found[2])
        each = [params] * (len(given.offsets) - 1) if isinstance(params, Mapping) else params
        page = stage._lists(given, each, limits)
        return rescored_lists(view, page, given.offsets, began)

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
        return Rescorer(self._view, rescore, size, is_dfs(search_type))

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
        return log_features(
            self._view,
            features,
            judgments,
            default_params,
            all_shards_statistics=is_dfs(search_type),
            threads=check_threads(threads) or processors(),
            timeout=timeout_of(timeout),
            cancel=cancel,
        )

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
        return find_documents(self._view.core, ids, missing)

    def ids(self, docs: ArrayLike) -> list[str]:
        """
        Return the ids of documents.

        Raises
        ------
        RequestError
            For a number that no document has.
        """
        return self._view.core.ids(as_documents(docs))

"""Feature logging: features of judged documents for training, computed as a rescorer computes them."""

from __future__ import annotations

import functools
import importlib
import time
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.candidates import find_documents, joined
from rescora.core import _core
from rescora.deadline import Cancellation, limits_for
from rescora.errors import Cancelled, ModelError, RequestError, SearchTimeout, show
from rescora.evaluation.judgments import read_judged
from rescora.model.features import Feature, parse_features
from rescora.model.model import Model
from rescora.pickling import NotPickled
from rescora.public import PublicIterator, public, public_methods
from rescora.reading.limits import check_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from rescora.deadline import LimitsNow
    from rescora.evaluation.judgments import Judged, Lookup
    from rescora.view import View

_COLUMNS = ("query_id", "doc", "grade")  # of Arrow batches, before the features


class QueryFeatures(NamedTuple):
    """
    One query's documents and their features.

    Attributes
    ----------
    query_id : str or int
        As it was given; the query's number from 0 where none was.
    docs : ndarray of uint32, shape (n,)
        The documents' numbers, in the order given; `Index.ids` gives their ids.
    X : ndarray of float32, shape (n, features)
        NaN where a feature is missing.
    grades : ndarray of float32, shape (n,), or None
    """

    query_id: str | int
    docs: NDArray[np.uint32]
    X: NDArray[np.float32]
    grades: NDArray[np.float32] | None


class LoggedFeatures(NamedTuple):
    """
    A whole judgment list's features.

    Attributes
    ----------
    X : ndarray of float32, shape (n, features)
    group : ndarray of int64, shape (queries,)
        Documents of each query, in order: what LightGBM and XGBoost call ``group``.
    query_ids : list, of length queries
    docs : ndarray of uint32, shape (n,)
    grades : ndarray of float32, shape (n,), or None
        What ``label`` is to them; None unless every query has grades.
    """

    X: NDArray[np.float32]
    group: NDArray[np.int64]
    query_ids: list[str | int]
    docs: NDArray[np.uint32]
    grades: NDArray[np.float32] | None


@public_methods
class FeatureLog(NotPickled):
    """
    The features of a judgment list, computed as they are asked for: a few queries at a time in memory.

    `Index.extract_features` makes it. Iterating gives `QueryFeatures`, query after query as they were given.

    Attributes
    ----------
    feature_names : tuple of str
        The columns.
    """

    def __init__(
        self,
        core: _core.Snapshot,
        features: Sequence[Feature],
        columns: Callable[[Mapping[str, Any], str], _core.Columns],
        docs_of: Lookup,
        judgments: Iterable[Mapping[str, Any]],
        all_shards_statistics: bool,
        threads: int,
        timeout: int | None = None,
        cancel: Cancellation | None = None,
    ) -> None:
        self._core = core
        self.feature_names = tuple(feature.name for feature in features)
        self._first_pass = next((one.name for one in features if one.kind == "first_pass_score"), None)
        self._columns = columns
        self._docs_of = docs_of
        self._judgments = judgments
        self._all_shards = all_shards_statistics
        self._threads = threads
        self._timeout = timeout
        self._cancel = cancel
        self._was_read = False

    def __iter__(self) -> Iterator[QueryFeatures]:
        """
        Compute query after query, ahead by a few where there are several threads.

        Raises
        ------
        RequestError
            For a query that cannot be right; the message names it: ``judgments[3]``.
        RuntimeError
            If the judgments are an iterator, and have been read before.
        """
        given = iter(self._judgments)
        if self._was_read and given is self._judgments:
            raise RuntimeError(
                "the judgments are an iterator that has been read: give a list to read it again"
            )
        self._was_read = True
        return PublicIterator(self._compute(enumerate(given)))

    def _compute(self, numbered: Iterator[tuple[int, Mapping[str, Any]]]) -> Iterator[QueryFeatures]:
        extract = _Extraction(self._extract, self._timeout, self._cancel)
        if self._threads == 1:
            yield from map(extract, numbered)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                yield from self._compute_ahead(pool, extract, numbered)
            except BaseException:  # the pool waits for its threads
                extract.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _compute_ahead(
        self,
        pool: ThreadPoolExecutor,
        extract: _Extraction,
        numbered: Iterator[tuple[int, Mapping[str, Any]]],
    ) -> Iterator[QueryFeatures]:
        waiting: deque[Future[QueryFeatures]] = deque()
        for one in numbered:
            waiting.append(pool.submit(extract, one))
            if len(waiting) > 2 * self._threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def to_numpy(self) -> LoggedFeatures:
        """
        Return everything at once, as NumPy arrays for training.

        Returns
        -------
        LoggedFeatures
            ``lightgbm.Dataset(X, label=grades, group=group)`` takes it as it is.
        """
        queries = list(self)
        graded = [one.grades for one in queries if one.grades is not None]
        return LoggedFeatures(
            self._rows(queries),
            np.array([len(one.docs) for one in queries], np.int64),
            [one.query_id for one in queries],
            joined([one.docs for one in queries], np.uint32),
            np.concatenate(graded) if queries and len(graded) == len(queries) else None,
        )

    def batches(self, rows: int = 65_536) -> Iterator[Any]:
        """
        Yield pyarrow record batches: ``query_id``, ``doc``, ``grade``, then the features.

        What is missing is null: features, and grades that were not given. ``query_id`` is int64 if the first
        query's is a whole number, and otherwise a string.

        Parameters
        ----------
        rows : int
            A batch ends with the query that brings it to so many rows, for no query is cut in two.

        Raises
        ------
        ImportError
            If pyarrow is not installed: ``pip install "rescora[arrow]"``.
        RequestError
            If a feature has the name of another column, or a query_id is not of the first one's type.
        """
        pyarrow = _pyarrow()
        if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
            raise ValueError(f"rows must be an integer of at least 1, not {rows!r}")
        for name in self.feature_names:
            if name in _COLUMNS:
                raise RequestError(f"a feature cannot be called [{name}]: another column is", path="features")
        return PublicIterator(self._batches(pyarrow, rows))

    def _batches(self, pyarrow: Any, rows: int) -> Iterator[Any]:
        schema = None
        for queries in _chunks(self, rows):
            schema = schema or self._schema(pyarrow, queries[0].query_id)
            yield self._batch(pyarrow, queries, schema)

    def to_arrow(self) -> Any:
        """Return everything at once as a pyarrow table, with the columns that `batches` has."""
        batches = list(self.batches())
        pyarrow = _pyarrow()
        return pyarrow.Table.from_batches(batches, None if batches else self._schema(pyarrow, 0))

    def _schema(self, pyarrow: Any, query_id: str | int) -> Any:
        number = pyarrow.float32()
        types = (_id_type(pyarrow, query_id), pyarrow.uint32(), number)
        features = [(name, number) for name in self.feature_names]
        return pyarrow.schema([*zip(_COLUMNS, types, strict=True), *features])

    def _batch(self, pyarrow: Any, queries: Sequence[QueryFeatures], schema: Any) -> Any:
        ids = _ids(pyarrow, queries, schema.field(0).type)
        grades = [_grades_or_nan(one) for one in queries]
        columns = (joined(grades, np.float32), *self._rows(queries).T)
        arrays = [
            ids.take(pyarrow.array(np.repeat(np.arange(len(queries)), [len(one.docs) for one in queries]))),
            pyarrow.array(joined([one.docs for one in queries], np.uint32)),
            *(pyarrow.array(np.ascontiguousarray(one), from_pandas=True) for one in columns),  # NaN is null
        ]
        return pyarrow.RecordBatch.from_arrays(arrays, schema=schema)

    def _rows(self, queries: Sequence[QueryFeatures]) -> NDArray[np.float32]:
        none = np.zeros((0, len(self.feature_names)), np.float32)
        return np.concatenate([none, *(one.X for one in queries)])

    def _extract(self, numbered: tuple[int, Mapping[str, Any]], limits: LimitsNow) -> QueryFeatures:
        number, given = numbered
        path = f"judgments[{number}]"
        judged = read_judged(given, number, self._docs_of, path)
        if judged.scores is None and self._first_pass is not None:
            reason = f"the feature [{show(self._first_pass)}] is the first pass's score: give [scores]"
            raise RequestError(reason, path=path)
        columns = self._columns(judged.params, path)
        try:
            return self._computed(judged, columns, limits())
        except (SearchTimeout, Cancelled):
            raise
        except RequestError as error:
            raise RequestError(str(error), path=path, type=error.type, status=error.status) from None

    @public
    def _computed(self, judged: Judged, columns: _core.Columns, limits: _core.Limits | None) -> QueryFeatures:
        rows = _core.extract(self._core, columns, judged.docs, judged.scores, self._all_shards, limits)
        return QueryFeatures(judged.query_id, judged.docs, rows, judged.grades)

    def __repr__(self) -> str:
        count = len(self.feature_names)
        return f"<rescora.FeatureLog of {count} feature{'' if count == 1 else 's'}>"


def log_features(
    view: View,
    features: Model | Sequence[str | Mapping[str, Any]],
    judgments: Iterable[Mapping[str, Any]],
    default_params: Mapping[str, Any] | None,
    *,
    all_shards_statistics: bool,
    threads: int,
    timeout: int | None,
    cancel: Cancellation | None,
) -> FeatureLog:
    """Return the log of these judgments; `Index.extract_features` says more of what it is given."""
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
    view.planner.check_features(extractors)
    defaults.update(default_params or {})

    def columns(params: Mapping[str, Any], path: str) -> _core.Columns:
        return view.planner.columns(extractors, {**defaults, **params}, path)

    docs_of = functools.partial(find_documents, view.core)
    limits = (timeout, cancel)
    return FeatureLog(
        view.core, extractors, columns, docs_of, judgments, all_shards_statistics, threads, *limits
    )


class _Extraction:
    """One iteration over a log: its time, and who may end it."""

    def __init__(
        self,
        extract: Callable[[tuple[int, Mapping[str, Any]], LimitsNow], QueryFeatures],
        timeout: int | None,
        cancel: Cancellation | None,
    ) -> None:
        self._extract = extract
        self._timeout = timeout
        self._cancels = (cancel, Cancellation())
        self._began = time.perf_counter()

    def __call__(self, numbered: tuple[int, Mapping[str, Any]]) -> QueryFeatures:
        return self._extract(numbered, self._limits)

    def _limits(self) -> _core.Limits | None:
        """Return the limits with the time that is left."""
        return limits_for(self._timeout, *self._cancels, began=self._began)

    def stop(self) -> None:
        """End what other threads compute."""
        self._cancels[1].cancel()


def _grades_or_nan(one: QueryFeatures) -> NDArray[np.float32]:
    return np.full(len(one.docs), np.nan, np.float32) if one.grades is None else one.grades


def _chunks(queries: Iterable[QueryFeatures], rows: int) -> Iterator[list[QueryFeatures]]:
    """Cut queries into lists of at least `rows` documents; the last has what is left."""
    chunk: list[QueryFeatures] = []
    size = 0
    for one in queries:
        chunk.append(one)
        size += len(one.docs)
        if size >= rows:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _id_type(pyarrow: Any, query_id: str | int) -> Any:
    return pyarrow.int64() if isinstance(query_id, int) else pyarrow.string()


def _ids(pyarrow: Any, queries: Sequence[QueryFeatures], wanted: Any) -> Any:
    for one in queries:
        if _id_type(pyarrow, one.query_id) != wanted:
            reason = f"must be of type [{wanted}], as the first query's is, not [{show(one.query_id)}]"
            raise RequestError(reason, path="query_id")
    return pyarrow.array([one.query_id for one in queries], wanted)


def _pyarrow() -> Any:
    try:
        return importlib.import_module("pyarrow")  # so that types are checked without it
    except ImportError:
        message = 'Arrow batches need pyarrow: pip install "rescora[arrow]"'
        raise ImportError(message, name="pyarrow") from None

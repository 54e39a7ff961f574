"""`Rescorer`: a rescore request compiled once, called with arrays of candidates."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

from rescora.candidates import Candidates, as_lists, as_pairs
from rescora.core import _core
from rescora.deadline import Cancellation, limits_for
from rescora.errors import RequestError
from rescora.pickling import NotPickled
from rescora.public import MISTAKES, as_shown, public, public_methods
from rescora.request import check_rescore_windows, parse_rescore
from rescora.request.learning_to_rank import check_model_windows
from rescora.request.timeout import Timeout, timeout_of
from rescora.templated import Open, Params, Templated
from rescora.threads import check_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from rescora.candidates import Documents, Offsets, Scores
    from rescora.deadline import LimitsNow
    from rescora.request import rescorer as requests
    from rescora.view import View

_EVERYTHING = 2**32  # more hits than an index can have


@public_methods
class Rescorer(NotPickled):
    """
    A rescore request compiled once, for any candidates; `Index.rescorer` makes it.

    Hits are sorted by score descending, document number ascending, before a window is cut; windows are per
    shard. Calls may come from many threads at once.

    A parameter that is the text of a ``match``, a ``match_phrase`` or a ``multi_match`` of text fields costs
    least: all else is planned once, and a call analyzes the text and looks its words up. The request is read
    anew in each call if it has parameters elsewhere, or beside the text ``minimum_should_match``,
    ``cross_fields``, prefixes, a stemmer that is not Porter's, a date counted from now, or a model; so it is
    for texts that might have more words than a query may.

    Parameters
    ----------
    view : View
        The documents, and how requests for them are understood.
    rescore : object
        One rescorer or several, as in a search body; ``"{{name}}"`` in a string marks a parameter.
    size : int or None
        Hits to return; None returns all. Where fewer are wanted than a window holds, less may be read.
    all_shards_statistics : bool
        Whether words are weighed by all shards (``dfs_query_then_fetch``).
    templated : bool
        Whether ``{{`` in a string begins a parameter; otherwise it is text like any other.

    Examples
    --------
    >>> import rescora
    >>> docs = [{"_id": "a", "t": "brown quick"}, {"_id": "b", "t": "quick brown"}]
    >>> index = rescora.Index.from_documents(docs)
    >>> phrase = {"query": {"rescore_query": {"match_phrase": {"t": "{{query}}"}}}}
    >>> stage = index.rescorer(rescore=phrase)
    >>> docs, scores = stage(index.docs(["a", "b"]), [1.0, 1.0], params={"query": "quick brown"})
    >>> index.ids(docs)
    ['b', 'a']
    """

    __module__ = "rescora"
    __slots__ = (
        "_all_shards",
        "_compiled",
        "_limit",
        "_longest_text",
        "_only",
        "_templated",
        "_view",
        "size",
    )

    def __init__(
        self,
        view: View,
        rescore: Any,
        size: int | None,
        all_shards_statistics: bool,
        templated: bool = True,
    ) -> None:
        if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
            raise RequestError(f"[size] must be an integer of at least 0 or None, not [{size}]", path="size")
        self._view = view
        self._all_shards = all_shards_statistics
        self.size = size
        self._limit = _EVERYTHING if size is None else size
        self._templated = Templated(rescore, "rescore", self._bind, self._bind_open, templated=templated)
        # what a call looks at first
        self._only = self._templated.only
        self._compiled = None if self._templated.open is None else self._templated.open.made
        self._longest_text = 0 if self._templated.open is None else self._templated.open.longest_text

    @property
    def variables(self) -> frozenset[str]:
        """The names of the parameters that a call must give."""
        return self._templated.variables

    def _parse(self, rescore: Any) -> tuple[requests.Rescorer, ...]:
        rescorers = parse_rescore(rescore, self._view.settings)
        check_rescore_windows(rescorers, self._view.settings)
        check_model_windows(rescorers, from_=0, size=0)  # `size` is what a caller wants at most
        return rescorers

    def _bind(self, rescore: Any) -> _core.Rescorer:
        stages = self._view.planner.stages(self._parse(rescore))
        return _core.Rescorer(self._view.core, stages, self._all_shards)

    def _bind_open(self, rescore: Any) -> Open[_core.Rescorer] | None:
        made = self._view.planner.open_stages(self._parse(rescore))
        if made is None:
            return None
        bound = _core.Rescorer(self._view.core, made.stages, self._all_shards)
        return Open(bound, bound.num_texts, made.longest_text)

    def __call__(
        self,
        docs: ArrayLike,
        scores: ArrayLike,
        params: Params | None = None,
        *,
        timeout: Timeout = None,
        cancel: Cancellation | None = None,
    ) -> tuple[Documents, Scores]:
        """
        Rescore one list of hits.

        Parameters
        ----------
        docs : array_like of int, shape (n,)
            Document numbers, in any order, each once; `Index.docs` gives them. Places with -1 have no hit.
        scores : array_like of float32, shape (n,)
            The first pass's scores.
        params : dict, optional
            The values of the request's parameters.
        timeout : str or float, optional
            ``"50ms"``, or seconds.
        cancel : Cancellation, optional
            Ends the call from another thread.

        Returns
        -------
        docs : ndarray of uint32, shape (min(n, size),)
            Best first; of equal scores the lower number first.
        scores : ndarray of float32, same shape
            Their new scores.

        Raises
        ------
        RequestError
            For a document that is unknown or comes twice, a score that is NaN, lengths that differ; for
            parameters that are missing or unknown.
        SearchTimeout, Cancelled
            Where the time is over, or `cancel` ended the call: arrays cannot say that they are but a part.
        TypeError
            For arrays of another kind or of more than one dimension.
        """
        if timeout is not None or cancel is not None:
            return self._call_within(docs, scores, params, timeout, cancel)
        # what this function spares itself, `public` too, is most of what a call with a small window costs
        text = None
        if self._only is not None and type(params) is dict and len(params) == 1:
            text = params.get(self._only)
        try:
            if type(text) is str and len(text) <= self._longest_text and text.isascii():
                bound, texts = self._compiled, [text]
            else:
                bound, texts = self._templated.filled(params)
            try:
                return bound(docs, scores, self._limit, texts)  # type: ignore[arg-type, misc]
            except TypeError:  # no arrays, or of other kinds
                return bound(*as_pairs(docs, scores), self._limit, texts)  # type: ignore[misc]
        except MISTAKES as error:
            shown = as_shown(error)
            if shown is None:
                raise
            raise shown from None

    @public
    def _call_within(
        self,
        docs: ArrayLike,
        scores: ArrayLike,
        params: Params | None,
        timeout: Timeout,
        cancel: Cancellation | None,
    ) -> tuple[Documents, Scores]:
        """Return what a call does that may be ended."""
        limits = functools.partial(limits_for, timeout_of(timeout), cancel, began=time.perf_counter())
        found, new_scores, _ = self._within(docs, scores, params, limits, partial=False)
        return found, new_scores

    def _within(
        self,
        docs: ArrayLike,
        scores: ArrayLike,
        params: Params | None,
        limits: LimitsNow,
        partial: bool,
    ) -> tuple[Documents, Scores, list[tuple[int, int, bool]]]:
        """
        Return what a call does; if `partial`, with what was done of each stage.

        Then the list before a stage that is out of time stands, and no error is raised.
        """
        bound, texts = self._templated.filled(params)
        pairs = as_pairs(docs, scores)
        return bound.within(*pairs, self._limit, texts, limits(), partial)

    def batch(
        self,
        docs: ArrayLike,
        scores: ArrayLike,
        offsets: ArrayLike | None = None,
        params: Sequence[Params] | None = None,
        threads: int | None = None,
        *,
        missing: str = "error",
        timeout: Timeout = None,
        cancel: Cancellation | None = None,
    ) -> tuple[Documents, Scores, Offsets]:
        """
        Rescore many lists of hits at once, on several threads.

        Parameters
        ----------
        docs, scores : array_like, shape (n,) or (lists, k)
            All lists, one after another; otherwise as for a call. Or a row a list, as vector libraries give
            them: places with -1 have no hit.
        offsets : array_like of int64, shape (lists + 1,), optional
            List i is ``docs[offsets[i]:offsets[i + 1]]``; not given for rows.
        params : sequence of dict, optional
            Parameters, list by list.
        threads : int, optional
            Threads to use; one a processor if None.
        missing : str
            "drop" leaves out numbers that no document has, and hits whose score is NaN; else they are errors.
        timeout : str or float, optional
            ``"50ms"``, or seconds, for all lists together.
        cancel : Cancellation, optional
            Ends the call from another thread.

        Returns
        -------
        docs, scores, offsets : ndarray
            All lists, one after another: each best first, cut to `size`.

        Raises
        ------
        RequestError, TypeError
            As for a call; the message names the list.
        """
        limits = functools.partial(limits_for, timeout_of(timeout), cancel, began=time.perf_counter())
        given = as_lists(docs, scores, offsets, len(self._view.core), missing)
        return self._lists(given, params, limits, threads)

    def _lists(
        self,
        given: Candidates,
        params: Sequence[Params] | None,
        limits: LimitsNow,
        threads: int | None = None,
    ) -> tuple[Documents, Scores, Offsets]:
        """Return what `batch` does."""
        bound, texts = self._bound_each(params, len(given.offsets) - 1)
        workers = check_threads(threads)
        return _core.rescore_windows(bound, *given, self._limit, workers, texts, limits())

    def _bound_each(
        self, params: Sequence[Params] | None, windows: int
    ) -> tuple[list[_core.Rescorer], list[str]]:
        """Return one rescorer for all lists or one for each, and the texts of all lists."""
        if self._templated.fixed is not None and not params:
            return [self._templated.fixed], []
        given = list(params or ())
        if len(given) != windows:
            raise RequestError(
                f"params must be one for each of the {windows} lists, not {len(given)}", path="params"
            )
        each = [self._templated.filled(one) for one in given]
        return [bound for bound, _ in each], [text for _, texts in each for text in texts]

    def __repr__(self) -> str:
        needs = f", params={sorted(self.variables)}" if self.variables else ""
        return f"<rescora.Rescorer of {len(self._view.core):,} documents, size={self.size}{needs}>"

"""Prepared searches: read once, run many times with other parameters."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from rescora.deadline import Cancellation, limits_for
from rescora.errors import RequestError
from rescora.pickling import NotPickled
from rescora.public import public, public_methods
from rescora.query_then_fetch import query_then_fetch
from rescora.reading.values import illegal
from rescora.request import parse_body
from rescora.request.timeout import Timeout, timeout_of
from rescora.templated import Open, Params, Templated
from rescora.threads import check_threads

if TYPE_CHECKING:
    from rescora.candidates import Documents, Offsets, Scores
    from rescora.compile import Plan
    from rescora.hits import Hits
    from rescora.request import SearchRequest
    from rescora.view import View


class _Planned(NamedTuple):
    """A request that was read, and its plan."""

    request: SearchRequest
    plan: Plan


class _Searched(Protocol):
    """An object whose documents may be others at the next call."""

    _view: View


@public_methods
class Prepared(NotPickled):
    """
    A search that was read once; `Index.prepare` makes it.

    Its answers are those of `Index.search` for the body with the parameters in their places. Calls may come
    from many threads at once.

    Texts that are parameters cost least; other parameters have the body read anew in each call, by the rules
    of `Rescorer`. So is a body that has a date counted from now, or a model, with parameters or without.

    Parameters
    ----------
    searcher : Index
        What is searched, as it stands at each call.
    body : dict
        The search body.
    unsupported : str
        As for `Index.search`.
    """

    __module__ = "rescora"
    __slots__ = ("_body", "_current", "_searcher", "_unsupported")

    def __init__(self, searcher: _Searched, body: dict[Any, Any], unsupported: str) -> None:
        self._searcher = searcher
        self._body = body
        self._unsupported = unsupported
        self._current = self._prepared_for(searcher._view)

    @property
    def variables(self) -> frozenset[str]:
        """The names of the parameters that a call must give."""
        return self._current[1].variables

    def _prepared_for(self, view: View) -> tuple[View, Templated[_Planned]]:
        def make(body: Any) -> _Planned:
            request = parse_body(body, view.settings, None, self._unsupported)
            return _Planned(request, view.planner.plan(request))

        def make_open(body: Any) -> Open[_Planned] | None:
            request = parse_body(body, view.settings, None, self._unsupported)
            plan = view.planner.open_plan(request)
            if plan is None:
                return None
            return Open(_Planned(request, plan), plan.request.num_texts, plan.longest_text)

        return view, Templated(self._body, "", make, make_open, lasts=lambda made: made.plan.lasts)

    def _now(self) -> tuple[View, Templated[_Planned]]:
        """Return the documents as they stand, and the search of them."""
        current = self._current
        view = self._searcher._view
        if current[0] is not view:
            current = self._current = self._prepared_for(view)
        return current

    @public
    def __call__(
        self,
        params: Params | None = None,
        *,
        threads: int | None = None,
        timeout: Timeout = None,
        cancel: Cancellation | None = None,
    ) -> Hits:
        """
        Search with these parameters.

        Parameters
        ----------
        params : dict, optional
            The values of the search's parameters.
        threads : int, optional
            Threads to search shards with; one a processor if None.
        timeout : str or float, optional
            ``"50ms"``, or seconds, in place of the body's.
        cancel : Cancellation, optional
            Ends the search from another thread.

        Returns
        -------
        Hits

        Raises
        ------
        RequestError
            As `Index.search`; for parameters that are missing or unknown.
        SearchTimeout, Cancelled
            As `Index.search`.
        """
        began = time.perf_counter()
        view, templated = self._now()
        (request, plan), texts = templated.filled(params)
        limit = request.timeout if timeout is None else timeout_of(timeout)
        workers = check_threads(threads)
        return query_then_fetch(
            view, request, plan, began, texts=texts, threads=workers, timeout=limit, cancel=cancel
        )

    def arrays(
        self, params: Params | None = None, *, timeout: Timeout = None, cancel: Cancellation | None = None
    ) -> tuple[Documents, Scores]:
        """
        Search with these parameters, for numbers alone.

        Parameters
        ----------
        params, timeout, cancel
            As for a call.

        Returns
        -------
        docs : ndarray of uint32, shape (hits,)
            The numbers of the page's documents, best first; `Index.ids` gives their ids.
        scores : ndarray of float32, same shape
            Their scores.

        Raises
        ------
        SearchTimeout
            Where the time is over: arrays cannot say that they are but a part.
        RequestError, Cancelled
            As for a call.
        """
        began = time.perf_counter()
        view, templated = self._now()
        (request, plan), texts = templated.filled(params)
        limit = request.timeout if timeout is None else timeout_of(timeout)
        limits = limits_for(limit, cancel, began=began)
        docs, scores, _ = view.core.search_all([plan.request], 1, texts, [_FOR_EVER], 1, limits)
        return docs, scores

    def batch(
        self,
        params: Sequence[Params] | Mapping[str, Sequence[Any]],
        threads: int | None = None,
        *,
        timeout: Timeout = None,
        cancel: Cancellation | None = None,
    ) -> tuple[Documents, Scores, Offsets]:
        """
        Run many searches at once, on several threads.

        Parameters
        ----------
        params : sequence of dict, or dict of sequences
            The parameters of each search; or for each parameter its values, search by search.
        threads : int, optional
            Threads to use; one a processor if None.
        timeout : str or float, optional
            ``"50ms"``, or seconds, for all of them together. The body's is that of each, from its beginning.
        cancel : Cancellation, optional
            Ends all of them from another thread.

        Returns
        -------
        docs, scores : ndarray of uint32, of float32
            The hits of all searches, one search after another.
        offsets : ndarray of int64, shape (searches + 1,)
            The hits of search i are ``docs[offsets[i]:offsets[i + 1]]``.

        Raises
        ------
        RequestError, SearchTimeout, Cancelled
            As for `arrays`; the message names the search.
        """
        limits = limits_for(timeout_of(timeout), cancel, began=time.perf_counter())
        view, templated = self._now()
        if isinstance(params, Mapping):
            made, texts, count = _of_columns(templated, params)
        else:
            made, texts, count = _of_rows(templated, params)
        requests = [planned.plan.request for planned in made]
        timeouts = [_FOR_EVER if one.request.timeout is None else one.request.timeout for one in made]
        return view.core.search_all(requests, count, texts, timeouts, check_threads(threads), limits)

    def __repr__(self) -> str:
        needs = f", params={sorted(self.variables)}" if self.variables else ""
        return f"<rescora.Prepared of {len(self._current[0].core):,} documents{needs}>"


_FOR_EVER = -1

# What runs the searches, one for all or one for each; the texts of all, and how many searches there are.
_Batch = tuple[list[_Planned], list[str], int]


def _of_rows(templated: Templated[_Planned], rows: Sequence[Params]) -> _Batch:
    made: list[_Planned] = []
    texts: list[str] = []
    for place, params in enumerate(rows):
        try:
            planned, its_texts = templated.filled(params)
        except RequestError as error:
            raise error.of_search(place) from None
        made.append(planned)
        texts += its_texts
    if made and all(planned is made[0] for planned in made):
        made = made[:1]
    return made, texts, len(rows)


def _of_columns(templated: Templated[_Planned], columns: Mapping[str, Sequence[Any]]) -> _Batch:
    lengths = {name: len(values) for name, values in columns.items()}
    count = next(iter(lengths.values()), 0)
    for name, length in lengths.items():
        if length != count:
            first = next(iter(lengths))
            raise illegal(
                f"params must have a value a search: [{first}] has {count}, [{name}] has {length}", "params"
            )
    texts = templated.texts_of(columns)
    if templated.open is not None and texts is not None:
        return [templated.open.made], texts, count
    names = list(columns)
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return _of_rows(templated, rows)

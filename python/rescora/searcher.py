"""Search one snapshot of an index: body → request → plan → page → hits."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rescora.candidates import find_documents
from rescora.deadline import Cancellation, limits_for
from rescora.fetch.explain import explanation_dict
from rescora.many import search_many
from rescora.prepared import Prepared
from rescora.public import public_methods
from rescora.query_then_fetch import query_then_fetch
from rescora.request import parse_body
from rescora.request.body import as_object
from rescora.rescoring import Rescoring
from rescora.threads import check_threads

if TYPE_CHECKING:
    from rescora.errors import RequestError
    from rescora.hits import Hits
    from rescora.view import View


@public_methods
class Searcher(Rescoring):
    """
    What can be asked of the documents of an index, as they stand.

    Each call reads `_view` once, and so works with one generation of them to its end. Calls may come from
    many threads at once, and the work itself holds no lock of Python's.

    Parameters
    ----------
    view : View
        The documents, and how requests for them are understood.
    """

    def __init__(self, view: View) -> None:
        self._view = view

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
        view = self._view
        request = parse_body(body, view.settings, keywords, unsupported)
        plan = view.planner.plan(request)
        return query_then_fetch(
            view, request, plan, began, threads=check_threads(threads), timeout=request.timeout, cancel=cancel
        )

    def prepare(self, body: Any = None, *, unsupported: str = "error", **keywords: Any) -> Prepared:
        """
        Read a search once, to run it many times with other parameters.

        Parameters
        ----------
        body : dict or JSON, optional
            An Elasticsearch search body; ``"{{name}}"`` in a string marks a parameter.
        unsupported, **keywords
            As for `search`.

        Returns
        -------
        Prepared
            Called with parameters it gives the hits that `search` would.

        Raises
        ------
        RequestError
            If anything in a request without parameters is wrong; of another one a call says what is.

        Examples
        --------
        >>> index = Index.from_documents([{"_id": "a", "title": "red fox"}, {"_id": "b", "title": "fox"}])
        >>> search = index.prepare(query={"match": {"title": "{{text}}"}}, size=1)
        >>> search({"text": "red"}).ids
        ['a']
        >>> docs, scores, offsets = search.batch({"text": ["red", "fox", "dog"]})
        >>> index.ids(docs), offsets.tolist()
        (['a', 'b'], [0, 1, 2, 2])
        """
        return Prepared(self, as_object(body, keywords), unsupported)

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
        return search_many(self._view, bodies, check_threads(threads), raise_errors, unsupported, cancel)

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
        view = self._view
        doc = int(find_documents(view.core, [id])[0])
        request = parse_body(body, view.settings, keywords, unsupported)
        plan = view.planner.plan(request, explain=True)
        limits = limits_for(request.timeout, cancel, began=began)
        return explanation_dict(view.core.explain(plan.request, doc, limits))

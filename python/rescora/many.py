"""Multi-search: planned one by one, run in parallel, each with its own answer or error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rescora.core import _core
from rescora.core_errors import CORE_ERRORS, request_error
from rescora.deadline import Cancellation, limits_for, own_limits
from rescora.errors import Cancelled, RequestError
from rescora.fetch.fetch import fetch
from rescora.request import SearchRequest, parse_body

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rescora.compile import Plan
    from rescora.hits import Hits
    from rescora.view import View


def search_many(
    view: View,
    bodies: Iterable[Any],
    threads: int,
    raise_errors: bool,
    unsupported: str,
    cancel: Cancellation | None,
) -> list[Hits | RequestError]:
    """
    Return the hits of each body, or the error that stands in its place.

    Parameters
    ----------
    view : View
        What is searched.
    bodies : iterable
        The bodies.
    threads : int
        Threads to use; 0 is one a processor.
    raise_errors, unsupported, cancel : bool, str, Cancellation or None
        As for `Index.msearch`.
    """
    began = time.perf_counter()
    results: list[Any] = []
    planned: list[tuple[int, SearchRequest, Plan]] = []
    for place, body in enumerate(bodies):
        results.append(None)
        try:
            request = parse_body(body, view.settings, None, unsupported)
            planned.append((place, request, view.planner.plan(request)))
        except (RequestError, *CORE_ERRORS) as error:
            if raise_errors:
                raise
            results[place] = _shown(error)
    own = [own_limits(request.timeout, cancel) for _, request, _ in planned]
    requests = [plan.request for _, _, plan in planned]
    pages = view.core.msearch(requests, threads, own, limits_for(None, cancel))
    for (place, request, plan), page, limits in zip(planned, pages, own, strict=True):
        try:
            if not isinstance(page, _core.Page):
                raise page
            results[place] = fetch(view, request, plan, page, began, limits)
        except (RequestError, *CORE_ERRORS) as error:
            shown = _shown(error)
            if raise_errors or isinstance(shown, Cancelled):
                raise
            results[place] = shown
    return results


def _shown(error: Any) -> RequestError:
    return error if isinstance(error, RequestError) else request_error(error)

"""Run a search plan, and fetch its hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.deadline import Cancellation, limits_for
from rescora.fetch.fetch import fetch

if TYPE_CHECKING:
    from rescora.compile import Plan
    from rescora.hits import Hits
    from rescora.request import SearchRequest
    from rescora.view import View


def query_then_fetch(
    view: View,
    request: SearchRequest,
    plan: Plan,
    began: float,
    *,
    texts: list[str] | None = None,
    threads: int = 0,
    timeout: int | None = None,
    cancel: Cancellation | None = None,
) -> Hits:
    """
    Return the hits of a request.

    Parameters
    ----------
    view : View
        What is searched.
    request, plan : SearchRequest, Plan
        What was asked, and how the core runs it.
    began : float
        When the call did, by ``time.perf_counter``.
    texts : list of str, optional
        What stands in the places that the plan leaves open.
    threads : int
        Threads to use; 0 is one a processor.
    timeout : int, optional
        Nanoseconds from `began`.
    cancel : Cancellation, optional
        Ends the search from another thread.
    """
    given = texts or []
    limits = limits_for(timeout, cancel, began=began, always=bool(plan.fields))
    page = view.core.search(plan.request, threads, limits, given)
    return fetch(view, request, plan, page, began, limits, given)

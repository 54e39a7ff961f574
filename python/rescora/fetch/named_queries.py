"""Which named queries a hit matched, and which fields of it left out a malformed value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.fetch.page import Page, Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.core import _core


def matched_queries(page: Page) -> Shown | None:
    """Return the names of the queries that each hit matches; of several of one name the last has it."""
    return Shown(_matched(page, page.plan.named)) if page.plan.named else None


def ignored(page: Page) -> Shown | None:
    """Return the fields of each hit that left out a value, for their mapping says ``ignore_malformed``."""
    return Shown(_matched(page, page.plan.ignored)) if page.plan.ignored else None


def _matched(page: Page, named: Sequence[tuple[str, _core.Query]]) -> list[list[str]]:
    names: list[list[str]] = [[] for _ in page.docs]
    for name, query in dict(named).items():
        for place, matched in enumerate(page.view.core.matches(query, page.docs, page.limits, page.texts)):
            if matched:
                names[place].append(name)
    return names

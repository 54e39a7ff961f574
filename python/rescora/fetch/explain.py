"""How each score came about, as Elasticsearch writes it."""

from __future__ import annotations

from typing import Any

from rescora.fetch.page import Page, Shown
from rescora.found import shortest

Explanation = tuple[float | int, bool, str, list[Any]]


def explanations(page: Page) -> Shown | None:
    """Return the explanation of each hit."""
    if not page.request.explain:
        return None
    return Shown([explanation_dict(page.found.explanation(place)) for place in range(len(page.docs))])


def explanation_dict(explanation: Explanation) -> dict[str, Any]:
    """
    Return ``value``, ``description``, ``details`` of the core's (value, is match, description, details).

    Examples
    --------
    >>> explanation_dict((2.5, True, "sum of:", [(2.5, True, "weight", [])]))["details"]
    [{'value': 2.5, 'description': 'weight', 'details': []}]
    """
    value, _is_match, description, details = explanation
    return {
        "value": value if isinstance(value, int) else shortest(value),
        "description": description,
        "details": [explanation_dict(detail) for detail in details],
    }

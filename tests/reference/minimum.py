"""The grammar of minimum_should_match."""

import re

import numpy as np


def minimum_should_match(clauses: int, given: object) -> int:
    """Return how many of so many optional clauses must match; never below 0, perhaps more than there are."""
    text = str(given).strip()
    if "<" in text:
        wanted = clauses
        for condition in re.sub(r"\s*<\s*", "<", text).split():
            bound, then = condition.split("<")
            if clauses <= int(bound):
                return wanted
            wanted = minimum_should_match(clauses, then)
        return wanted
    if text.endswith("%"):
        # float32 as in Java, toward zero; not exact: the float of 1/100 is a little below a hundredth
        part = np.float32(clauses * int(text[:-1])) * (np.float32(1) / np.float32(100))
        return max(0, clauses + int(part) if part < 0 else int(part))
    number = int(text)
    return max(0, clauses + number if number < 0 else number)

"""Warnings: for calls that probably do not do what was meant."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescora.schema.settings import Settings

_PACKAGE = __name__.partition(".")[0]


class RescoraWarning(UserWarning):
    """What a call did as it was asked to, but perhaps not as it was meant."""

    __module__ = "rescora"


def notify(message: str) -> None:
    """Warn, and name the line of the user's code that called this package."""
    level = 1
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame = frame.f_back
        level += 1
    warnings.warn(message, RescoraWarning, stacklevel=level)


def notify_without_effect(settings: Settings) -> None:
    """Warn of settings that were given and change no answer here, all of them at once."""
    if settings.without_effect:
        names = ", ".join(name.removeprefix("index.") for name in sorted(settings.without_effect))
        notify(f"these settings have no effect here: {names}")

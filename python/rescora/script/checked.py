"""A script that passed the static checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.conversions import Type


class Checked(NamedTuple):
    """
    A script that Painless would compile.

    Attributes
    ----------
    script : tree.Script
        The script, in which every value that a function or the script ends with is a return.
    conditionals : dict of int to str or None
        The types of conditionals, by the identity of their nodes; None is not known.
    returns : bool
        Whether all ways through the script give a value.
    """

    script: tree.Script
    conditionals: dict[int, Type]
    returns: bool

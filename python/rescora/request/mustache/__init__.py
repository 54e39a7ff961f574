"""
Elasticsearch's mustache: a text with holes, sections and functions, filled from parameters.

- `parsing`: from the text to its parts: tags, sections, functions, and lines that they have to themselves.
- `rendering`: the parts, each of which writes itself; and the work that a rendering may take.
- `names`: what a name refers to, and the error where a variable is missing.
- `printing`: how values print, as Java or as JSON has them, and the output, which has a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rescora.errors import show
from rescora.reading.values import illegal, string
from rescora.request.mustache.names import MissingParameter
from rescora.request.mustache.parsing import Parser
from rescora.request.mustache.printing import MAX_DEPTH, MAX_OUTPUT
from rescora.request.mustache.rendering import Rendering

__all__ = ["MAX_DEPTH", "MAX_OUTPUT", "MissingParameter", "Mustache"]


class Mustache:
    """
    A text template, compiled once: usually the JSON of a query.

    ``{{name}}`` writes a value escaped for the inside of a JSON string; ``{{{name}}}`` and ``{{&name}}``
    write it as it is. ``{{#name}}…{{/name}}`` is written once for a true value and once for each item of a
    list, ``{{^name}}…{{/name}}`` for what is false, empty or missing, and ``{{! …}}`` never. Functions are
    ``{{#toJson}}name{{/toJson}}``, ``{{#join}}name{{/join}}``, ``{{#url}}…{{/url}}`` and
    ``{{#join delimiter='|'}}name{{/join delimiter='|'}}``.

    A name is looked for in the items of the sections around it, the innermost first, and then among the
    parameters: ``a.b`` is the key "a.b" or else the key "b" in "a", ``a.0`` an item of a list and ``a.size``
    its length. Values print as Java prints them: ``1.0E10``, ``{0=x, 1=y}`` for a list, ``{k=[x, y]}`` for
    an object, though in the order they were given. Null and what is missing print nothing.

    Parameters
    ----------
    template : str
        The text.
    path : str
        Where it stands, for messages.

    Attributes
    ----------
    variables : frozenset of str
        The first parts of all names that a rendering may look for among the parameters. Within a section
        such a name may turn out to be a key of the section's item.

    Raises
    ------
    RequestError
        If a tag is not closed, or closed by another.
    UnsupportedError
        For partials, inheritance, pragmas, and other delimiters.

    Notes
    -----
    Source: Elasticsearch's lang-mustache and mustache.java 0.9.10 to 0.9.14. Two leniencies are not kept:
    they take the rest of the text as the tag where a comment, a section's end or ``{{&`` is never closed, and
    the text before a comment for a part of the comment where a function looks for its name.

    Examples
    --------
    >>> template = Mustache('{"terms": {"tag": {{#toJson}}tags{{/toJson}}}, "boost": {{boost}}}')
    >>> sorted(template.variables)
    ['boost', 'tags']
    >>> template.render({"tags": ["a", "b"], "boost": 2.5})
    '{"terms": {"tag": ["a","b"]}, "boost": 2.5}'
    """

    def __init__(self, template: str, path: str = "") -> None:
        parser = Parser(string(template, path), path)
        self._path = path
        self._nodes = parser.parse()
        self.variables = frozenset(parser.variables)

    def render(self, params: Mapping[str, Any], *, detect_missing: bool = False) -> str:
        r"""
        Return the text with every tag replaced.

        Parameters
        ----------
        params : mapping of str to object
            JSON values; NumPy's scalars in them too, and its arrays as parameters.
        detect_missing : bool
            Refuse a variable that is not there, as learning to rank does. Only variables that are come to
            count: not sections, inverted sections or the name in a ``toJson`` or ``join``, and no variable
            inside a section that is not written. A variable that is null is there, an item of a list that
            is null is not.

        Returns
        -------
        str
            At most 1 MiB of characters.

        Raises
        ------
        MissingParameter
            With `detect_missing`, at the first variable that is not there.
        RequestError
            If a value cannot be printed, or the output or the work is too much.

        Examples
        --------
        >>> Mustache('"{{q}}"').render({"q": 'the "fox"'})
        '"the \\"fox\\""'
        """
        if not isinstance(params, Mapping):
            raise illegal(f"params must be an object, not [{show(params)}]", "params")
        return Rendering(params, self._path, detect_missing).text(self._nodes)

"""What a template is made of, and how each part writes itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote_plus

from rescora.reading.values import illegal, plain
from rescora.request.mustache.names import MISSING, MissingParameter, Name, is_true, listed
from rescora.request.mustache.printing import MAX_DEPTH, Output, escape, printed, write_java, write_json

MAX_STEPS = 1 << 20  # tags, texts, turns of sections and values of one rendering: about a second


class Node(Protocol):
    """A tag with all that belongs to it."""

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write what the tag stands for."""


Nodes = Sequence["str | Node"]


class Rendering:
    """One rendering: the scopes around the tag being written, and the work that is left."""

    def __init__(self, params: Mapping[str, Any], path: str, detect_missing: bool) -> None:
        self.path = path
        self.detect_missing = detect_missing
        self._scopes: list[Any] = [{name: listed(value) for name, value in params.items()}]
        self._steps = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Count work, so that sections in sections over long lists come to an end."""
        self._steps -= steps
        if self._steps < 0:
            raise illegal(f"a rendering takes more than {MAX_STEPS} steps", self.path)

    def find(self, name: Name) -> Any:
        """Return what a name refers to here."""
        self.spend(len(name.parts) * len(self._scopes))
        return name.find(self._scopes)

    def text(self, nodes: Nodes) -> str:
        """Return what the nodes write."""
        out = Output(self)
        self.write(nodes, out)
        return out.text()

    def write(self, nodes: Nodes, out: Output) -> None:
        """Write the nodes, one after the other."""
        self.spend(1)
        for node in nodes:
            if isinstance(node, str):
                out.write(node)
            else:
                node.write(self, out)

    def write_within(self, scope: Any, nodes: Nodes, out: Output) -> None:
        """Write nodes that look for their names in `scope` first; null is no scope."""
        if scope is None:
            self.write(nodes, out)
            return
        self._scopes.append(scope)
        self.write(nodes, out)
        self._scopes.pop()


@dataclass(frozen=True, slots=True)
class Variable:
    """A value, escaped or as it is."""

    name: Name
    escaped: bool

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write the value; null and what is missing write nothing."""
        value = rendering.find(self.name)
        if value is MISSING and rendering.detect_missing:
            raise MissingParameter(self.name.text)
        if value is None or value is MISSING:
            return
        text = printed(value, self.name, rendering)
        out.write(escape(text) if self.escaped else text)


class Comment:
    """Writes nothing, but counts as a tag where a function wants one and only one."""

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write nothing."""


@dataclass(frozen=True, slots=True)
class Section:
    """Nodes that are written for what is true."""

    name: Name
    nodes: Nodes

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write the nodes once for each item of a list, and once for any other true value."""
        value = rendering.find(self.name)
        if not is_true(value):
            return
        for item in value if isinstance(value, list | tuple) else [value]:
            rendering.write_within(plain(item), self.nodes, out)


@dataclass(frozen=True, slots=True)
class Inverted:
    """Nodes that are written for what is not true."""

    name: Name
    nodes: Nodes

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write the nodes if the value is false, empty or missing."""
        if not is_true(rendering.find(self.name)):
            rendering.write(self.nodes, out)


@dataclass(frozen=True, slots=True)
class ToJson:
    """A function that writes a value as JSON."""

    name: Name | None  # None where a tag stands for the name: no parameter is called that
    nodes: Nodes

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write a list or an object as JSON, and any other value as it is."""
        rendering.text(self.nodes)  # for nothing but the variables that it may miss
        value = None if self.name is None else rendering.find(self.name)
        if self.name is None or value is None or value is MISSING:
            return
        if isinstance(value, Mapping | list | tuple):
            write_json(value, out, self.name.path, MAX_DEPTH)
        else:  # a string comes without quotes or escapes
            out.write(printed(value, self.name, rendering))


@dataclass(frozen=True, slots=True)
class Join:
    """A function that writes the items of a list in a row."""

    name: Name | None  # None where a tag stands for the name
    nodes: Nodes
    delimiter: str

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write the items with the delimiter between them."""
        inner = rendering.text(self.nodes)
        value = None if self.name is None else rendering.find(self.name)
        if self.name is None or not isinstance(value, list | tuple):
            out.write(inner)  # not a list: the name itself, or what the tags in its place wrote
            return
        for place, item in enumerate(value):
            if item is None:
                raise illegal("null cannot be joined", f"{self.name.path}[{place}]")
            out.write(self.delimiter if place else "")
            write_java(item, out, self.name.path, MAX_DEPTH)


@dataclass(frozen=True, slots=True)
class Url:
    """A function that makes a text fit for a URL's query."""

    nodes: Nodes

    def write(self, rendering: Rendering, out: Output) -> None:
        """Write what the nodes write, encoded: all but letters, digits and ``*-._``."""
        encoded = quote_plus(rendering.text(self.nodes), safe="*")
        out.write(encoded.replace("~", "%7E"))  # which Python leaves as it is and Java does not

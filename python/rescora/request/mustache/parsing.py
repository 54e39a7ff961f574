"""Read a template, tag by tag, by the rules of mustache.java and with the functions of Elasticsearch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rescora.errors import RequestError, UnsupportedError, show
from rescora.request.mustache.names import Name
from rescora.request.mustache.printing import MAX_DEPTH
from rescora.request.mustache.rendering import (
    Comment,
    Inverted,
    Join,
    Node,
    Nodes,
    Section,
    ToJson,
    Url,
    Variable,
)

_FILE = "query-template"  # what Elasticsearch calls every template in its messages
_BLANKS = "".join(map(chr, range(33)))  # what Java's trim() takes away; Python's strip() takes more
_DELIMITER = re.compile(r"join delimiter='(.*)'")
_JOIN = re.compile(r"(?i:join)|join delimiter='.*'")
_REFUSED = {
    ">": "partial",
    "<": "inheriting",
    "$": "block",
    "%": "pragma",
    "=": "change of delimiters",
}


@dataclass(slots=True)
class _Level:
    """
    The nodes of a section, or of the whole text, as far as they are read.

    The lines that the tags of sections have to themselves are left out, by the rules of mustache.java.
    """

    kind: str = ""  # "#" or "^"
    tag: str | None = None
    line: int = 1
    swallows: bool = False  # a newline is left out if nothing but blanks and tags has come before it
    starts_line: bool = True
    nodes: list[str | Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # kept, not yet a node
    rest: str = ""  # text since the last newline or tag, not yet kept
    blank: bool = True  # no text but blanks since the last newline

    def add_text(self, text: str) -> None:
        *lines, rest = text.split("\n")
        for line in lines:
            self._add_rest(line)
            self.keep_rest()
            if not (self.swallows and self.blank):
                self.texts.append("\r\n" if line.endswith("\r") else "\n")
            self.swallows, self.blank, self.starts_line = False, True, True
        self._add_rest(rest)

    def _add_rest(self, text: str) -> None:
        self.rest = text.replace("\r", "")  # only "\r\n" is kept
        self.blank = self.blank and not self.rest.strip(" \t")

    def keep_rest(self) -> None:
        self.texts.append(self.rest)
        self.rest = ""

    def end_text(self) -> None:
        """Make a node of the text that was kept."""
        text = "".join(self.texts)
        self.texts.clear()
        if text:
            self.nodes.append(text)

    def add(self, node: Node) -> None:
        self.end_text()
        self.nodes.append(node)
        self.starts_line = False


class Parser:
    """
    Reads a template, tag by tag, with a stack of the sections that are open.

    Attributes
    ----------
    variables : set of str
        The first parts of the names that have been read.
    """

    def __init__(self, template: str, path: str) -> None:
        self.variables: set[str] = set()
        self._template = template
        self._path = path
        self._line = 1
        self._levels = [_Level()]

    def parse(self) -> Nodes:
        """Return the parts of the whole text."""
        end = 0
        while (begin := self._template.find("{{", end)) >= 0:
            self._add_text(self._template[end:begin])
            end = self._read_tag(begin + 2)
        self._add_text(self._template[end:])
        level = self._levels[-1]
        if level.tag is not None:
            raise self._error(f"Failed to close '{show(level.tag)}' tag in {_FILE}:{level.line}")
        level.keep_rest()
        level.end_text()
        return tuple(level.nodes)

    def _add_text(self, text: str) -> None:
        self._levels[-1].add_text(text)
        self._line += text.count("\n")

    def _read_tag(self, begin: int) -> int:
        """Read the tag that begins at `begin` and return where the text after it begins."""
        end = self._template.find("}}", begin)
        if end < 0:
            raise self._error(f"Improperly closed variable in {_FILE}:{self._line}")
        tag = self._template[begin:end]
        if not tag:
            raise self._error(f"Empty mustache in {_FILE}:{self._line}")
        name = tag[1:].strip(_BLANKS)
        if tag[0] == "{":
            if not self._template.startswith("}", end + 2):
                raise self._error(f"Improperly closed variable in {_FILE}:{self._line}")
            self._add_variable(name, escaped=False)
            return end + 3
        self._add_tag(tag, name)
        return end + 2

    def _add_tag(self, tag: str, name: str) -> None:
        kind = tag[0]
        if kind in _REFUSED:
            raise UnsupportedError(f"the mustache {_REFUSED[kind]} [{{{{{show(tag)}}}}}]", path=self._path)
        if kind in "#^":
            self._open(kind, name)
        elif kind == "/":
            self._close(name)
        elif kind == "&":
            self._add_variable(name, escaped=False)
        elif kind == "!":
            self._levels[-1].keep_rest()
            self._levels[-1].add(Comment())
        else:
            self._add_variable(tag.strip(_BLANKS), escaped=True)

    def _add_variable(self, name: str, *, escaped: bool) -> None:
        self._levels[-1].keep_rest()
        self._levels[-1].add(Variable(self._name(name), escaped))

    def _open(self, kind: str, tag: str) -> None:
        if len(self._levels) > MAX_DEPTH:
            raise self._error(f"sections must not be nested deeper than {MAX_DEPTH} levels")
        outer = self._levels[-1]
        outer.starts_line = outer.starts_line and outer.blank
        self._levels.append(_Level(kind, tag, self._line, swallows=True, starts_line=outer.starts_line))

    def _close(self, tag: str) -> None:
        inner = self._levels[-1]
        if tag != inner.tag:
            opened = "null" if inner.tag is None else show(inner.tag)
            said = f"Mismatched start/end tags: {opened} != {show(tag)} in {_FILE}:{self._line}"
            raise self._error(said)
        if not (inner.starts_line and inner.blank):
            inner.keep_rest()
        inner.end_text()
        self._levels.pop()
        outer = self._levels[-1]
        outer.swallows = inner.line != self._line
        if not (outer.blank and outer.swallows):
            outer.keep_rest()
        outer.rest = ""
        outer.add(self._section(inner.kind, tag, tuple(inner.nodes)))

    def _section(self, kind: str, tag: str, nodes: Nodes) -> Node:
        word = tag.lower()
        if kind == "^":
            return Inverted(self._name(tag), nodes)
        if word == "tojson":
            return ToJson(self._argument("toJson", nodes), nodes)
        if word == "join":
            return Join(self._argument("join", nodes), nodes, ",")
        if joined := _DELIMITER.fullmatch(tag):
            self._refuse_within_join(tag)
            return Join(self._argument("join", nodes), nodes, joined[1])
        if word == "url":
            self._refuse_within_join(tag)
            return Url(nodes)
        return Section(self._name(tag), nodes)

    def _refuse_within_join(self, tag: str) -> None:
        """Refuse what Elasticsearch drops: a join reads its tags again, less their delimiters and ``url``."""
        joins = [level for level in self._levels if level.tag is not None and _JOIN.fullmatch(level.tag)]
        if any(level.kind == "#" for level in joins):
            raise UnsupportedError(f"the mustache function [{show(tag)}] within [join]", path=self._path)

    def _argument(self, function: str, nodes: Nodes) -> Name | None:
        """Return the name that a function is given as its text, not trimmed."""
        tags = [node for node in nodes if not isinstance(node, str)]
        if len(tags) + isinstance(next(iter(nodes), None), str) != 1:
            said = f"Mustache function [{function}] must contain one and only one identifier"
            raise self._error(f"{said} in {_FILE}:{self._line}")
        return None if tags else self._name("".join(node for node in nodes if isinstance(node, str)))

    def _name(self, text: str) -> Name:
        name = Name(text)
        if name.parts[0]:
            self.variables.add(name.parts[0])
        return name

    def _error(self, reason: str) -> RequestError:
        return RequestError(reason, path=self._path, type="script_exception")

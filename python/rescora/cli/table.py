"""Tables and colours for a terminal of any width, and plain lines for everything else."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
NARROWEST = 12  # cells that a cut column keeps, however small the terminal


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and how it looks."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers stand to the right; one column a table may be cut to fit."""

    title: str
    right: bool = False
    cut: bool = False


@dataclass(slots=True)
class Table:
    """
    Rows under headings.

    Parameters
    ----------
    columns : sequence of Column
        The headings.
    rows : list of sequences of Cell
        One cell a column.
    """

    columns: Sequence[Column]
    rows: list[Sequence[Cell]] = field(default_factory=list)

    def add(self, *cells: Cell | str) -> None:
        """Append a row; plain strings are cells without a style."""
        self.rows.append([cell if isinstance(cell, Cell) else Cell(cell) for cell in cells])


class Screen:
    """
    Where output goes: how wide it is, and whether it shows colours and more than ASCII.

    Parameters
    ----------
    stream : text stream, optional
        stdout unless told otherwise.
    width : int, optional
        Cells in a line; the terminal's, or 100 where there is none.
    colour : bool, optional
        Whether to write escape sequences: on a terminal, unless NO_COLOR is set or TERM is dumb.
    """

    def __init__(
        self, stream: TextIO | None = None, *, width: int | None = None, colour: bool | None = None
    ) -> None:
        self.stream = stream if stream is not None else sys.stdout
        terminal = self.stream.isatty()
        self.width = width or (shutil.get_terminal_size((100, 24)).columns if terminal else 100)
        self.colour = _wants_colour(terminal) if colour is None else colour
        self.unicode = _can_write(self.stream, "━▲▼…")

    def write(self, text: str = "", style: str = "") -> None:
        """Write one line."""
        self.stream.write(self.paint(self.plain(text), style) + "\n")

    def draw(self, table: Table) -> None:
        """Write a table."""
        for line in self._lines(table):
            self.stream.write(line + "\n")

    def paint(self, text: str, style: str) -> str:
        """Return the text between the escape sequences of its style, where colours are shown."""
        codes = ";".join(STYLES[name] for name in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m" if codes and self.colour else text

    def plain(self, text: str) -> str:
        """Return the text in the characters that the stream can write."""
        if self.unicode:
            return text
        return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")

    def _lines(self, table: Table) -> list[str]:
        widths = self._widths(table)
        headings = [Cell(column.title, "bold") for column in table.columns]
        rule = [Cell("─" * width, "dim") for width in widths]
        return [self._row(table.columns, cells, widths) for cells in (headings, rule, *table.rows)]

    def _row(self, columns: Sequence[Column], cells: Sequence[Cell], widths: Sequence[int]) -> str:
        shown = []
        for column, cell, width in zip(columns, cells, widths, strict=True):
            text = self.plain(cut(cell.text, width))
            space = " " * (width - cells_of(text))
            painted = self.paint(text, cell.style)
            shown.append(space + painted if column.right else painted + space)
        return " " + "  ".join(shown).rstrip()

    def _widths(self, table: Table) -> list[int]:
        """Return each column's natural width; a column that may be cut takes what the others leave."""
        widths = [
            max(cells_of(text) for text in (column.title, *(row[place].text for row in table.rows)))
            for place, column in enumerate(table.columns)
        ]
        spare = self.width - (1 + sum(widths) + 2 * (len(widths) - 1))
        for place, column in enumerate(table.columns):
            if column.cut and spare < 0:
                widths[place] = max(min(NARROWEST, widths[place]), widths[place] + spare)
        return widths


def cells_of(text: str) -> int:
    """
    Return the cells that a text takes on a terminal.

    Examples
    --------
    >>> cells_of("café"), cells_of("漢字")
    (4, 4)
    """
    return sum(_cells(character) for character in text)


def cut(text: str, width: int) -> str:
    """
    Return the text, or as much of it as fits before an ellipsis.

    Examples
    --------
    >>> cut("second-stage ranking", 13)
    'second-stage…'
    """
    if cells_of(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += _cells(character)
        if used > width - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


# One character each, so that widths stay what they were.
_ASCII = str.maketrans({"─": "-", "━": "=", "▲": "^", "▼": "v", "…": "~", "·": "-", "→": ">", "µ": "u"})


def _can_write(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError, AttributeError):
        return False
    return True


def _wants_colour(terminal: bool) -> bool:
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

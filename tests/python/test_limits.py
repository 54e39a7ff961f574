"""The limits that SECURITY.md promises are those of the code."""

import re
from pathlib import Path

import pytest

from rescora import errors
from rescora.dates import formats
from rescora.documents import lines
from rescora.files import reading
from rescora.model.formats import catboost, elasticsearch, xgboost_dump
from rescora.model.parsing import arrays, nested, source
from rescora.queries import source as scripts
from rescora.queries import term as terms
from rescora.reading import limits
from rescora.request import body
from rescora.request.mustache import printing, rendering
from rescora.schema import draft, dynamic, fields, settings
from rescora.schema.types import dims, keywords
from rescora.script import emitter, functions, signature
from rescora.script import reader as script_reader

ROOT = Path(__file__).parents[2]
SAID = (ROOT / "SECURITY.md").read_text().partition("## Limits")[2].partition("## How to report")[0]


def of_core(path, name):
    """Return a constant of the core, which Python has no name for."""
    found = re.search(rf"constexpr [\w:]+ {name} = ([^;]+);", (ROOT / "cpp" / path).read_text())
    value = re.sub(r"std::\w+\{(\w+)\}", r"\1", found[1]).replace("'", "")
    return eval(value, {})  # a product of numbers


ROWS = {
    "a body": (limits.MOST_VALUES, limits.DEEPEST),
    "`from": (settings.Settings().max_result_window,),
    "clauses": (limits.MAX_CLAUSES, limits._RESCORERS),
    "queries": (settings.Settings().max_nested_depth, limits.HARD_DEPTH),
    "values of": (terms.MAX_TERMS, body._MOST_PATTERNS),
    "a script |": (
        scripts.MAX_SOURCE,
        emitter.MAX_INSTRUCTIONS,
        script_reader.MAX_DEPTH,
        functions.MAX_CALLS,
        signature.MAX_VALUES,
        signature.MAX_LEVELS,
    ),
    "a script while": (
        of_core("script/run.h", "most_steps"),
        of_core("script/frame.h", "longest_text"),
        of_core("script/frame.h", "most_text"),
        of_core("script/frame.h", "block_size"),
    ),
    "a mustache": (printing.MAX_OUTPUT, printing.MAX_DEPTH),
    "a time": (formats._YEAR_LIMIT,),
    "threads": (of_core("base/parallel.h", "most_threads"), settings.MAX_SHARDS),
    "a document": (
        lines.MOST_BYTES,
        dynamic.MAX_NESTING,
        of_core("segment/text_builder.cpp", "most_positions"),
        keywords.MAX_TERM_BYTES,
        dims.MAX_DIMS,
        of_core("segment/vector_builder.h", "most_dims"),
    ),
    "an index": (fields.MAX_FIELDS, draft.MAX_DEPTH),
    "a model": (
        elasticsearch.MOST_PARTS,
        nested.DEEPEST,
        of_core("forest/trees.h", "most_depth"),
        nested.MOST_NODES,
        nested.MOST_FEATURES,
        xgboost_dump.MOST_FEATURES,
        arrays.MOST_CATEGORIES,
        arrays.MOST_WORDS,
        catboost.MOST_LEVELS,
        limits.MOST_VALUES,
    ),
    "an error": (errors._MOST,),
}


@pytest.mark.parametrize("row", ROWS)
def test_security_md_tells_the_limits(row):
    [said] = [line for line in SAID.splitlines() if line.startswith(f"| {row}")]
    numbers = re.findall(r"\d[\d,]*\d|\d", said)
    assert [f"{limit:,}" for limit in ROWS[row] if f"{limit:,}" not in numbers] == []


def test_security_md_tells_limits_in_words():
    assert source.MOST_BYTES == 2 * 1024**3
    assert "2 GiB" in SAID
    assert elasticsearch.MOST_INFLATED == 512 * 1024**2
    assert "512 MiB" in SAID
    assert rendering.MAX_STEPS == printing.MAX_OUTPUT
    assert "as many steps" in SAID
    assert reading._PATIENCE == 5
    assert "five seconds" in SAID
    assert settings.Settings().max_rescore_window == settings.Settings().max_result_window
    assert "10,000 each" in SAID
    assert "holds at most 4,294,967,293 documents" in (ROOT / "cpp/index/builder.cpp").read_text()
    assert "4,294,967,293 documents" in SAID

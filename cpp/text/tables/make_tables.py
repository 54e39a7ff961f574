"""
Write word_break.h, lower_case.h and upper_case.h from Unicode 12.1 and 13.0, npm packages of that name.

    npm pack @unicode/unicode-12.1.0 @unicode/unicode-13.0.0
    for v in 12.1.0 13.0.0; do mkdir $v && tar xzf unicode-unicode-$v-*.tgz -C $v; done
    python make_tables.py 12.1.0/package 13.0.0/package

Node reads the package; nothing but Python's standard library is needed besides.
The words are those of Lucene 9's standard tokenizer: UAX #29 of Unicode 12.1 with its own rules for emoji
and for scripts that UAX #29 leaves to a dictionary. Letters and cases are Java 17's, of Unicode 13.0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from automaton import Automaton, Expression, build, many, maybe, one, some

CODE_POINTS = 0x110000
BLOCK = 128  # the block size that makes the two stages smallest together
LETTER = 0x80  # the bit of a class byte that says: general category L

SETS = {
    "format": "Word_Break/Format",
    "extend": "Word_Break/Extend",
    "zwj": "Word_Break/ZWJ",
    "aletter": "Word_Break/ALetter",
    "hebrew": "Word_Break/Hebrew_Letter",
    "numeric": "Word_Break/Numeric",
    "katakana": "Word_Break/Katakana",
    "mid_letter": "Word_Break/MidLetter",
    "mid_num_let": "Word_Break/MidNumLet",
    "mid_num": "Word_Break/MidNum",
    "single_quote": "Word_Break/Single_Quote",
    "double_quote": "Word_Break/Double_Quote",
    "extend_num_let": "Word_Break/ExtendNumLet",
    "regional": "Word_Break/Regional_Indicator",
    "han": "Script/Han",
    "hiragana": "Script/Hiragana",
    "complex": "Line_Break/Complex_Context",
    "emoji": "Binary_Property/Emoji",
    "modifier": "Binary_Property/Emoji_Modifier",
    "modifier_base": "Binary_Property/Emoji_Modifier_Base",
    "pictographic": "Binary_Property/Extended_Pictographic",
}

OF_JAVA = {
    "letter": "General_Category/Letter",
    "lower": "Simple_Case_Mapping/Lowercase",
    "upper": "Simple_Case_Mapping/Uppercase",
    "longer": "Special_Casing/Uppercase",
}

DUMP = """
const root = process.argv[1], sets = JSON.parse(process.argv[2]), out = {};
for (const [name, path] of Object.entries(sets))
    out[name] = [...(await import(`${root}/${path}/code-points.mjs`)).default];
process.stdout.write(JSON.stringify(out));
"""


def read(package: Path, names: dict[str, str]) -> dict[str, list]:
    """Read sets of code points, or pairs of a mapping."""
    command = ["node", "--input-type=module", "-e", DUMP, str(package.resolve()), json.dumps(names)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def add_emoji_parts(sets: dict[str, set[int]]) -> None:
    """Derive the parts of emoji sequences; a digit or a sign that is accidentally an emoji is none."""
    sets["keycap_base"] = set(map(ord, "0123456789#*"))
    sets["keycap"] = {0x20E3}
    sets["text_style"] = {0xFE0E}
    sets["emoji_style"] = {0xFE0F}
    sets["tag"] = set(range(0xE0020, 0xE007F))
    sets["tag_end"] = {0xE007F}
    accidental = {0xA9, 0xAE, 0x2122, 0x3030, 0x303D}
    plain = sets["emoji"] - sets["regional"] - sets["keycap_base"] - accidental - sets["modifier"]
    sets["emoji_char"] = sets["pictographic"] | plain
    del sets["emoji"], sets["pictographic"]


def classify(sets: dict[str, set[int]]) -> tuple[list[int], dict[str, set[int]]]:
    """Give code points that lie in the same sets one class; class 0 lies in none. Also each set's classes."""
    member: list[list[str]] = [[] for _ in range(CODE_POINTS)]
    for name in sorted(sets):
        for code_point in sets[name]:
            member[code_point].append(name)
    numbers: dict[tuple[str, ...], int] = {(): 0}
    classes = [numbers.setdefault(tuple(names), len(numbers)) for names in member]
    return classes, {name: {n for names, n in numbers.items() if name in names} for name in sets}


def grammar(sets: dict[str, set[int]]) -> Expression:
    """State what is a word: the longest match wins, and what matches nothing is skipped."""
    glue = many(one(sets["format"] | sets["extend"] | sets["zwj"]))  # WB4
    plain_glue = many(
        one((sets["format"] | sets["extend"] | sets["zwj"]) - sets["text_style"] - sets["emoji_style"])
    )

    def glued(*names: str) -> Expression:
        return one(set().union(*(sets[name] for name in names))) + glue

    letter = glued("aletter", "hebrew")
    between_letters = glued("mid_letter", "mid_num_let", "single_quote")
    between_digits = glued("mid_num", "mid_num_let", "single_quote")
    underscore = glued("extend_num_let")
    letters = letter + many(between_letters + letter)  # WB5 to WB7
    digits = glued("numeric") + many(between_digits + glued("numeric"))  # WB8, WB11, WB12
    hebrew = glued("hebrew") + (
        glued("single_quote") | glued("double_quote") + glued("hebrew")
    )  # WB7a to WB7c
    group = some(letters | digits | hebrew) | some(glued("katakana"))  # WB9, WB10, WB13
    word = many(underscore) + group + many(some(underscore) + group) + many(underscore)  # WB13a, WB13b

    zwj = one(sets["zwj"])
    style = maybe(one(sets["emoji_style"]))
    picture = many(zwj) + one(sets["emoji_char"]) + plain_glue + style
    base = maybe(many(zwj) + one(sets["modifier_base"]) + plain_glue)
    element = picture | base + one(sets["modifier"]) + plain_glue
    emoji = element + (many(zwj + element) | some(one(sets["tag"])) + one(sets["tag_end"]))
    keycap = one(sets["keycap_base"]) + plain_glue + style + one(sets["keycap"]) + plain_glue
    flag = glued("regional") + glued("regional")

    return word | some(glued("complex")) | glued("han") | glued("hiragana") | emoji | keycap | flag


def merge_columns(classes: list[int], automaton: Automaton) -> tuple[list[int], Automaton]:
    """Give classes that the automaton cannot tell apart one number."""
    columns = list(zip(*automaton.next, strict=True))
    names = {column: i for i, column in enumerate(dict.fromkeys(columns))}
    merged = [names[columns[c]] for c in classes]
    return merged, Automaton([list(row) for row in zip(*names, strict=True)], automaton.first_accepting)


def two_stages(values: list[int]) -> tuple[list[int], list[int]]:
    """Cut the values into blocks: each block's place, and the distinct blocks end to end."""
    blocks: dict[tuple[int, ...], int] = {}
    places = [
        blocks.setdefault(tuple(values[i : i + BLOCK]), len(blocks)) for i in range(0, len(values), BLOCK)
    ]
    return places, [value for block in blocks for value in block]


def case_runs(pairs: list[list[int]]) -> list[tuple[int, int, int, int]]:
    """Join a mapping into runs (first, last, step, difference)."""
    runs: list[tuple[int, int, int, int]] = []
    for source, target in sorted(pairs):
        if runs:
            first, last, step, difference = runs[-1]
            gap = source - last
            if target - source == difference and gap <= 2 and (gap == step or first == last):
                runs[-1] = (first, source, gap, difference)
                continue
        runs.append((source, source, 1, target - source))
    return runs


def array(kind: str, name: str, numbers: list[int]) -> str:
    """Write one array of bytes."""
    lines = [",".join(map(str, numbers[i : i + 32])) for i in range(0, len(numbers), 32)]
    body = ",\n    ".join(lines)
    return f"inline constexpr std::{kind} {name}[{len(numbers)}] = {{\n    {body}}};\n"


HEAD = """/// {sentence}
/// Written by make_tables.py from Unicode {version}: change that, not this.
#pragma once
#include <cstdint>

// clang-format off
namespace rescora::text::tables {{

"""
TAIL = "\n}  // namespace rescora::text::tables\n"


def word_break(classes: list[int], letters: set[int], automaton: Automaton) -> str:
    """Write the two-stage table of classes and the automaton over them."""
    width = len(automaton.next[0])
    if width > LETTER or len(automaton.next) > 256:
        message = f"{width} classes and {len(automaton.next)} states do not fit in bytes"
        raise SystemExit(message)
    values = [c | (LETTER if i in letters else 0) for i, c in enumerate(classes)]
    places, blocks = two_stages(values)
    parts = [
        HEAD.format(
            sentence="The class of each code point, and the automaton that finds words.",
            version="12.1, its letters from 13.0",
        ),
        f"constexpr unsigned block_size = {BLOCK};\n",
        f"constexpr unsigned letter_bit = {LETTER};  ///< of a class byte: general category L\n",
        f"constexpr unsigned class_count = {width};\n",
        "/// States from here on are words.\n",
        f"constexpr unsigned first_accepting = {automaton.first_accepting};\n\n",
        array("uint8_t", "class_block", places),
        "\n",
        array("uint8_t", "class_bytes", blocks),
        "\n/// [state * class_count + class]: state 0 is lost, state 1 the start.\n",
        array("uint8_t", "next_state", [state for row in automaton.next for state in row]),
        TAIL,
    ]
    return "".join(parts)


def case_lines(pairs: list[list[int]]) -> list[str]:
    """Write the runs of a mapping."""
    return [f"    {{0x{a:X}, 0x{b:X}, {step}, {by}}},\n" for a, b, step, by in case_runs(pairs)]


def lower_case(pairs: list[list[int]]) -> str:
    """Write the runs of the simple lower-case mapping."""
    lines = case_lines(pairs)
    parts = [
        HEAD.format(sentence="The simple lower-case mapping.", version="13.0"),
        "/// Code points first, first + step, ... last become lower case by adding difference.\n",
        "struct LowerRun {\n    std::uint32_t first, last, step;\n    std::int32_t difference;\n};\n\n",
        f"inline constexpr LowerRun lower_runs[{len(lines)}] = {{\n",
        *lines,
        "};\n",
        TAIL,
    ]
    return "".join(parts)


def upper_case(pairs: list[list[int]], longer: list[list[Any]]) -> str:
    """Write the runs of the simple upper-case mapping, and the characters that become several."""
    lines = case_lines(pairs)
    several = [(one, many if isinstance(many, list) else [many]) for one, many in sorted(longer)]
    full = [
        f"    {{0x{one:X}, {{{', '.join(f'0x{c:X}' for c in (*many, 0, 0)[:3])}}}}},\n"
        for one, many in several
    ]
    parts = [
        HEAD.format(sentence="The upper-case mapping, simple and full.", version="13.0"),
        "/// Code points first, first + step, ... last become upper case by adding difference.\n",
        "struct UpperRun {\n    std::uint32_t first, last, step;\n    std::int32_t difference;\n};\n\n",
        f"inline constexpr UpperRun upper_runs[{len(lines)}] = {{\n",
        *lines,
        "};\n\n/// A code point that becomes up to three, 0 where there are fewer.\n",
        "struct LongUpper {\n    std::uint32_t from, to[3];\n};\n\n",
        f"inline constexpr LongUpper long_uppers[{len(full)}] = {{\n",
        *full,
        "};\n",
        TAIL,
    ]
    return "".join(parts)


def main() -> None:
    """Read the packages, write the headers beside this script."""
    java = read(Path(sys.argv[2]), OF_JAVA)
    pairs, letters = java["lower"], set(java["letter"])
    upper = upper_case(java["upper"], java["longer"])
    sets = {name: set(points) for name, points in read(Path(sys.argv[1]), SETS).items()}
    add_emoji_parts(sets)
    classes, set_classes = classify(sets)
    automaton = build(grammar(set_classes), max(classes) + 1)
    classes, automaton = merge_columns(classes, automaton)
    here = Path(__file__).parent
    here.joinpath("word_break.h").write_text(word_break(classes, letters, automaton))
    here.joinpath("lower_case.h").write_text(lower_case(pairs))
    here.joinpath("upper_case.h").write_text(upper)
    print(f"{len(automaton.next)} states, {len(automaton.next[0])} classes, {len(pairs)} lower-case pairs")


if __name__ == "__main__":
    main()

"""
Write unicode_12_1.txt, the character properties that the reference's analyzers read.

    npm pack @unicode/unicode-12.1.0 @unicode/unicode-13.0.0
    for v in 12.1.0 13.0.0; do mkdir $v && tar xzf unicode-unicode-$v-*.tgz -C $v; done
    python make_unicode_ranges.py 12.1.0/package 13.0.0/package

One line a set: its name, then its ranges in hexadecimal. Node reads the packages. Letters are
those of Java 17, whose Unicode is 13.0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

SETS = {
    "ALetter": "Word_Break/ALetter",
    "Hebrew_Letter": "Word_Break/Hebrew_Letter",
    "Numeric": "Word_Break/Numeric",
    "Katakana": "Word_Break/Katakana",
    "MidLetter": "Word_Break/MidLetter",
    "MidNumLet": "Word_Break/MidNumLet",
    "MidNum": "Word_Break/MidNum",
    "Single_Quote": "Word_Break/Single_Quote",
    "Double_Quote": "Word_Break/Double_Quote",
    "ExtendNumLet": "Word_Break/ExtendNumLet",
    "Extend": "Word_Break/Extend",
    "Format": "Word_Break/Format",
    "ZWJ": "Word_Break/ZWJ",
    "Regional_Indicator": "Word_Break/Regional_Indicator",
    "Han": "Script/Han",
    "Hiragana": "Script/Hiragana",
    "Complex_Context": "Line_Break/Complex_Context",
    "Emoji": "Binary_Property/Emoji",
    "Emoji_Modifier": "Binary_Property/Emoji_Modifier",
    "Emoji_Modifier_Base": "Binary_Property/Emoji_Modifier_Base",
    "Extended_Pictographic": "Binary_Property/Extended_Pictographic",
    "Decimal_Number": "General_Category/Decimal_Number",
}
SETS_OF_JAVA = {"Letter": "General_Category/Letter"}

DUMP = """
const root = process.argv[1], sets = JSON.parse(process.argv[2]), out = {};
for (const [name, path] of Object.entries(sets))
    out[name] = (await import(`${root}/${path}/code-points.mjs`)).default;
process.stdout.write(JSON.stringify(out));
"""


def read_package(package: Path, names: dict[str, str]) -> dict[str, list[int]]:
    command = ["node", "--input-type=module", "-e", DUMP, str(package.resolve()), json.dumps(names)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def ranges(points: list[int]) -> list[str]:
    joined: list[list[int]] = []
    for point in sorted(points):
        if joined and joined[-1][1] == point - 1:
            joined[-1][1] = point
        else:
            joined.append([point, point])
    return [f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in joined]


def main() -> None:
    lines = ["# Unicode 12.1, letters of 13.0, written by make_unicode_ranges.py: change that, not this."]
    sets = read_package(Path(sys.argv[1]), SETS) | read_package(Path(sys.argv[2]), SETS_OF_JAVA)
    for name, points in sets.items():
        lines += textwrap.wrap(f"{name}: " + " ".join(ranges(points)), 108, subsequent_indent="  ")
    Path(__file__).with_name("unicode_12_1.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

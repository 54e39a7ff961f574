"""Which characters have which property: unicode_12_1.txt, read. Letters are those of Unicode 13.0."""

from functools import cache
from pathlib import Path


@cache
def sets() -> dict[str, frozenset[int]]:
    """Return the code points of each set that the file names."""
    found: dict[str, set[int]] = {}
    name = ""
    for line in Path(__file__).with_name("unicode_12_1.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        *heading, ranges = line.split(":")
        if heading:
            (name,) = heading
            found[name] = set()
        for item in ranges.split():
            first, _, last = item.partition("-")
            found[name].update(range(int(first, 16), int(last or first, 16) + 1))
    return {name: frozenset(points) for name, points in found.items()}


@cache
def properties(character: str) -> frozenset[str]:
    """
    Name the sets a character is in: those of the file, and the parts of emoji sequences.

    A character that is an emoji only by accident (a digit, ©) begins no emoji, unless it is pictographic.
    """
    point = ord(character)
    names = {name for name, points in sets().items() if point in points}
    if 0xFF00 <= point <= 0xFFEF and "Decimal_Number" in names:
        names.add("Numeric")  # full-width digits, which UAX #29 leaves alone
    if character in "0123456789#*":
        names.add("KeyCapBase")
    accidental = character in "©®™\u3030\u303d" or names & {
        "Regional_Indicator",
        "KeyCapBase",
        "Emoji_Modifier",
    }
    if "Extended_Pictographic" in names or ("Emoji" in names and not accidental):
        names.add("EmojiChar")
    if names & {"Extend", "Format", "ZWJ"}:
        names.add("Glue")
        if character not in "\ufe0e\ufe0f":
            names.add("PlainGlue")
    special = {"\u20e3": "KeyCap", "\ufe0f": "EmojiStyle", "\U000e007f": "TagEnd"}
    if character in special:
        names.add(special[character])
    if 0xE0020 <= point <= 0xE007E:
        names.add("Tag")
    return frozenset(names)


def lower(character: str) -> str:
    """Map one character to lower case by the simple mapping: one character to one."""
    if character.isalpha() and "Letter" not in properties(character):
        return character  # a letter of this Python's Unicode, not of Java 17's
    mapped = character.lower()
    return (
        mapped if len(mapped) == 1 else mapped[0]
    )  # only U+0130 has a longer one, and its first is the simple one

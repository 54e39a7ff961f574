"""java.lang.String over UTF-16 units."""

import unicodedata

from .errors import ScriptError
from .values import of_units, units, wrap


def outside(text: str) -> ScriptError:
    return ScriptError("string_index_out_of_bounds_exception", text)


def length(text: str) -> int:
    return len(units(text))


def char_at(text: str, index: int) -> int:
    found = units(text)
    if not 0 <= index < len(found):
        raise outside(f"index {index}, length {len(found)}")
    return found[index]


def code_point_at(text: str, index: int) -> int:
    first = char_at(text, index)
    return ord(of_units(units(text)[index : index + 2])[0]) if 0xD800 <= first < 0xDC00 else first


def substring(text: str, begin: int, end: int | None = None) -> str:
    found = units(text)
    end = len(found) if end is None else end
    if not 0 <= begin <= end <= len(found):
        raise outside(f"begin {begin}, end {end}, length {len(found)}")
    return of_units(found[begin:end])


def index_of(text: str, wanted: str, start: int = 0) -> int:
    found, part = units(text), units(wanted)
    start = min(max(start, 0), len(found))
    for at in range(start, len(found) - len(part) + 1):
        if found[at : at + len(part)] == part:
            return at
    return -1


def last_index_of(text: str, wanted: str, start: int = 2**31 - 1) -> int:
    found, part = units(text), units(wanted)
    for at in range(min(start, len(found) - len(part)), -1, -1):
        if found[at : at + len(part)] == part:
            return at
    return -1


def contains(text: str, wanted: str) -> bool:
    return index_of(text, wanted) >= 0


def starts_with(text: str, wanted: str, start: int = 0) -> bool:
    found, part = units(text), units(wanted)
    return 0 <= start <= len(found) and found[start : start + len(part)] == part


def ends_with(text: str, wanted: str) -> bool:
    found, part = units(text), units(wanted)
    return len(part) <= len(found) and found[len(found) - len(part) :] == part


def replace(text: str, old: str, new: str) -> str:
    return of_units(units(text.replace(old, new)))


def trim(text: str) -> str:
    """Cut off what is not above a space: control characters, but no other white space."""
    return text.strip("".join(map(chr, range(33))))


def compare(left: str, right: str) -> int:
    """Give the difference of the first units that differ, or of the lengths."""
    a, b = units(left), units(right)
    for one, other in zip(a, b, strict=False):
        if one != other:
            return one - other
    return len(a) - len(b)


def one(character: str, change) -> str:
    """Change the case of one character; what would become several stays."""
    changed = change(character)
    return changed if len(changed) == 1 else character


def folded(text: str) -> str:
    """Fold each character by itself, first up and then down."""
    return "".join(one(one(character, str.upper), str.lower) for character in text)


def lower(text: str) -> str:
    """Lower each character by itself, but a capital sigma at the end of a word becomes the final one."""
    return "".join("ς" if ends_word(text, at) else character.lower() for at, character in enumerate(text))


def ends_word(text: str, at: int) -> bool:
    """Java looks for cased letters within the word around a sigma; Unicode would look a little further."""
    return text[at] == "Σ" and cased_letter(text, at, -1) and not cased_letter(text, at, 1)


def cased_letter(text: str, at: int, step: int) -> bool:
    """Return whether the word goes on to a cased letter, in one direction."""
    before, at = text[at], at + step
    while 0 <= at < len(text):
        here = text[at]
        if is_letter(here) or is_digit(here):
            if here.islower() or here.isupper() or here.istitle():
                return True
            before = here
        elif not (0 <= at + step < len(text) and joins(before, here, text[at + step])):
            return False
        at += step
    return False


def is_letter(character: str) -> bool:
    """Return whether it is a letter or a mark on one; ideographs and kana make words of their own."""
    name = unicodedata.name(character, "")
    return unicodedata.category(character)[0] in "LM" and not name.startswith(("CJK", "HIRAGANA", "KATAKANA"))


def is_digit(character: str) -> bool:
    return unicodedata.category(character)[0] == "N"


def joins(left: str, mark: str, right: str) -> bool:
    """Return whether a mark holds a word together: 3.5 is one, and so is it's."""
    if is_digit(left) and is_digit(right):
        return mark in ".,"
    dash = unicodedata.category(mark) in ("Pd", "Pc")
    return is_letter(left) and is_letter(right) and (dash or mark in "\"'.\u00ad\u2019\u2027")


def upper(text: str) -> str:
    return text.upper()


def hash_code(text: str) -> int:
    total = 0
    for unit in units(text):
        total = wrap(total * 31 + unit, 32)
    return total

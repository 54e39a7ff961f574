"""What is fuzzed as a script: seeds, damage to them, sources that are grammatical alone, and parameters."""

from __future__ import annotations

import copy
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutation import NUMBERS, STRINGS, mutate

if TYPE_CHECKING:
    import random

SPEC = tomllib.loads((Path(__file__).parents[1] / "spec" / "script.toml").read_text(encoding="utf-8"))
FIELDS = list(SPEC["mappings"]["properties"])
_TOKEN = re.compile(r"\s+|\w+|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[<>=!+\-*/&|^?:]+|.", re.DOTALL)

PARAMS: dict[str, Any] = {
    "i": 3,
    "n": 2**53 + 1,
    "w": 0.5,
    "flag": True,
    "s": "Hello",
    "none": None,
    "l": [1, 2.5, -3],
    "is": [3, 1, 2],
    "ls": ["pear", "fig", ""],
    "v": [0.5, -1, 2],
    "m": {"a": 1, "b": 2.5, "c": {"d": "deep", "e": [1]}},
    "field": "n",
    "origin": "48.8,2.3",
    "when": "2024-01-01T00:00:00Z",
}

# Longer than the list of scripts has them: what is nested, repeated, called and left early.
LONG = """
int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); } return fib(doc['s'].size() + 3);

boolean odd(int n) { if (n == 0) { return false; } return even(n - 1); } boolean even(int n) {
  if (n == 0) { return true; } return odd(n - 1); } return even(6) ? 1 : 0;

double sum(List x) { double s = 0; for (def one : x) { s += one; } return s; }
  return sum(params.l) * params.w;

double t = 0; for (int i = 0; i < doc['ls'].size(); i++) { for (int j = i; j >= 0; --j) {
  if (j % 2 == 1) { continue; } t += doc['ls'][j] * params.w; if (t > 100) { break; } } } return t;

def x = doc['n'].size() == 0 ? params.s : doc['n'].value; if (x instanceof String) { return 1; }
  return x;

def x = 1; x += 2L; x = x * 1.5; x = 'a' + x; while (x.length() < 20) { x += '-';
  if (x.contains('--')) { break; } } return x.substring(1, 3) + x.indexOf('-');

List l = new ArrayList(doc['ls']); for (x in doc['i']) { if (x > 2) { l.add(x); } }
  Map m = new HashMap(); m.put('l', l.size()); m.put(params.s, [l, 1]); return m;

if (doc['n'].size() > 1) { return doc['n']; }
  return ['s': doc['ls'], 'all': [params.l, params.m, doc['at'].size() == 0, [1.0f / 3]]];

decayNumericGauss(params.i, 10, 0, 0.5, doc['d'].value) *
  decayNumericLinear(2.0, 3.0, 1.0, 0.3, doc['i'].value)

decayGeoExp(params.origin, '10km', '1km', 0.5, doc['at'].value) +
  decayDateGauss(params.when, '10d', '1d', 0.5, doc['when'].value)

decayDateLinear('2024-01-01', '30d', '0', 0.25, doc['when'].value) + randomScore(7, 'n') +
  randomScore(3)

cosineSimilarity(params.v, 'v') + 1.0 / (1 + l2norm(params.v, 'v')) + l1norm(params.v, 'v') +
  dotProduct(params.v, 'v') + hamming([1, 2, 3], 'w') + doc['v'].magnitude

sigmoid(saturation(doc['d'].value, 2), 3.0, params.w) + Math.log(2 + Math.abs(_score)) ** 2

long h = 7; for (def c : params.ls) { h = h * 31 + c.hashCode(); h ^= h >>> 7; } return h & 0xFFL;

String s = ''; for (String k : doc['ks']) { s += k.toUpperCase().replace('A', 'bb'); }
  return s.isEmpty() ? 'none' : s.trim();

def total = 0; int i = 0; do { total += i % 3 == 0 ? doc['ds'].get(i) : params.l[i]; i++; }
  while (i < 3); total

if (doc.containsKey('n') && doc['n'].size() > 0) { if (doc['n'].value > 3) { return 3; }
  else if (doc['n'].value < 0) { return -1.5; } else { return 'x'; } } return null;

doc['when'].value.year * 100 + doc['when'].value.monthValue +
  doc['when'].value.dayOfWeekEnum.value +
  doc['when'].value.plusDays(3).toInstant().toEpochMilli() % 7 + doc['when'].value.getHour()

params.m.c.e[0] + params.m.getOrDefault('z', 3) + (params.containsKey('q') ? 1 : 0) +
  params.m['b'] + params.is[1]

doc['at'].arcDistance(48.0, 2.0) + doc['at'].planeDistance(48.0, 2.0) + doc['at'].lat +
  doc['at'].value.lon

int i = 0; while (true) { i++; }

long a = Long.MAX_VALUE; int b = (int) a; short c = (short) b; char d = (char) c; byte e = (byte) d;
  float f = e; return a + b + c + d + e + f + Integer.MIN_VALUE + Math.round(1e300) + Double.NaN;

field('n').get(7) + field('nowhere').get(1.5) + (doc['k'].value == params.s ? 1 : 2) +
  (params.ls.contains(doc['k'].value) ? 4 : 8) + indexOf(params.ls, doc['k'].value)

def a = params.none ?: 3; def b = params?.m?.a; return a == null ? b : a === b ? 1 : a;
""".strip().split("\n\n")
SEEDS = [(case["script"], case.get("params", {})) for case in SPEC["case"]] + [
    (one, PARAMS) for one in LONG * 20
]


def tokens(source: str) -> list[str]:
    """Cut a source where a word, a string or a sign ends; the pieces are the source."""
    return _TOKEN.findall(source)


WORDS = sorted({token for source, _ in SEEDS for token in tokens(source) if not token.isspace()})
MEMBERS = sorted({name for source, _ in SEEDS for name in re.findall(r"\.\s*([a-zA-Z_]\w*)", source)})
CALLED = sorted({name for source, _ in SEEDS for name in re.findall(r"(?<![.\w])([a-z]\w*)\s*\(", source)})
TYPES = [
    "def",
    "boolean",
    "byte",
    "short",
    "char",
    "int",
    "long",
    "float",
    "double",
    "String",
    "void",
    "List",
]
TYPES += ["Map", "Object", "ZonedDateTime", "Number", "Integer", "Math"]
_SIGNS = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "|",
    "^",
    "<<",
    ">>",
    ">>>",
    "==",
    "!=",
    "===",
    "!==",
    "<",
    "<=",
    ">",
    ">=",
]
_SIGNS += ["&&", "||", "?:", "**", "=~", "instanceof"]
_SETS = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>="]
_LITERALS = [
    "0",
    "1",
    "-1",
    "2",
    "7L",
    "0x7fffffff",
    "2147483648",
    "9223372036854775807L",
    "0.5",
    "1e308",
    "1.5f",
]
_LITERALS += [
    "1e400",
    "0.0",
    "07",
    "''",
    "'a'",
    "'\\''",
    '"Hello"',
    "'\U0001f600'",
    "true",
    "false",
    "null",
    "[]",
    "[1, 2]",
]
_LITERALS += ["[:]", "_score", "Double.NaN", "Long.MIN_VALUE", "Math.PI", "new ArrayList()", "08", "1f", "3d"]
_AROUND = [("(", ")"), ("{", "}"), ("if (true) {", "}"), ("(int)(", ")"), ("-", ""), ("[", "]"), ("!(", ")")]
_AROUND += [("for (int q = 0; q < 3; q++) {", "}"), ("while (_score > 2) {", "}"), ("Math.abs(", ")")]
_AROUND += [("(def)", "")]
_STRANGE = [
    "\x00",
    "\ud800",
    "\U0001f600",
    "é",
    "\u2028",
    "\\",
    "'",
    '"',
    "/*",
    "*/",
    "//",
    "\n",
    "\t",
    "#",
    "`",
    "@",
]


def _kind(token: str) -> str:
    if token in ("", *TYPES):
        return "type" if token else ""
    if token in _SIGNS or token in _SETS:
        return "sign" if token in _SIGNS else "set"
    return (
        "number"
        if token[0].isdigit()
        else "text"
        if token[0] in "'\""
        else "name"
        if token[0].isalpha()
        else ""
    )


_BY_KIND = {
    "type": TYPES[:10],
    "sign": _SIGNS,
    "set": _SETS,
    "number": [one for one in WORDS if one[0].isdigit()] + _LITERALS[:10],
    "text": [one for one in WORDS if one[0] in "'\""],
    "name": [one for one in WORDS if one[0].isalpha()],
}


class Damage:
    """Small damage to a source: to its tokens, or to its characters."""

    def __init__(self, rng: random.Random, seeds: list[tuple[str, Any]]) -> None:
        self._rng = rng
        self._seeds = seeds

    def __call__(self, source: str) -> str:
        """Return the source with one to five things changed."""
        rng = self._rng
        if rng.random() < 0.1:
            return self._characters(source)
        pieces = tokens(source)
        for _ in range(rng.choice((1, 1, 1, 2, 2, 5))):
            if pieces:
                rng.choice(self._CHANGES)(self, pieces)
        return "".join(pieces)

    def _span(self, pieces: list[str]) -> tuple[int, int]:
        at = self._rng.randrange(len(pieces))
        return at, at + self._rng.choice((1, 1, 2, 3, 5, 10))

    def _drop(self, pieces: list[str]) -> None:
        at, end = self._span(pieces)
        del pieces[at:end]

    def _repeat(self, pieces: list[str]) -> None:
        at, end = self._span(pieces)
        times = self._rng.choice((1, 1, 2, 2, 5, 100))
        pieces[at:at] = pieces[at:end] * times

    def _replace(self, pieces: list[str]) -> None:
        at = self._rng.randrange(len(pieces))
        pieces[at] = self._word()

    def _exchange(self, pieces: list[str]) -> None:
        """Put a token in the place of one of its kind, so that more stays grammatical."""
        at = self._rng.randrange(len(pieces))
        kind = _kind(pieces[at])
        if kind in _BY_KIND:
            pieces[at] = self._rng.choice(_BY_KIND[kind])

    def _insert(self, pieces: list[str]) -> None:
        at = self._rng.randrange(len(pieces) + 1)
        pieces[at:at] = [" ", self._word(), " "]

    def _move(self, pieces: list[str]) -> None:
        at, end = self._span(pieces)
        to = self._rng.randrange(len(pieces) + 1)
        pieces[to:to] = pieces[at:end]

    def _splice(self, pieces: list[str]) -> None:
        donor = tokens(self._rng.choice(self._seeds)[0])
        if donor:
            at, end = self._span(donor)
            to, until = self._span(pieces)
            pieces[to : self._rng.choice((to, until))] = donor[at:end]

    def _join(self, pieces: list[str]) -> None:
        pieces[:0] = [*tokens(self._rng.choice(self._seeds)[0]), self._rng.choice((";", " ", "+"))]

    def _wrap(self, pieces: list[str]) -> None:
        at, end = self._span(pieces)
        before, after = self._rng.choice(_AROUND)
        times = self._rng.choice((1, 1, 1, 2, 9, 100, 3000))
        pieces[at:end] = [before * times, *pieces[at:end], after * times]

    def _word(self) -> str:
        rng = self._rng
        return rng.choice(rng.choice((WORDS, WORDS, _LITERALS, TYPES, _SIGNS, _SETS, _STRANGE)))

    def _characters(self, source: str) -> str:
        rng = self._rng
        text = list(source)
        for _ in range(rng.choice((1, 1, 2, 4, 16))):
            at = rng.randrange(len(text) + 1)
            if rng.random() < 0.4 and text:
                del text[at : at + rng.choice((1, 1, 3))]
            elif rng.random() < 0.5:
                text[at:at] = rng.choice((chr(rng.randrange(32, 127)), rng.choice(_STRANGE)))
            else:
                text[at:at] = text[at : at + 8] * rng.choice((1, 2, 40))
        return "".join(text)

    _CHANGES = (_drop, _repeat, _replace, _exchange, _exchange, _exchange, _exchange, _exchange)
    _CHANGES += (_insert, _move, _splice, _splice, _join, _wrap)


class Grammar:
    """Sources that are grammatical, and hardly ever well typed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names = ["x", "y", "z", "i", "params", "doc"]

    def script(self) -> str:
        """Return a script of some functions and some statements."""
        functions = [self._function(n) for n in range(self._rng.choice((0, 0, 0, 0, 1, 1, 2)))]
        statements = [self._statement(self._rng.choice((1, 2, 3))) for _ in range(self._rng.randrange(5))]
        declared = "".join(
            f"{self._pick(TYPES[:10])} {name} = {self._expression(2)}; " for name in self._some("xyzi")
        )
        end = f"return {self._expression(3)};" if self._rng.random() < 0.7 else self._expression(3)
        return "".join(functions) + declared + " ".join(statements) + end

    def _some(self, letters: str) -> list[str]:
        return [one for one in letters if self._rng.random() < 0.6]

    def _pick(self, options: Any) -> Any:
        return self._rng.choice(options)

    def _function(self, number: int) -> str:
        parameters = ", ".join(f"{self._pick(TYPES)} {name}" for name in self._some("xyz"))
        body = " ".join(self._statement(2) for _ in range(self._rng.randrange(3)))
        return f"{self._pick(TYPES)} f{number}({parameters}) {{ {body} return {self._expression(3)}; }} "

    def _statement(self, depth: int) -> str:
        e, s = self._expression, self._statement
        forms: list[Any] = [
            lambda: f"{self._pick(TYPES)} {self._name()} = {e(2)};",
            lambda: f"{self._name()} {self._pick(_SETS)} {e(2)};",
            lambda: f"{self._name()}{self._pick(('++', '--'))};",
            lambda: f"{e(2)};",
            lambda: f"return {e(2)};",
        ]
        if depth > 0:
            forms += [
                lambda: f"if ({e(2)}) {self._block(depth)}",
                lambda: f"if ({e(2)}) {self._block(depth)} else {s(depth - 1)}",
                lambda: f"for (int i = 0; i < {e(1)}; {self._pick(('i++', '++i'))}) {self._block(depth)}",
                lambda: f"for ({self._pick(TYPES)} {self._name()} : {e(2)}) {self._block(depth)}",
                lambda: f"for ({self._name()} in {e(1)}) {self._block(depth)}",
                lambda: f"while ({e(2)}) {self._block(depth)}",
                lambda: f"do {self._block(depth)} while ({e(1)});",
                lambda: self._block(depth),
                lambda: self._pick(("break;", "continue;", ";", "return;", f"if ({e(1)}) break;")),
            ]
        return str(self._pick(forms)())

    def _block(self, depth: int) -> str:
        return "{ " + " ".join(self._statement(depth - 1) for _ in range(self._rng.randrange(4))) + " }"

    def _name(self) -> str:
        return str(self._pick(self._names))

    def _leaf(self) -> str:
        field = self._pick(FIELDS)
        forms = (
            self._name(),
            self._pick(_LITERALS),
            self._pick(_LITERALS),
            f"doc['{field}'].value",
            f"doc['{field}']",
        )
        forms += (
            f"doc.{field}",
            f"params.{self._pick(list(PARAMS))}",
            f"params['{self._pick(list(PARAMS))}']",
            "_score",
        )
        return str(self._pick(forms))

    def _arguments(self, depth: int) -> str:
        return ", ".join(self._expression(depth) for _ in range(self._pick((0, 1, 1, 1, 2, 2, 3, 5))))

    def _expression(self, depth: int) -> str:
        if depth <= 0:
            return self._leaf()
        e, inner = self._expression, depth - 1
        forms = (
            self._leaf,
            lambda: f"{e(inner)} {self._pick(_SIGNS)} {e(inner)}",
            lambda: f"({e(inner)} {self._pick(_SIGNS)} {e(inner)})",
            lambda: f"({e(inner)} ? {e(inner)} : {e(inner)})",
            lambda: f"{self._pick(('-', '!', '~', '+', '++', '--'))}{e(inner)}",
            lambda: f"(({self._pick(TYPES)}) {e(inner)})",
            lambda: f"{e(inner)}{self._pick(('.', '.', '.', '?.'))}{self._pick(MEMBERS)}",
            lambda: f"{e(inner)}.{self._pick(MEMBERS)}({self._arguments(inner)})",
            lambda: f"Math.{self._pick(MEMBERS)}({self._arguments(inner)})",
            lambda: f"{self._pick((*CALLED, 'f0', 'f1'))}({self._arguments(inner)})",
            lambda: f"{e(inner)}[{e(inner)}]",
            lambda: f"({self._name()} {self._pick(_SETS)} {e(inner)})",
            lambda: f"({self._name()}{self._pick(('++', '--'))})",
        )
        return str(self._pick(forms)())


_UNUSUAL: list[Any] = [
    [],
    {},
    list(range(2_000)),
    [0.5] * 600,
    ["é", "\ud800", "日本"],
    {"": {"": 1}},
    [[1], [2]],
    [None],
]
_UNUSUAL += [
    [1, "a", None, True, 2.5],
    {"é": "ß"},
    [2**31, 1],
    [float("nan")],
    "x" * 70_000,
    [{"a": 1}],
    [1, 2],
]


def mutated_params(params: Any, rng: random.Random) -> Any:
    """Return parameters, more often damaged than not."""
    if rng.random() < 0.4:
        return params
    try:
        params = copy.deepcopy(params or PARAMS)
    except RecursionError:  # nested as deeply as they get
        return params
    for _ in range(rng.choice((1, 1, 1, 3))):
        if not isinstance(params, dict) or not params:
            return params
        if rng.random() < 0.6:
            params[rng.choice(list(params))] = rng.choice(rng.choice((_UNUSUAL, NUMBERS, STRINGS)))
        else:
            try:
                params = mutate(params, list(PARAMS), [PARAMS], rng)
            except RecursionError:  # what was put in before is nested too deeply to be copied
                return params
    return params

"""Hostile scripts, family by family: endless, doubling, quadratic, deep, and large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 222


class Attack(NamedTuple):
    """A script, its parameters, and what it tries."""

    name: str
    source: str
    params: dict[str, Any]


BIG = "a" * 1_000_000
LINES = "ab," * 300_000


def of_loops() -> Iterator[tuple[str, str]]:
    for name, body in {
        "nothing": "",
        "a sum": "n += i;",
        "a text": "s = s + 'x';",
        "a field": "n += doc['year'].size();",
        "a function": "n += f(i);",
        "a vector": "n += dotProduct([1, 2, 3], 'vector');",
        "a date": "n += ZonedDateTime.parse('2014-11-18T00:00:00Z').getYear();",
        "a power": "n += Math.pow(i, 1.5);",
        "a search": "n += params.big.indexOf('b');",
        "a list": "n += params.list.contains(i) ? 1 : 0;",
    }.items():
        begin = (
            "int f(int x) { int y = 0; for (int j = 0; j < 9; ++j) { y += j * x; } return y } "
            "double n = 0; String s = '';"
        )
        yield f"while true, {name}", f"{begin} int i = 0; while (true) {{ {body} ++i; }} return n;"
        yield (
            f"a billion times, {name}",
            f"{begin} for (int i = 0; i < 1000000000; ++i) {{ {body} }} return n;",
        )
        yield (
            f"three loops, {name}",
            f"{begin} for (int i = 0; i < 900; ++i) {{ for (int k = 0; k < 900; ++k) {{ "
            f"for (int l = 0; l < 9; ++l) {{ {body} }} }} }} return n;",
        )
        yield f"do while, {name}", f"{begin} int i = 0; do {{ {body} i -= 1; }} while (i != 5); return n;"
        yield (
            f"over a list in a list, {name}",
            f"{begin} int i = 0; for (def a : params.list) {{ "
            f"for (def b : params.list) {{ {body} }} }} return n;",
        )
    yield "for without a condition", "for (;;) { } return 1;"
    yield "continue", "int i = 0; while (i < 10) { continue; } return 1;"


def of_texts() -> Iterator[tuple[str, str]]:
    double = "String s = 'ab';"
    for times in (10, 30, 400):
        yield f"{times} doublings", double + "s = s + s;" * times + "return s.length();"
        yield f"{times} replacements", double + "s = s.replace('a', 'aaaa');" * times + "return s.length();"
        yield (
            f"{times} copies of a large one",
            "String s = params.big;" + "s = s + params.big;" * times + "return s.length();",
        )
        yield (
            f"{times} searches",
            "int n = 0;" + f"n += params.big.indexOf('{'a' * 400}b');" * times + "return n;",
        )
        yield (
            f"{times} comparisons",
            "int n = 0;" + "n += (params.big + 'x').equals(params.big + 'y') ? 1 : 0;" * times + "return n;",
        )
        yield (
            f"{times} capitals",
            "int n = 0;" + "n += params.big.toUpperCase().toLowerCase().hashCode();" * times + "return n;",
        )
        yield f"{times} trims", "int n = 0;" + "n += params.lines.trim().length();" * times + "return n;"
        yield f"{times} cuts", "int n = 0;" + "n += params.lines.substring(1).length();" * times + "return n;"
        yield (
            f"{times} splits",
            "int n = 0;" + "n += params.lines.splitOnToken(',').length;" * times + "return n;",
        )
    for call in ("indexOf", "lastIndexOf", "contains", "startsWith", "endsWith", "compareTo", "equals"):
        yield f"{call} of a large one", f"def n = params.big.{call}(params.half + 'b'); return 1;"
        yield (
            f"{call} in a loop",
            (
                f"int n = 0; for (int i = 0; i < 100000; ++i) {{ "
                f"def x = params.big.{call}(params.half + 'b'); n += 1; }} return n;"
            ),
        )


def of_recursion() -> Iterator[tuple[str, str]]:
    yield "itself", "int f(int x) { return f(x) } return f(1);"
    yield "each other", "int f(int x) { return g(x) } int g(int x) { return f(x) } return f(1);"
    for calls in (2, 3, 8):
        inner = " + ".join(["f(n - 1)"] * calls)
        yield f"{calls} calls", f"int f(int n) {{ return n < 1 ? 1 : {inner} }} return f(50);"
    for count in (5, 20, 200, 1_000):
        chain = "".join(f"int f{i}(int x) {{ return f{i + 1}(x) + f{i + 1}(x + 1) }} " for i in range(count))
        yield (
            f"{count} functions, each twice the next",
            f"{chain} int f{count}(int x) {{ return x }} return f0(1);",
        )
    yield (
        "Ackermann's",
        (
            "int a(int m, int n) { return m == 0 ? n + 1 : n == 0 ? a(m - 1, 1) : a(m - 1, a(m, n - 1)) } "
            "return a(4, 4);"
        ),
    )
    yield "with a text", "String f(String s) { return f(s + s) } return f('a').length();"


def of_size() -> Iterator[tuple[str, str]]:
    for count in (10, 100, 1_000, 6_000):
        yield f"{count} brackets", "(" * count + "1" + ")" * count
        yield f"{count} open brackets", "(" * count
        yield f"{count} minus signs", "-" * count + "1"
        yield f"{count} exclamation marks", "!" * count + "true ? 1 : 0"
        yield f"{count} sums", "+".join(["1"] * count)
        yield f"{count} texts", "('a' + " * count + "'a'" + ")" * count + ".length()"
        yield f"{count} choices", "true ? " * count + "1" + " : 0" * count
        yield f"{count} blocks", "{" * count + "return 1;" + "}" * count
        yield f"{count} ifs", "if (true) " * count + "return 1; return 0;"
        yield f"{count} variables", "".join(f"double v{i} = {i};" for i in range(count)) + "return v1;"
        yield f"{count} fields", "double n = 0;" + "n += doc['year'].size();" * count + "return n;"
        yield f"{count} loops", "int n = 0;" + "for (int i = 0; i < 9; ++i) { n += i; }" * count + "return n;"
        yield f"{count} letters", "x" * count


def of_language() -> Iterator[tuple[str, str]]:
    for source in (
        "1 / 0",
        "1 % 0",
        "(int) 1e300",
        "Integer.MIN_VALUE / -1",
        "Long.MIN_VALUE % -1",
        "1L << 9999999999L",
        "-2147483648",
        "9223372036854775808",
        "1e999",
        "Math.pow(1e308, 1e308)",
        "0.0 / 0.0",
        "Double.NaN",
        "-1.0",
        "'",
        '"',
        "/*",
        "//",
        "\\",
        "\x00",
        "doc",
        "params",
        "doc['']",
        "doc['nowhere'].value",
        "doc['title'].value",
        "params.a.b.c.d",
        "params['x']['y']",
        "_score = 1",
        "new String()",
        "new ArrayList()",
        "System.exit(0)",
        "Runtime.getRuntime()",
        "Class.forName('x')",
        "x.getClass()",
        "''.getClass()",
        "x -> x",
        "[1, 2].stream()",
        "/(a+)+b/.matcher(params.big).find()",
        "params.big =~ /(a+)+b/",
        "import java.util.*; 1",
        "throw 1",
        "try { 1 } catch (Exception e) { }",
        "this",
        "null",
        "null + null",
        "true",
        "return",
        ";",
        "",
        "\ufeff1",
        "\u202e1",
        "\U0001f600",
        "'\ud83d'",
        "doc['place'].arcDistance(1e308, -1e308)",
        "doc['when'].value.plusDays(9223372036854775807L).getYear()",
        "decayDateExp('x', 'y', 'z', 0.5, doc['when'].value)",
        "cosineSimilarity(params.list, 'vector')",
        "randomScore(params.big.length())",
        "sigmoid(1, 0, 0)",
        "saturation(-1, 1)",
        "Integer.parseInt(params.big)",
        "Double.parseDouble(params.big)",
        "'a'.charAt(-1)",
        "params.list.get(2147483647)",
        "params.list[params.list.length]",
        "params.map[doc['tag'].value]",
        "emit(1)",
    ):
        yield f"the source {source[:20]!r}", source


PARAMS: dict[str, Any] = {
    "big": BIG,
    "half": BIG[: len(BIG) // 2],
    "lines": LINES,
    "list": list(range(2_000)),
    "map": {f"k{i}": i for i in range(2_000)},
}


def hostile_scripts() -> list[Attack]:
    """Return the attacks, the same in each run."""
    families = (of_loops, of_texts, of_recursion, of_size, of_language)
    made = [(f"{family.__name__}: {name}", source) for family in families for name, source in family()]
    return [
        Attack(name, source, {key: value for key, value in PARAMS.items() if f"params.{key}" in source})
        for name, source in made
    ]

"""
Random well-typed scripts, over documents with few values, so that zeros and missing values occur.

A script always compiles: its types fit, its loops end, nothing in it is unreachable, or constant where
Painless wants a condition. On a document it may fail, for want of a value, by a division by zero or by a
cast. Only operations whose bits Java prescribes are used, so that values can be compared as bits.
"""

from hypothesis import strategies as st

MAPPINGS = {
    "properties": {
        "n": {"type": "long"},
        "i": {"type": "integer"},
        "s": {"type": "short"},
        "d": {"type": "double"},
        "f": {"type": "float"},
        "ok": {"type": "boolean"},
        "k": {"type": "keyword"},
        "when": {"type": "date"},
        "ns": {"type": "long"},
        "ds": {"type": "double"},
        "ks": {"type": "keyword"},
    }
}
LONGS = (0, 1, -1, 2, 3, 7, 100, 2**31, 2**53 + 1, 2**63 - 1, -(2**63))
INTS = (0, 1, -1, 2, 3, 5, 31, 1000, 2**31 - 1, -(2**31))
REALS = (0.0, -0.0, 0.5, 1.0, -1.5, 0.1, 3.0, 1e10, 1e300, 1e-310)
FLOATS = (0.0, 0.5, -1.5, 0.1, 16777216.0, 3e38)
WORDS = ("", "a", "b", "Hello", "straße", "ΣΟΦΟΣ", "😀x", "İ", "42")
DATES = (
    "1969-12-31T23:59:59.999Z",
    "2000-02-29T00:00:00Z",
    "2024-01-31T12:34:56.789Z",
    "0001-01-01T00:00:00Z",
)
ONE_VALUE = {
    "n": st.sampled_from(LONGS),
    "i": st.sampled_from(INTS),
    "s": st.sampled_from([0, 1, -1, 300, 32767, -32768]),
    "d": st.sampled_from(REALS),
    "f": st.sampled_from(FLOATS),
    "ok": st.booleans(),
    "k": st.sampled_from(WORDS),
    "when": st.sampled_from(DATES),
}
MANY_VALUES = {
    name: st.lists(ONE_VALUE[one], max_size=4) for name, one in (("ns", "n"), ("ds", "d"), ("ks", "k"))
}
documents = st.builds(
    lambda whole, part: {**whole, **part},  # most have all fields, some lack many
    st.one_of(st.fixed_dictionaries(ONE_VALUE), st.fixed_dictionaries(ONE_VALUE), st.just({})),
    st.fixed_dictionaries({}, optional={**ONE_VALUE, **MANY_VALUES}),
)
parameters = st.fixed_dictionaries(
    {
        "i": st.sampled_from(INTS),
        "n": st.sampled_from([2**31, 2**53 + 1, -(2**63)]),
        "w": st.sampled_from([0.5, -2.0, 0.1, 1e10]),
        "flag": st.booleans(),
        "s": st.sampled_from(WORDS),
        "l": st.lists(st.one_of(st.sampled_from(INTS), st.sampled_from(REALS)), max_size=4),
        "ls": st.lists(st.sampled_from(WORDS), max_size=4),
        "m": st.fixed_dictionaries({"a": st.sampled_from(INTS), "b": st.sampled_from(REALS)}),
    }
)

NUMBERS = ("int", "long", "float", "double")
RANK = {name: rank for rank, name in enumerate(NUMBERS)}
# Functions of doubles whose results are exact.
OF_ONE = ("sqrt", "abs", "ceil", "floor", "rint", "signum", "ulp", "nextUp", "nextDown")
OF_TWO = ("max", "min", "copySign", "IEEEremainder")
NUMBER_FIELDS = ("n", "i", "s", "d", "f")
PARTS = ("year", "monthValue", "dayOfMonth", "dayOfYear", "hour", "minute", "second")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
TEXT_FLAGS = ("startsWith", "endsWith", "contains", "equals")


class Writer:
    """One script while it is written: what is drawn, the variables in sight, the functions there are."""

    def __init__(self, draw):
        self.draw = draw
        self.scopes: list[dict[str, str]] = [{}]
        self.fixed: set[str] = set()  # counters and elements, which the script must leave alone
        self.functions: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.names = 0
        self.sees_document = True
        self.in_loop = False

    # Choices

    def pick(self, *options):
        return self.draw(st.sampled_from(options))

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def new_name(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def variables(self, *types: str) -> list[str]:
        return [name for scope in self.scopes for name, kind in scope.items() if kind in types]

    def one_of(self, depth: int, leaves: list, branches: list) -> str:
        """Write a leaf, or while there is depth left anything."""
        choices = leaves + branches if depth > 0 else leaves
        return self.pick(*choices)()

    # Expressions: each is written in brackets, so that none depends on its surroundings

    def expression(self, kind: str, depth: int = 3) -> str:
        if kind in NUMBERS:
            return self.number(kind, depth)
        return {"boolean": self.boolean, "String": self.text, "def": self.dynamic}[kind](depth)

    def number(self, kind: str, depth: int) -> str:
        leaves = [lambda: self.literal(kind), *self.names_of(kind)]
        if kind == "double" and self.sees_document:
            leaves.append(lambda: "_score")
        branches = [
            lambda: self.cast(kind, depth),
            lambda: self.arithmetic(kind, depth),
            lambda: self.arithmetic(kind, depth),
            lambda: f"(-{self.number(kind, depth - 1)})",
            lambda: self.conditional(kind, depth),
            *self.calls_of(kind, depth),
        ]
        if kind in ("int", "long"):
            branches += [lambda: self.bits(kind, depth), lambda: f"(~{self.number(kind, depth - 1)})"]
        if kind == "int":
            branches.append(lambda: f"{self.text(depth - 1)}.length()")
        if kind == "long":
            branches.append(lambda: f"Math.round({self.number('double', depth - 1)})")
        if kind == "double":
            branches.append(lambda: self.function_of_doubles(depth))
        return self.one_of(depth, leaves, branches)

    def names_of(self, *kinds: str) -> list:
        return [lambda name=name: name for name in self.variables(*kinds)]

    def literal(self, kind: str) -> str:
        value = {"int": INTS, "long": LONGS, "float": FLOATS, "double": REALS}[kind]
        suffix = {"int": "", "long": "L", "float": "f", "double": ""}[kind]
        return f"({self.pick(*value)!r}{suffix})"

    def cast(self, kind: str, depth: int) -> str:
        narrow = self.pick("", "", "", "(byte)", "(short)", "(char)") if kind == "int" else ""
        return f"({kind}){narrow}({self.any_number(depth - 1)})"

    def any_number(self, depth: int) -> str:
        return self.expression(self.pick(*NUMBERS, "def"), depth)

    def arithmetic(self, kind: str, depth: int) -> str:
        """Write an operation that promotes to this very type."""
        other = self.pick(*(one for one in NUMBERS if RANK[one] <= RANK[kind]))
        left, right = self.number(kind, depth - 1), self.number(other, depth - 1)
        operator = self.pick("+", "-", "*", "/", "%")
        if operator in "/%" and kind in ("int", "long"):
            # A divisor known to be zero is refused when it is folded.
            return f"({left} {operator} {self.divisor()})"
        if self.draw(st.booleans()):
            left, right = right, left
        return f"({left} {operator} {right})"

    def divisor(self) -> str:
        names = self.variables("int")
        return self.pick("2", "(-1)", "3", "1000", *names, *names)

    def bits(self, kind: str, depth: int) -> str:
        left = self.number(kind, depth - 1)
        if self.draw(st.booleans()):
            right = self.number(self.pick("int", "long"), depth - 1)
            return f"({left} {self.pick('<<', '>>', '>>>')} {right})"
        right = self.number(self.pick("int", kind), depth - 1)
        return f"({left} {self.pick('&', '|', '^')} {right})"

    def conditional(self, kind: str, depth: int) -> str:
        """Write a choice between two values of this type; of numbers one may have to be promoted to it."""
        condition = self.boolean(depth - 1)
        narrower = [one for one in NUMBERS if kind in NUMBERS and RANK[one] <= RANK[kind]]
        arms = [self.expression(kind, depth - 1), self.expression(self.pick(kind, *narrower), depth - 1)]
        if self.draw(st.booleans()):
            arms.reverse()
        return f"({condition} ? {arms[0]} : {arms[1]})"

    def calls_of(self, kind: str, depth: int) -> list:
        def call(name: str, types: tuple[str, ...]) -> str:
            return f"{name}({', '.join(self.expression(one, depth - 1) for one in types)})"

        return [
            lambda name=name, types=types: call(name, types)
            for name, (returns, types) in self.functions.items()
            if returns == kind
        ]

    def function_of_doubles(self, depth: int) -> str:
        if self.draw(st.booleans()):
            return f"Math.{self.pick(*OF_ONE)}({self.any_number(depth - 1)})"
        return f"Math.{self.pick(*OF_TWO)}({self.any_number(depth - 1)}, {self.any_number(depth - 1)})"

    def dynamic(self, depth: int) -> str:
        """Write a number whose type is known only when the script runs."""
        leaves = self.names_of("def")
        if self.sees_document:
            leaves += [self.field, self.field, self.parameter, self.count]
        if not leaves:
            return f"((def){self.literal(self.pick(*NUMBERS))})"
        branches = [
            lambda: f"({self.dynamic(depth - 1)} {self.pick('+', '-', '*')} {self.any_number(depth - 1)})",
            lambda: (
                f"({self.number(self.pick(*NUMBERS), depth - 1)} {self.pick('+', '-', '*', '/', '%')} "
                f"{self.dynamic(depth - 1)})"
            ),
            lambda: f"({self.dynamic(depth - 1)} {self.pick('/', '%')} {self.dynamic(depth - 1)})",
            lambda: f"(-{self.dynamic(depth - 1)})",
            lambda: self.conditional("def", depth),
        ]
        return self.one_of(depth, leaves, branches)

    def field(self) -> str:
        name = self.pick(*NUMBER_FIELDS)
        several = self.pick("ns", "ds")
        forms = (
            f"doc['{name}'].value",
            f"doc.{name}.value",
            f"(doc['{name}'].size() == 0 ? 0 : doc['{name}'].value)",
            f"(doc['{name}'].empty ? 1.5 : doc['{name}'].value)",
            f"doc['{several}'].get(0)",
            f"doc['{several}'][{self.pick(0, 0, 1, 2)}]",
            f"doc['when'].value.{self.pick(*PARTS)}",
            "doc['when'].value.toInstant().toEpochMilli()",
        )
        return self.pick(*forms)

    def parameter(self) -> str:
        forms = ("params.i", "params['n']", "params.w", "params.m.a", "params['m']['b']", "params.l[0]")
        return self.pick(
            *forms, "params.get('i')", "params.getOrDefault('none', 2)", "params.m.getOrDefault('b', 1)"
        )

    def count(self) -> str:
        return self.pick("doc['ns'].size()", "doc['ks'].length", "params.l.size()", "params.ls.length")

    def boolean(self, depth: int) -> str:
        leaves = self.names_of("boolean")
        if self.sees_document:
            leaves += [
                lambda: "params.flag",
                lambda: "doc['ok'].value",
                lambda: f"doc['{self.pick(*MAPPINGS['properties'])}'].empty",
                lambda: f"doc.containsKey('{self.pick('n', 'k')}')",
                lambda: "(doc['k'].size() > 0 && params.ls.contains(doc['k'].value))",
            ]
        comparison = [
            lambda: f"({self.any_number(depth - 1)} {self.pick(*COMPARISONS)} {self.any_number(depth - 1)})"
        ]
        branches = [
            *comparison,
            *comparison,
            lambda: f"({self.boolean(depth - 1)} {self.pick('&&', '||')} {self.boolean(depth - 1)})",
            lambda: f"(!{self.boolean(depth - 1)})",
            lambda: f"({self.text(depth - 1)} {self.pick('==', '!=')} {self.text(depth - 1)})",
            lambda: f"{self.text(depth - 1)}.{self.pick(*TEXT_FLAGS)}({self.text(depth - 1)})",
            lambda: self.conditional("boolean", depth),
            *self.calls_of("boolean", depth),
        ]
        return self.one_of(depth, leaves or comparison, branches)

    def text(self, depth: int) -> str:
        leaves = [lambda: f"'{self.pick(*WORDS)}'", *self.names_of("String")]
        if self.sees_document:
            leaves += [lambda: "((String)doc['k'].value)", lambda: "((String)params.s)"]
        branches = [
            lambda: f"({self.text(depth - 1)} + {self.any_number(depth - 1)})",
            lambda: f"({self.text(depth - 1)} + {self.text(depth - 1)})",
            lambda: f"{self.text(depth - 1)}.{self.pick('toLowerCase', 'toUpperCase', 'trim')}()",
            lambda: f"{self.text(depth - 1)}.substring({self.pick(0, 0, 1)})",
            lambda: self.conditional("String", depth),
        ]
        return self.one_of(depth, leaves, branches)

    # Statements

    def block(self, depth: int, ends_plainly: bool = False) -> str:
        """Write statements with variables of their own."""
        self.scopes.append({})
        written = [self.statement(depth) for _ in range(self.draw(st.integers(1, 3)))]
        if ends_plainly:
            written.append(self.declare())
        self.scopes.pop()
        return "{ " + " ".join(written) + " }"

    def statement(self, depth: int) -> str:
        choices = [self.declare, self.declare, self.assign, self.assign]
        if depth > 0:
            choices += [
                lambda: self.branch(depth),
                lambda: self.branch(depth),
                lambda: self.loop(depth),
                self.leave,
            ]
        return self.pick(*choices)()

    def declare(self) -> str:
        kind = self.pick(*NUMBERS, "def", "def", "boolean", "String")
        start = self.expression(kind if kind != "def" else self.pick(*NUMBERS, "def"))
        name = self.new_name()
        self.scopes[-1][name] = kind
        return f"{kind} {name} = {start};"

    def assign(self) -> str:
        names = [
            name for name in self.variables(*NUMBERS, "def", "boolean", "String") if name not in self.fixed
        ]
        if not names:
            return self.declare()
        name = self.pick(*names)
        kind = next(scope[name] for scope in self.scopes if name in scope)
        if kind in ("boolean", "String"):
            return f"{name} = {self.expression(kind)};"
        operator = self.pick("=", "=", "+=", "-=", "*=", "++", "--")
        if operator in ("++", "--"):
            return f"{name}{operator};"
        return f"{name} {operator} {self.expression(kind) if operator == '=' else self.any_number(2)};"

    def branch(self, depth: int) -> str:
        written = f"if ({self.boolean(2)}) {self.block(depth - 1)}"
        return f"{written} else {self.block(depth - 1)}" if self.draw(st.booleans()) else written

    def leave(self) -> str:
        """Write a way out that is not always taken."""
        how = f"return {self.expression(self.returns, 2)};"
        if self.in_loop and self.draw(st.booleans()):
            how = self.pick("break;", "continue;")
        return f"if ({self.boolean(2)}) {{ {how} }}"

    def loop(self, depth: int) -> str:
        """Write a loop that ends, and whose last statement is plain: a `continue` there is refused."""
        before, self.in_loop = self.in_loop, True
        self.scopes.append({})
        name = self.new_name()
        write = self.pick(self.counted, self.counted, self.conditioned, self.do_loop, self.each)
        written = write(name, depth)
        self.scopes.pop()
        self.in_loop = before
        return written

    def count_with(self, name: str) -> str:
        self.scopes[-1][name] = "int"
        self.fixed.add(name)
        return name

    def body(self, depth: int) -> str:
        return self.block(depth - 1, ends_plainly=True)

    def counted(self, name: str, depth: int) -> str:
        self.count_with(name)
        turns = self.pick("2", "3", "5", *(["doc['ns'].size()"] if self.sees_document else []))
        return f"for (int {name} = 0; {name} < {turns}; {name}++) {self.body(depth)}"

    def conditioned(self, name: str, depth: int) -> str:
        """Count at the top of the body, where no `continue` can leave it out."""
        self.count_with(name)
        inner = self.body(depth)[1:]
        declared = f"int {name} = 0;"
        return f"{declared} while ({name} < {self.pick(2, 3, 4)} && {self.boolean(2)}) {{ {name}++;{inner}"

    def do_loop(self, name: str, depth: int) -> str:
        self.count_with(name)
        inner = self.body(depth)[1:]
        return f"int {name} = 0; do {{ {name}++;{inner} while ({name} < {self.pick(2, 3)});"

    def each(self, name: str, depth: int) -> str:
        if not self.sees_document:
            return self.counted(name, depth)
        kind, values = self.pick(
            ("long", "doc['ns']"),
            ("double", "doc['ds']"),
            ("def", "doc['ds']"),
            ("String", "doc['ks']"),
            ("double", "params.l"),
            ("def", "params.l"),
            ("String", "params.ls"),
        )
        self.scopes[-1][name] = kind
        self.fixed.add(name)
        return f"for ({kind} {name} : {values}) {self.body(depth)}"

    # Whole scripts

    def function(self) -> str:
        """Write a function of its parameters alone; earlier functions can be called."""
        self.sees_document, self.scopes = False, [{}]
        kinds = (*NUMBERS, "boolean")
        types = tuple(self.pick(*NUMBERS, "def") for _ in range(self.draw(st.integers(1, 2))))
        names = [self.new_name() for _ in types]
        self.scopes[-1].update(zip(names, types, strict=True))
        self.returns = self.pick(*kinds)
        statements = [self.statement(1) for _ in range(self.draw(st.integers(0, 2)))]
        result = self.expression(self.returns, 2)
        name = f"f{len(self.functions)}"
        given = ", ".join(f"{kind} {one}" for kind, one in zip(types, names, strict=True))
        self.functions[name] = (self.returns, types)
        body = " ".join([*statements, f"return {result};"])
        return f"{self.returns} {name}({given}) {{ {body} }}"

    def script(self, returns: str) -> str:
        functions = [self.function() for _ in range(self.draw(st.integers(0, 2)))] if self.chance(3) else []
        self.sees_document, self.scopes, self.returns = True, [{}], returns
        statements = [self.statement(2) for _ in range(self.draw(st.sampled_from([0, 0, 1, 2, 3, 5])))]
        result = self.expression(returns, 4)
        ending = self.pick(f"return {result};", f"return {result}", result)
        return " ".join([*functions, *statements, ending])


@st.composite
def scripts(draw, returns=(*NUMBERS, "def")):
    """Draw (source, params): a script that gives one of these types; numbers, so that it can be a score."""
    return Writer(draw).script(draw(st.sampled_from(returns))), draw(parameters)


any_scripts = scripts((*NUMBERS, "def", "boolean", "String"))

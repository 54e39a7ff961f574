"""What can go wrong with a script: before it runs, and while it runs."""


class CompileError(ValueError):
    """A script that cannot be right, or that uses what is not supported; `at` is the offset in its source."""

    def __init__(self, message: str, at: int = 0):
        super().__init__(message)
        self.at = at


class ScriptError(Exception):
    """A failure on one document; `kind` is what Elasticsearch calls the Java exception."""

    def __init__(self, kind: str, message: str):
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message


def arithmetic(message: str) -> ScriptError:
    return ScriptError("arithmetic_exception", message)


def illegal_argument(message: str) -> ScriptError:
    return ScriptError("illegal_argument_exception", message)


def illegal_state(message: str) -> ScriptError:
    return ScriptError("illegal_state_exception", message)


def null_pointer(what: str) -> ScriptError:
    return ScriptError("null_pointer_exception", f"{what} is null")


def class_cast(message: str) -> ScriptError:
    return ScriptError("class_cast_exception", message)


def out_of_bounds(index: int, length: int) -> ScriptError:
    return ScriptError("index_out_of_bounds_exception", f"Index {index} out of bounds for length {length}")


def bad_number(text: str) -> ScriptError:
    return ScriptError("number_format_exception", f'For input string: "{text}"')


def unsupported(*_given: object):
    raise ScriptError("unsupported_operation_exception", "doc values are unmodifiable")

"""A document becomes values of fields: one cached action a key, new fields found on the way."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rescora.dates.formats import is_dynamic_date
from rescora.errors import MappingError, show
from rescora.schema.checks import check_name
from rescora.schema.conversions import to_integer, to_real
from rescora.schema.geo import geo_action, geo_leaf
from rescora.schema.leaves import DOCUMENT, Leaf, RefusedError, Sink, leaf_of, refused
from rescora.schema.vectors import vector_action

if TYPE_CHECKING:
    from rescora.schema.field import Field
    from rescora.schema.schema import Mappings

MAX_NESTING = 100  # of arrays and objects in a document
_METADATA = frozenset(
    [
        "_id",
        "_index",
        "_source",
        "_routing",
        "_type",
        "_version",
        "_seq_no",
        "_score",
        "_ignored",
        "_field_names",
        "_nested_path",
        "_doc_count",
        "_tier",
    ]
)
_SCALARS = frozenset((str, int, float, bool))


Action = Callable[[Any, Sink], None]


class DocumentReader:
    """
    Reads documents by a mapping, which grows where it is dynamic.

    Parameters
    ----------
    mappings : Mappings
        The fields so far.
    id_field : str, optional
        The key that holds the document's id. ``_id`` is not a field; any other key stays one.

    Examples
    --------
    >>> from rescora.schema.schema import Mappings
    >>> class Print:
    ...     def text(self, field, value): print("text", field, value)
    ...     def keyword(self, field, value): print("keyword", field, value)
    ...     def integer(self, field, value): print("integer", field, value)
    >>> DocumentReader(Mappings()).read({"title": "A fox", "year": 2014}, Print())
    text 0 A fox
    keyword 1 A fox
    integer 2 2014
    """

    def __init__(self, mappings: Mappings, id_field: str | None = "_id") -> None:
        self.mappings = mappings
        self._root = _Object(mappings, "")
        if id_field == "_id":
            self._root.actions["_id"] = _ignore

    def read(self, document: Any, sink: Sink, identity: object = None) -> None:
        """
        Hand every value of a document to the sink.

        Parameters
        ----------
        document : dict
            What was given to be indexed.
        sink : Sink
            Takes the values; after an error it holds some of them.
        identity : str, optional
            The document's id, by which messages name it.

        Raises
        ------
        MappingError
            If a value does not fit its field; the message names document and field.
        """
        if not isinstance(document, dict):
            reason = f"a document must be an object, not [{show(document)}]"
            raise MappingError(reason, document=_called(identity), type=DOCUMENT)
        actions = self._root.actions
        try:
            for key, value in document.items():
                action = actions.get(key)
                if action is None:
                    self._root.discover(key, value, sink)
                else:
                    action(value, sink)
        except RefusedError as error:
            raise error.named(_called(identity)) from None
        except MappingError as error:
            if error.document or identity is None:
                raise
            raise MappingError(
                error.reason,
                document=_called(identity),
                field=error.field,
                path=error.path,
                type=error.type,
            ) from None
        except RecursionError:
            reason = "the document is nested too deeply"
            raise MappingError(reason, document=_called(identity), type=DOCUMENT) from None

    def ignore(self, key: str) -> None:
        """Take no notice of a key from now on: its values come on another way."""
        self._root.actions[key] = _ignore


def metadata_field(key: str) -> RefusedError:
    """Return the error for a key that no document may have."""
    reason = f"Field [{key}] is a metadata field and cannot be added inside a document. "
    return RefusedError(key, reason + "Use the index API request parameters.")


def _called(identity: object) -> str:
    return "" if identity is None else f"document [{show(identity)}]"


def _ignore(_value: Any, _sink: Sink) -> None:
    """Take no notice of a value."""


class _Object:
    """The actions of an object's keys; called with the object's value it runs them."""

    def __init__(self, mappings: Mappings, name: str) -> None:
        self.actions: dict[Any, Action] = {}
        self._mappings = mappings
        self._name = name

    def __call__(self, value: Any, sink: Sink) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                action = self.actions.get(key)
                if action is None:
                    self.discover(key, inner, sink)
                else:
                    action(inner, sink)
        elif isinstance(value, list | tuple):
            for item in value:
                self(item, sink)
        elif value is not None:
            name = self._name
            raise RefusedError(
                name,
                f"object mapping for [{name}] tried to parse field [{name}] as object, "
                f"but found a concrete value [{show(value)}]",
            )

    def discover(self, key: Any, value: Any, sink: Sink) -> None:
        """Find the action of a key seen for the first time, and run it."""
        if not self._name and key in _METADATA:
            raise metadata_field(key)
        name = check_name(key, f"{self._name}." if self._name else "")
        action = self._known(name) or self._new(name, value)
        if action is not None:
            self.actions[key] = action
            action(value, sink)

    def _known(self, name: str) -> Action | None:
        found = self._mappings.field(name)
        if found is not None:
            if found.parent is not None:
                raise RefusedError(
                    name, f"[{name}] is a multi-field of [{found.parent}] and takes no values itself"
                )
            return _action(found, self._mappings)
        return _Object(self._mappings, name) if self._mappings.is_object(name) else None

    def _new(self, name: str, value: Any) -> Action | None:
        """Return the action of a field that the mapping does not have; None as long as there is no value."""
        first = _first_value(value)
        if first is None:
            return None
        rule = self._mappings.dynamic(name)
        if rule == "false":
            return _ignore
        if rule == "strict":
            where = name.rpartition(".")[0] or "_doc"
            raise RefusedError(
                name,
                f"mapping set to strict, dynamic introduction of [{name}] within [{where}] is not allowed",
                kind="strict_dynamic_mapping_exception",
            )
        if isinstance(first, dict):
            self._mappings.add_object(name)
        else:
            self._mappings.add(name, dynamic_definition(first, self._mappings, name))
        return self._known(name)


def _first_value(value: Any, levels: int = MAX_NESTING) -> Any:
    """Return the first value that is not null, looking into arrays."""
    if not isinstance(value, list | tuple):
        return value if value.__class__ in _SCALARS or isinstance(value, dict) else _plain(value)
    if levels:
        for item in value:
            found = _first_value(item, levels - 1)
            if found is not None:
                return found
    return None


def dynamic_definition(value: Any, mappings: Mappings, name: str) -> dict[str, Any]:
    """
    Return the definition of a field that is found by its first value.

    Examples
    --------
    >>> from rescora.schema.schema import Mappings
    >>> dynamic_definition(0.5, Mappings(), "x"), dynamic_definition("2014-11-18", Mappings(), "x")
    ({'type': 'float'}, {'type': 'date'})
    """
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "long"}
    if isinstance(value, float):
        return {"type": "float"}
    if isinstance(value, list | tuple):  # a foreign array, now a list
        return dynamic_definition(_first_value(value), mappings, name)
    if not isinstance(value, str):
        raise RefusedError(name, f"a value of type [{type(value).__name__}] fits no field")
    if mappings.numeric_detection:
        for kind, convert in (("long", _strict_long), ("float", lambda text: to_real(text, "float"))):
            try:
                convert(value)
            except ValueError:
                continue
            return {"type": kind}
    found = is_dynamic_date(value) if mappings.date_detection else None
    if found is not None:
        return {"type": "date"} if found.startswith("strict") else {"type": "date", "format": found}
    return {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}


def _strict_long(text: str) -> int:
    if not text.lstrip("+-").isdecimal():
        raise ValueError(text)
    return to_integer(text, "long")


def _plain(value: Any) -> Any:
    """Return a foreign value (numpy, datetime, Decimal) as JSON would carry it."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str | int | float):  # a subclass, such as an enum
        kind = next(k for k in (bool, int, float, str) if isinstance(value, k))
        return kind(value) if kind is not str else str.__str__(value)
    tolist = getattr(value, "tolist", None)
    return tolist() if callable(tolist) and not isinstance(value, memoryview) else value


def _leaf(field: Field) -> Leaf:
    return geo_leaf(field) if field.type == "geo_point" else leaf_of(field)


def _action(field: Field, mappings: Mappings) -> Action:
    """Return what takes a field's value, or array of values, to the field and its multi-fields."""
    if field.type == "dense_vector":
        return vector_action(field, mappings)
    if field.type == "geo_point":
        return geo_action(field)
    children = mappings.multi_fields(field.name)
    leaf = leaf_of(field)
    nulls = [(_leaf(one), one.null_value) for one in (field, *children) if one.null_value is not None]
    if len(children) == 1:
        leaf = _both(leaf, _leaf(children[0]))
    elif children:
        leaf = _each(leaf, [_leaf(child) for child in children])

    def put(value: Any, sink: Sink) -> None:
        if value.__class__ in _SCALARS:
            leaf(value, sink)
        elif isinstance(value, list | tuple):
            for item in value:
                put(item, sink)
        elif isinstance(value, dict):
            raise refused(field, value, "Expected a value but found START_OBJECT")
        elif value is not None:
            plain = _plain(value)
            if plain is value:
                raise refused(field, value, f"a value of type [{type(value).__name__}] fits no field")
            put(plain, sink)
        else:
            for null_leaf, null in nulls:
                null_leaf(null, sink)

    return put


def _both(first: Leaf, second: Leaf) -> Leaf:
    def put(value: Any, sink: Sink) -> None:
        first(value, sink)
        second(value, sink)

    return put


def _each(first: Leaf, others: list[Leaf]) -> Leaf:
    def put(value: Any, sink: Sink) -> None:
        first(value, sink)
        for other in others:
            other(value, sink)

    return put

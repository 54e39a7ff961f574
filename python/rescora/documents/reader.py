"""A document becomes values of fields: one cached action a key, new fields found on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import MappingError, show
from rescora.schema.checks import check_name
from rescora.schema.dynamic import SCALARS, dynamic_definition, first_value, plain
from rescora.schema.field import leaf_of, refused
from rescora.schema.sink import DOCUMENT, RefusedError

if TYPE_CHECKING:
    from rescora.documents.growth import Growth
    from rescora.schema.field import Field
    from rescora.schema.sink import Action, Leaf, Sink

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


class DocumentReader:
    """
    Reads documents by a schema, which grows where it is dynamic.

    Parameters
    ----------
    growth : Growth
        The fields so far; who reads decides after each document whether to keep those that it brought.
    id_field : str, optional
        The key that holds the document's id. ``_id`` is not a field; any other key stays one.

    Examples
    --------
    >>> from rescora.documents.growth import Growth
    >>> from rescora.schema.schema import Schema
    >>> class Print:
    ...     def text(self, field, value): print("text", field, value)
    ...     def keyword(self, field, value): print("keyword", field, value)
    ...     def integer(self, field, value): print("integer", field, value)
    >>> DocumentReader(Growth(Schema())).read({"title": "A fox", "year": 2014}, Print())
    text 0 A fox
    keyword 1 A fox
    integer 2 2014
    """

    def __init__(self, growth: Growth, id_field: str | None = "_id") -> None:
        self._root = _Object(growth, "")
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

    def __init__(self, growth: Growth, name: str) -> None:
        self.actions: dict[Any, Action] = {}
        self._growth = growth
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
        fields = self._growth.fields
        found = fields.field(name)
        if found is not None:
            if found.parent is not None:
                raise RefusedError(
                    name, f"[{name}] is a multi-field of [{found.parent}] and takes no values itself"
                )
            return _action(found, self._growth)
        return _Object(self._growth, name) if fields.is_object(name) else None

    def _new(self, name: str, value: Any) -> Action | None:
        """Return the action of a field that the mapping does not have; None as long as there is no value."""
        first = first_value(value)
        if first is None:
            return None
        fields = self._growth.fields
        rule = fields.dynamic(name)
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
            self._growth.draft().add_object(name)
        else:
            definition = dynamic_definition(
                first,
                name,
                date_detection=fields.date_detection,
                numeric_detection=fields.numeric_detection,
            )
            self._growth.draft().add(name, definition)
        return self._known(name)


def _action(field: Field, growth: Growth) -> Action:
    """Return what takes a field's value, or array of values, to the field and its multi-fields."""
    whole = field.kind.action(field, growth.learn)
    if whole is not None:
        return whole
    children = growth.fields.multi_fields(field.name)
    leaf = leaf_of(field)
    nulls = [(leaf_of(one), one.null_value) for one in (field, *children) if one.null_value is not None]
    if len(children) == 1:
        leaf = _both(leaf, leaf_of(children[0]))
    elif children:
        leaf = _each(leaf, [leaf_of(child) for child in children])

    def put(value: Any, sink: Sink) -> None:
        if value.__class__ in SCALARS:
            leaf(value, sink)
        elif isinstance(value, list | tuple):
            for item in value:
                put(item, sink)
        elif isinstance(value, dict):
            raise refused(field, value, "Expected a value but found START_OBJECT")
        elif value is not None:
            carried = plain(value)
            if carried is value:
                raise refused(field, value, f"a value of type [{type(value).__name__}] fits no field")
            put(carried, sink)
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

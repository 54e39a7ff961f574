"""A producer of Arrow streams, by the specification: it counts releases, and can be wrong on purpose."""

import ctypes
from collections import Counter

import numpy as np


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


Released = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", Released),
    ("private_data", ctypes.c_void_p),
]
Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", Released),
    ("private_data", ctypes.c_void_p),
]
Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)),
    ("release", Released),
    ("private_data", ctypes.c_void_p),
]
_WORDS = ctypes.create_string_buffer(b"no more paper")
_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype = ctypes.py_object
_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class Producer:
    """
    Streams batches of (format, [buffer or None, ...], {attribute: value}) by column name.

    `made` and `released` count the structures that were handed out and given back, by name. An attribute may
    set any member of a column's array, and "rows" those of the batch itself.
    """

    def __init__(self, *batches, error=0):
        self._batches = list(batches)
        self._formats = {name: column[0] for name, column in batches[0].items() if name != "rows"}
        self._error = error
        self._alive = []  # what C code holds pointers to
        self.made, self.released = Counter(), Counter()

    def __arrow_c_stream__(self, requested_schema=None):
        stream = Stream(
            self._held("get_schema", self._schema),
            self._held("get_next", self._next),
            self._held("get_last_error", lambda _: ctypes.addressof(_WORDS) if self._error == 5 else None),
            self._releaser("stream", Stream),
        )
        self._alive.append(stream)
        return _capsule(ctypes.addressof(stream), b"arrow_array_stream", None)

    def _held(self, member, function):
        made = dict(Stream._fields_)[member](function)
        self._alive.append(made)
        return made

    def _releaser(self, name, kind, children=()):
        self.made[name] += 1

        def release(address):
            structure = kind.from_address(address)
            for child in children:
                if child.release:
                    child.release(ctypes.addressof(child))
            self.released[name] += 1
            structure.release = Released()

        made = Released(release)
        self._alive.append(made)
        return made

    def _pointers(self, structures):
        kind = type(structures[0])
        pointers = (ctypes.POINTER(kind) * len(structures))(*map(ctypes.pointer, structures))
        self._alive += [pointers, *structures]
        return ctypes.cast(pointers, ctypes.POINTER(ctypes.POINTER(kind)))

    def _schema(self, _stream, out):
        columns = [
            Schema(form, name.encode(), release=self._releaser(f"schema {name}", Schema))
            for name, form in self._formats.items()
        ]
        children = self._pointers(columns)
        releaser = self._releaser("schema", Schema, columns)
        out[0] = Schema(b"+s", b"", None, 0, len(columns), children, None, releaser)
        return 0

    def _next(self, _stream, out):
        if not self._batches:
            out[0] = Array()
            return self._error
        batch = self._batches.pop(0)
        columns = [self._column(name, *column) for name, column in batch.items() if name != "rows"]
        rows = {
            "length": columns[0].length,
            "n_buffers": 1,
            "n_children": len(columns),
            **batch.get("rows", {}),
        }
        buffers = self._buffers([None])
        children = self._pointers(columns)
        releaser = self._releaser("batch", Array, columns)
        out[0] = Array(buffers=buffers, children=children, release=releaser, **rows)
        return 0

    def _buffers(self, buffers):
        held = [None if buffer is None else np.ascontiguousarray(buffer) for buffer in buffers]
        addresses = (ctypes.c_void_p * len(held))(*(None if b is None else b.ctypes.data for b in held))
        self._alive += [addresses, *held]
        return ctypes.cast(addresses, ctypes.POINTER(ctypes.c_void_p))

    def _column(self, name, _format, buffers, members):
        members = {"length": 3, "n_buffers": len(buffers), **members}
        releaser = self._releaser(name, Array)
        return Array(buffers=self._buffers(buffers), release=releaser, **members)

/// Closing the module's classes: the slots that CPython and pybind11 leave open.
#include "seal.h"

#include <string>

namespace rescora::bind {

namespace py = pybind11;

namespace {

PyTypeObject* type_of(py::handle object) {
    return reinterpret_cast<PyTypeObject*>(object.ptr());
}

PyObject* refuse_new(PyTypeObject* type, PyObject*, PyObject*) {
    PyErr_Format(PyExc_TypeError, "cannot create '%.200s' instances", type->tp_name);
    return nullptr;
}

/// tp_new, which runs the constructor at once. Calling a class asks `__init__` again, and pybind11 lets an object that
/// has been made be.
PyObject* construct(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
    PyObject* self = py::detail::make_new_instance(type);
    if (self == nullptr || type->tp_init(self, args, kwargs) == 0) return self;
    Py_DECREF(self);
    return nullptr;
}

/// `__new__` of the class that it is bound to: `cls.__new__(cls, …)` is `cls(…)`.
PyObject* python_new(PyObject* bound, PyObject* args, PyObject* kwargs) {
    if (PyTuple_GET_SIZE(args) < 1 || PyTuple_GET_ITEM(args, 0) != bound)
        return PyErr_Format(PyExc_TypeError, "%.200s.__new__ makes only its own objects", type_of(bound)->tp_name);
    const auto rest = py::reinterpret_steal<py::object>(PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args)));
    return rest ? construct(type_of(bound), rest.ptr(), kwargs) : nullptr;
}

PyMethodDef new_method = {"__new__", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&python_new)),
                          METH_VARARGS | METH_KEYWORDS, nullptr};

[[noreturn]] void refuse_pickling(const py::object& self, const py::args&) {
    throw py::type_error("cannot pickle '" + std::string(Py_TYPE(self.ptr())->tp_name) + "' object");
}

/// No derived class, no other class for its objects, no attribute that is replaced.
void freeze(PyTypeObject* type) {
    type->tp_flags = (type->tp_flags & ~Py_TPFLAGS_BASETYPE) | Py_TPFLAGS_IMMUTABLETYPE;
    PyType_Modified(type);
}

void seal_class(py::handle type) {
    for (const char* name : {"__reduce__", "__reduce_ex__"})
        py::setattr(type, name, py::cpp_function(&refuse_pickling, py::name(name), py::is_method(type)));
    const auto new_function = py::reinterpret_steal<py::object>(PyCFunction_New(&new_method, type.ptr()));
    // straight into the dict: setting the attribute would set the slot, too
    if (!new_function || PyDict_SetItemString(type_of(type)->tp_dict, "__new__", new_function.ptr()) != 0)
        throw py::error_already_set();
    type_of(type)->tp_new = &construct;
    freeze(type_of(type));
}

}  // namespace

void seal(py::module_& module) {
    const auto& internals = py::detail::get_internals();
    for (const auto& [name, value] : module.attr("__dict__").cast<py::dict>())
        if (Py_TYPE(value.ptr()) == internals.default_metaclass) seal_class(value);
    PyTypeObject* const base = type_of(internals.instance_base);
    base->tp_new = &refuse_new;
    freeze(base);
    internals.default_metaclass->tp_new = &refuse_new;
    freeze(internals.default_metaclass);
}

}  // namespace rescora::bind

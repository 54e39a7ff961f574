/// How large a request is when it is read: dicts and lists that stand in several places count in each.
#include "arrays.h"

namespace rescora::bind {

namespace {

/// Counts a tree of dicts, lists and tuples; gives up beyond `most` values or `levels` levels, so that neither one that
/// shares its parts nor one that holds itself costs more than these.
class Counter {
 public:
    Counter(py::ssize_t most, int levels) : left_(most), levels_(levels) {}

    /// False where a limit is passed.
    bool count(PyObject* value, int level = 0) {
        if (--left_ < 0) return false;
        if (PyDict_Check(value)) return level < levels_ && each_of_dict(value, level);
        if (PyList_Check(value)) return level < levels_ && each(PySequence_Fast_ITEMS(value), Py_SIZE(value), level);
        if (PyTuple_Check(value)) return level < levels_ && each(PySequence_Fast_ITEMS(value), Py_SIZE(value), level);
        return true;
    }

    bool is_too_large() const { return left_ < 0; }

 private:
    bool each(PyObject** items, py::ssize_t size, int level) {
        for (py::ssize_t i = 0; i < size; ++i)
            if (!count(items[i], level + 1)) return false;
        return true;
    }

    bool each_of_dict(PyObject* dict, int level) {
        PyObject* value = nullptr;
        for (py::ssize_t at = 0; PyDict_Next(dict, &at, nullptr, &value) != 0;)
            if (!count(value, level + 1)) return false;
        return true;
    }

    py::ssize_t left_;
    int levels_;
};

/// "", "large" or "deep".
const char* excess(const py::object& tree, py::ssize_t most, int levels) {
    Counter counter(most, levels);
    if (counter.count(tree.ptr())) return "";
    return counter.is_too_large() ? "large" : "deep";
}

}  // namespace

void bind_tree(py::module_& module) {
    using py::arg;
    module.def(
        "excess", &excess, arg("tree"), arg("most"), arg("levels"),
        "Whether a tree of dicts, lists and tuples has more values or levels than these: \"\", \"large\", \"deep\".");
}

}  // namespace rescora::bind

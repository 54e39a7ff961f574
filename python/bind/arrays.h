/// The three moves of a binding: view what Python has, run without the GIL, give the result back.
#pragma once
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rescora::bind {

namespace py = pybind11;

/// One that is not aligned to its items is copied where it comes in: to read from it would be undefined.
template <class T>
using Array = py::array_t<T, int{py::array::c_style} | int{py::detail::npy_api::NPY_ARRAY_ALIGNED_}>;

/// The array's items; TypeError naming the argument unless it has one dimension.
template <class T>
std::span<const T> view(const Array<T>& array, const char* name) {
    if (array.ndim() != 1)
        throw py::type_error(std::string(name) + " must have one dimension, not " + std::to_string(array.ndim()));
    return {array.data(), static_cast<std::size_t>(array.size())};
}

inline bool is_aligned(const py::array& array) {
    return (array.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) != 0;
}

/// The items of an array that must be of this very kind and contiguous; else TypeError. Cheaper than to let an argument
/// be an Array, which numpy then makes anew. A copy takes the place of one that is not aligned.
template <class T>
std::span<const T> view_exactly(py::array& array, const char* name) {
    if (!is_aligned(array) && py::array_t<T, py::array::c_style>::check_(array)) {
        array = Array<T>::ensure(array);
        if (!array) throw py::error_already_set();
    }
    if (!Array<T>::check_(array)) {
        const auto wanted = py::str(py::dtype::of<T>()).cast<std::string>();
        throw py::type_error(std::string(name) + " must be a contiguous array of " + wanted);
    }
    return view(py::reinterpret_borrow<Array<T>>(array), name);
}

/// For loops under the GIL over what a caller gives: Ctrl-C is heard now and then.
inline void hear_signals(std::size_t done) {
    if (done % 65'536 == 65'535 && PyErr_CheckSignals() != 0) throw py::error_already_set();
}

/// The bytes of a list of bytes, which it keeps alive; TypeError naming the argument where an item is something else.
inline std::vector<std::string_view> view_bytes(const py::list& items, const char* name) {
    std::vector<std::string_view> views;
    views.reserve(items.size());
    for (const py::handle item : items) {
        if (!PyBytes_Check(item.ptr()))
            throw py::type_error(std::string(name) + "[" + std::to_string(views.size()) + "] must be bytes");
        views.emplace_back(PyBytes_AS_STRING(item.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(item.ptr())));
    }
    return views;
}

/// The strings' UTF-8, which the list keeps alive if nobody changes it meanwhile; TypeError naming the argument where
/// an item is no string.
inline std::vector<std::string_view> view(const py::list& strings, const char* name) {
    std::vector<std::string_view> views;
    views.reserve(strings.size());
    for (const py::handle item : strings) {
        Py_ssize_t size = 0;
        if (!PyUnicode_Check(item.ptr()))
            throw py::type_error(std::string(name) + "[" + std::to_string(views.size()) + "] must be a string");
        const char* text = PyUnicode_AsUTF8AndSize(item.ptr(), &size);
        if (text == nullptr) throw py::error_already_set();
        views.emplace_back(text, static_cast<std::size_t>(size));
    }
    return views;
}

template <class Work>
auto without_gil(Work&& work) {
    const py::gil_scoped_release release;
    return std::forward<Work>(work)();
}

/// An array that owns the items, without copying them.
template <class T>
Array<T> give(std::vector<T> items) {
    auto owner = std::make_unique<std::vector<T>>(std::move(items));
    const auto* raw = owner.get();
    const py::capsule capsule(owner.release(), [](void* vector) { delete static_cast<std::vector<T>*>(vector); });
    return Array<T>(static_cast<py::ssize_t>(raw->size()), raw->data(), capsule);
}

/// Keeps a Python object alive for the core, and lets go of it under the GIL.
inline std::shared_ptr<const void> keep_alive(const py::object& object) {
    auto* kept = new py::object(object);
    return {kept->ptr(), [kept](const void*) {
                const py::gil_scoped_acquire acquire;
                delete kept;
            }};
}

}  // namespace rescora::bind

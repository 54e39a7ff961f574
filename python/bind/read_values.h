/// Fields of the core's structs, read from Python: one reader a type, whatever struct the field is of.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "plan/inner.h"
#include "query.h"

namespace rescora::bind {

/// The names of an enum's values, in their order.
template <class Enum>
constexpr std::array<std::string_view, 0> names_of = {};
template <>
inline constexpr std::array<std::string_view, 6> names_of<plan::FunctionMode> = {"multiply", "first", "avg",
                                                                                 "max",      "sum",   "min"};
template <>
inline constexpr std::array<std::string_view, 6> names_of<plan::BoostMode> = {"multiply", "replace", "sum",
                                                                              "avg",      "max",     "min"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<plan::FeatureFunction> = {"saturation", "log", "sigmoid",
                                                                                    "linear"};
template <>
inline constexpr std::array<std::string_view, 10> names_of<plan::Modifier> = {
    "none", "log", "log1p", "log2p", "ln", "ln1p", "ln2p", "square", "sqrt", "reciprocal"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<plan::RandomSource> = {"document", "sequence", "value", "id"};
template <>
inline constexpr std::array<std::string_view, 3> names_of<plan::DecayShape> = {"gauss", "exp", "linear"};
template <>
inline constexpr std::array<std::string_view, 5> names_of<plan::MultiValueMode> = {"min", "max", "avg", "sum",
                                                                                   "median"};

/// The value of an enum that has this name.
template <class Enum>
Enum enum_named(std::string_view name) {
    for (std::size_t i = 0; i < names_of<Enum>.size(); ++i)
        if (names_of<Enum>[i] == name) return static_cast<Enum>(i);
    throw InvalidArgument("[" + shown(name) + "] is not the name of a kind");
}

/// Whether the value was of the type, and could be read into it.
template <class Value>
bool read(py::handle from, Value& value);
bool read(py::handle from, plan::QueryPtr& value);
bool read(py::handle from, plan::ScriptPtr& value);
bool read(py::handle from, plan::Function& value);
bool read(py::handle from, plan::ScoreFunction& value);
bool read(py::handle from, columns::GeoPoint& value);
bool read(py::handle from, const text::Analyzer*& value);
/// Made by rewriting alone.
inline bool read(py::handle, std::shared_ptr<const std::vector<plan::Term>>&) {
    return false;
}
template <plan::Declared Struct>
bool read(py::handle from, Struct& value);

inline bool is_list(py::handle from) {
    return PyList_Check(from.ptr()) || PyTuple_Check(from.ptr());
}

template <class Item>
constexpr bool is_read_here = plan::Declared<Item> || std::is_same_v<Item, plan::QueryPtr>;

template <class Item>
    requires is_read_here<Item>
bool read(py::handle from, std::vector<Item>& values) {
    if (!is_list(from)) return false;
    for (const py::handle item : py::reinterpret_borrow<py::sequence>(from))
        if (!read(item, values.emplace_back())) return false;
    return true;
}

/// The first kind that fits.
template <class... Kinds>
bool read(py::handle from, std::variant<Kinds...>& value) {
    const auto as_kind = [&]<class Kind>(Kind kind) {
        if (!read(from, kind)) return false;
        value = std::move(kind);
        return true;
    };
    return (as_kind(Kinds{}) || ...);
}

template <class Value>
bool read(py::handle from, Value& value) {
    if constexpr (std::is_enum_v<Value>) {
        std::string_view name;
        if (!read(from, name)) return false;
        value = enum_named<Value>(name);
    } else {
        py::detail::make_caster<Value> caster;
        if (!caster.load(from, true)) return false;
        value = py::detail::cast_op<Value>(std::move(caster));
    }
    return true;
}

/// The values of one call, a tuple that must outlive this, in their order.
class Values {
 public:
    Values(std::string_view what, py::handle tuple) : what_(what), tuple_(tuple.ptr()) {}

    bool any_left() const { return next_ < PyTuple_GET_SIZE(tuple_); }

    /// The next value, which the caller knows by this name; TypeError if there is none or it is of another type.
    template <class Value>
    void take(std::string_view name, Value& value) {
        if (!any_left()) refuse(name, "is missing");
        const py::handle from = PyTuple_GET_ITEM(tuple_, next_++);
        if (!read(from, value)) refuse(name, std::string("cannot be a ") + Py_TYPE(from.ptr())->tp_name);
    }
    template <class Value>
    Value take(std::string_view name) {
        Value value{};
        take(name, value);
        return value;
    }

    void demand_end() const {
        if (any_left()) throw py::type_error(std::string(what_) + " has fewer fields");
    }

 private:
    [[noreturn]] void refuse(std::string_view name, const std::string& why) const {
        throw py::type_error(std::string(what_) + ": " + std::string(name) + " " + why);
    }

    std::string_view what_;
    PyObject* tuple_;
    py::ssize_t next_ = 0;
};

template <class Struct, class Value, plan::Compared how, class Seen>
void take_field(Values& values, const plan::Field<Struct, Value, how, Seen>& field, Struct& made) {
    if (how != plan::Compared::not_at_all || values.any_left()) values.take(field.name, made.*field.member);
}

/// A struct of the fields that it names, in their order. What no equality sees may be left out at the end.
template <plan::Declared Struct>
Struct of_fields(Values& values) {
    Struct made{};
    Struct::fields([&](const auto&... fields) { (take_field(values, fields, made), ...); });
    return made;
}

/// One that stands in another is a tuple.
template <plan::Declared Struct>
bool read(py::handle from, Struct& value) {
    if (!PyTuple_Check(from.ptr())) return false;
    Values values("a tuple", from);
    value = of_fields<Struct>(values);
    values.demand_end();
    return true;
}

}  // namespace rescora::bind

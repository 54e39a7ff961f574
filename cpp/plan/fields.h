/// How a struct names itself and its fields: once, for equality, hashes, the walk to the queries inside, and the way
/// from Python.
///
///     struct Boost {
///         QueryPtr query;
///         float boost;
///
///         static constexpr const char* kind = "boost";
///         static constexpr auto fields(auto of) {
///             return of(named("query", &Boost::query), named("boost", &Boost::boost));
///         }
///     };
#pragma once
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace rescora::plan {

/// How two structs compare in a field.
enum class Compared : std::uint8_t {
    by_value,      ///< what pointers point to, and the two zeros of a real are equal
    by_bits,       ///< of reals: -0.0 is another value than 0.0
    in_any_order,  ///< of the queries in it
    not_at_all,    ///< carried along; nor are queries in it inside the query
};

/// A field, and what equality sees of it: the field itself, or what a member function makes of the struct.
template <class Struct, class Value, Compared how, class Seen>
struct Field {
    std::string_view name;
    Value Struct::* member;
    Seen seen_as;

    static constexpr Compared compared = how;

    const Value& seen(const Struct& whole) const {
        if constexpr (std::is_member_function_pointer_v<Seen>)
            return (whole.*seen_as)();
        else
            return whole.*seen_as;
    }
};

template <Compared how = Compared::by_value, class Struct, class Value>
constexpr auto named(std::string_view name, Value Struct::* member) {
    return Field<Struct, Value, how, Value Struct::*>{name, member, member};
}

template <class Struct, class Value>
constexpr auto named(std::string_view name, Value Struct::* member, const Value& (Struct::*seen_as)() const) {
    return Field<Struct, Value, Compared::by_value, const Value& (Struct::*)() const>{name, member, seen_as};
}

/// A struct that names its fields.
template <class Struct>
concept Declared = requires { Struct::fields([](auto...) {}); };

}  // namespace rescora::plan

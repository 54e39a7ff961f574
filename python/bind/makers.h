/// The kinds of a closed variant by their names, each made of the fields that it declares.
#pragma once
#include <unordered_map>

#include "read_values.h"

namespace rescora::bind {

template <class Made>
using Makers = std::unordered_map<std::string_view, Made (*)(Values&)>;

/// What a function makes of values, as Python holds it.
template <class Made, auto make>
Made made_by(Values& values) {
    if constexpr (std::is_same_v<Made, Query>)
        return {plan::make(make(values))};
    else
        return {make(values)};
}

/// `own` makers, and one for each kind that has none among them.
template <class Made, class Variant>
Makers<Made> makers(Makers<Made> own) {
    const auto add_kind = [&]<class Kind>(const Kind*) {
        if constexpr (std::is_default_constructible_v<Kind>)
            own.try_emplace(Kind::kind, made_by<Made, &of_fields<Kind>>);
    };
    const auto add = [&]<class... Kinds>(const std::variant<Kinds...>*) {
        (add_kind(static_cast<const Kinds*>(nullptr)), ...);
    };
    add(static_cast<const Variant*>(nullptr));
    return own;
}

template <class Made>
Made made_of(const Makers<Made>& all, std::string_view kind, const py::args& fields) {
    const auto maker = all.find(kind);
    if (maker == all.end()) throw InvalidArgument("[" + shown(kind) + "] is not the name of a kind");
    Values values(kind, fields);
    Made made = maker->second(values);
    values.demand_end();
    return made;
}

}  // namespace rescora::bind

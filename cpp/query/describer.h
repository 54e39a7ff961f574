/// What the kinds of queries share when they are put in words.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "query/describe.h"

namespace rescora::query {

struct Describer {
    FieldNames names;

    std::string in(FieldId field) const { return names[field] + ":"; }

    /// The whole query: its kind's `describe`.
    std::string of(const plan::Query& query) const;
    std::string of(const plan::QueryPtr& query) const { return of(*query); }

    /// A bool within another query stands in parentheses.
    std::string nested(const plan::QueryPtr& query) const {
        return plan::as<plan::Bool>(query) ? "(" + of(query) + ")" : of(query);
    }
};

inline std::string join(const std::vector<std::string>& items, std::string_view between = " ") {
    std::string joined;
    for (const std::string& item : items) joined.append(joined.empty() ? "" : between).append(item);
    return joined;
}

}  // namespace rescora::query

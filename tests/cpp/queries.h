/// Short spellings of queries, for the tests of cpp/plan.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "plan/query.h"
#include "query/describe.h"

namespace queries {

using namespace rescora::plan;

inline const std::vector<std::string> names = {"f", "g"};

inline QueryPtr term(std::string word, rescora::FieldId field = 0) {
    return make(Term{field, std::move(word)});
}
inline QueryPtr boost(QueryPtr query, float by) {
    return make(Boost{std::move(query), by});
}
inline QueryPtr constant(QueryPtr query) {
    return make(ConstantScore{std::move(query)});
}
inline QueryPtr dis_max(std::vector<QueryPtr> all, float tie = 0) {
    return make(DisMax{std::move(all), tie});
}
inline QueryPtr everything() {
    return make(MatchAll{});
}
inline QueryPtr nothing() {
    return make(MatchNone{});
}

inline Clause must(QueryPtr query) {
    return {Occur::must, std::move(query)};
}
inline Clause filter(QueryPtr query) {
    return {Occur::filter, std::move(query)};
}
inline Clause should(QueryPtr query) {
    return {Occur::should, std::move(query)};
}
inline Clause without(QueryPtr query) {
    return {Occur::must_not, std::move(query)};
}

inline QueryPtr all_of(std::vector<Clause> clauses, std::uint32_t minimum_should_match = 0) {
    return make(Bool{std::move(clauses), minimum_should_match});
}

inline std::string shown(const QueryPtr& query) {
    return rescora::query::describe(*query, names);
}
inline std::string rewritten(const QueryPtr& query) {
    return shown(rewrite(query));
}

}  // namespace queries

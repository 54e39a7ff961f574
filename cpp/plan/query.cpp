/// Equality and hashing of queries by value, field by field: what the rewriting of repeated clauses rests on.
#include "plan/query.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "base/keyed_hash.h"
#include "plan/inner.h"

namespace rescora::plan {

namespace {

/// Whether values are equal, whatever they are; numbers, texts and lists of these say so themselves.
template <class Value>
bool equals(const Value& left, const Value& right) {
    return left == right;
}
bool equals(const QueryPtr& left, const QueryPtr& right);
bool equals(const ScriptPtr& left, const ScriptPtr& right) {
    return *left == *right;
}
template <Declared Struct>
bool equals(const Struct& left, const Struct& right);
template <Declared Struct>
bool equals(const std::vector<Struct>& left, const std::vector<Struct>& right);
template <class... Kinds>
bool equals(const std::variant<Kinds...>& left, const std::variant<Kinds...>& right);

bool equals(const QueryPtr& left, const QueryPtr& right) {
    if (left == nullptr || right == nullptr) return left == right;
    return left == right || *left == *right;
}

template <Declared Struct>
bool equals(const std::vector<Struct>& left, const std::vector<Struct>& right) {
    return std::ranges::equal(left, right, [](const Struct& a, const Struct& b) { return equals(a, b); });
}

template <class... Kinds>
bool equals(const std::variant<Kinds...>& left, const std::variant<Kinds...>& right) {
    const auto as_other = [&]<class Kind>(const Kind& kind) { return equals(kind, *std::get_if<Kind>(&right)); };
    return left.index() == right.index() && std::visit(as_other, left);
}

std::uint64_t bits(double number) {
    return std::bit_cast<std::uint64_t>(number);
}

bool equal_bits(double left, double right) {
    return bits(left) == bits(right);
}
bool equal_bits(const std::vector<double>& left, const std::vector<double>& right) {
    return std::ranges::equal(left, right, {}, bits, bits);
}

std::vector<QueryPtr> members(const std::vector<Clause>& clauses, Occur occur) {
    std::vector<QueryPtr> found;
    for (const Clause& clause : clauses)
        if (clause.occur == occur) found.push_back(clause.query);
    return found;
}

using Counts = std::unordered_map<QueryPtr, std::size_t, HashByValue, EqualByValue>;

Counts count(const std::vector<QueryPtr>& queries) {
    Counts counts;
    for (const QueryPtr& query : queries) ++counts[query];
    return counts;
}

enum class Repeats : std::uint8_t { matter, do_not_matter };

/// Whether both hold the same queries in any order. Each pair is looked at through its hash first: comparing every
/// query with every other would take a time that grows with the power of the depth.
bool equal_members(const std::vector<QueryPtr>& left, const std::vector<QueryPtr>& right,
                   Repeats repeats = Repeats::matter) {
    if (left.empty() || right.empty()) return left.empty() && right.empty();
    if (left.size() == 1 && right.size() == 1) return equals(left[0], right[0]);
    const Counts counts = count(left), others = count(right);
    if (counts.size() != others.size()) return false;
    return std::ranges::all_of(counts, [&](const auto& entry) {
        const auto other = others.find(entry.first);
        return other != others.end() && (repeats == Repeats::do_not_matter || other->second == entry.second);
    });
}

bool equal_members(const std::vector<Clause>& left, const std::vector<Clause>& right) {
    const auto agree = [&](Occur occur, Repeats repeats) {
        return equal_members(members(left, occur), members(right, occur), repeats);
    };
    return agree(Occur::must, Repeats::matter) && agree(Occur::should, Repeats::matter) &&
           agree(Occur::filter, Repeats::do_not_matter) && agree(Occur::must_not, Repeats::do_not_matter);
}

template <class Struct, class Value, Compared how, class Seen>
bool equal_in(const Field<Struct, Value, how, Seen>& field, const Struct& left, const Struct& right) {
    if constexpr (how == Compared::not_at_all)
        return true;
    else if constexpr (how == Compared::by_bits)
        return equal_bits(left.*field.member, right.*field.member);
    else if constexpr (how == Compared::in_any_order)
        return equal_members(left.*field.member, right.*field.member);
    else
        return equals(field.seen(left), field.seen(right));
}

enum class Depth : bool { flat, deep };

/// In the fields of one depth: with queries in them, or without.
template <Depth depth, class Struct, class Value, Compared how, class Seen>
bool equal_at(const Field<Struct, Value, how, Seen>& field, const Struct& left, const Struct& right) {
    if constexpr (holds_queries<Value> == (depth == Depth::deep))
        return equal_in(field, left, right);
    else
        return true;
}

/// What is quickly compared comes first.
template <Declared Struct>
bool equals(const Struct& left, const Struct& right) {
    return Struct::fields([&](const auto&... fields) {
        return (equal_at<Depth::flat>(fields, left, right) && ...) &&
               (equal_at<Depth::deep>(fields, left, right) && ...);
    });
}

template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
std::uint64_t digest(Number number) {
    if constexpr (std::is_floating_point_v<Number>)
        return bits(number + 0.0);  // the two zeros are equal: adding makes them one
    else
        return static_cast<std::uint64_t>(number);
}
std::uint64_t digest(const std::string& text) {
    return keyed_hash(text);
}
std::uint64_t digest(const QueryPtr& query) {
    return query != nullptr ? hash(*query) : 0;
}
std::uint64_t digest(const ScriptPtr& script) {
    return hash(*script);
}
std::uint64_t digest(const columns::GeoPoint& point) {
    return keyed_hash(digest(point.lat), digest(point.lon));
}
std::uint64_t digest(const text::Analyzer&) {
    return 0;  // equality alone tells analyzers apart
}
template <Declared Struct>
std::uint64_t digest(const Struct& whole);

template <class Item>
std::uint64_t digest(const std::vector<Item>& items) {
    std::uint64_t state = items.size();
    for (const Item& item : items) state = keyed_hash(state, digest(item));
    return state;
}

template <class... Kinds>
std::uint64_t digest(const std::variant<Kinds...>& some) {
    return keyed_hash(some.index(), std::visit([](const auto& kind) { return digest(kind); }, some));
}

template <class Item>
std::uint64_t digest(const std::optional<Item>& item) {
    return item ? digest(*item) : hashing::root2;
}

std::uint64_t digest_bits(double number) {
    return bits(number);
}
std::uint64_t digest_bits(const std::vector<double>& numbers) {
    std::uint64_t state = numbers.size();
    for (const double number : numbers) state = hashing::absorb(state, bits(number));
    return hashing::finish(state);
}

std::uint64_t sum(const std::vector<QueryPtr>& queries) {
    std::uint64_t total = 0;  // a sum does not know the order
    for (const QueryPtr& query : queries) total += hash(*query);
    return total;
}

std::uint64_t least(const std::vector<QueryPtr>& queries) {
    std::uint64_t found = ~std::uint64_t{0};  // neither the order nor repeats
    for (const QueryPtr& query : queries) found = std::min(found, hash(*query));
    return found;
}

std::uint64_t digest_members(const std::vector<QueryPtr>& queries) {
    return sum(queries);
}
std::uint64_t digest_members(const std::vector<Clause>& clauses) {
    std::uint64_t state = sum(members(clauses, Occur::must));
    state = keyed_hash(state, sum(members(clauses, Occur::should)));
    state = keyed_hash(state, least(members(clauses, Occur::filter)));
    return keyed_hash(state, least(members(clauses, Occur::must_not)));
}

template <class Struct, class Value, Compared how, class Seen>
void absorb(std::uint64_t& state, const Field<Struct, Value, how, Seen>& field, const Struct& whole) {
    if constexpr (how == Compared::by_bits)
        state = keyed_hash(state, digest_bits(whole.*field.member));
    else if constexpr (how == Compared::in_any_order)
        state = keyed_hash(state, digest_members(whole.*field.member));
    else if constexpr (how == Compared::by_value)
        state = keyed_hash(state, digest(field.seen(whole)));
}

template <Declared Struct>
std::uint64_t digest(const Struct& whole) {
    return Struct::fields([&](const auto&... fields) {
        std::uint64_t state = sizeof...(fields);
        (absorb(state, fields, whole), ...);
        return state;
    });
}

}  // namespace

bool operator==(const Query& left, const Query& right) {
    return equals(left.node, right.node);
}

bool operator==(const Term& left, const Term& right) {
    return equals(left, right);
}

std::uint64_t hash(const Query& query) {
    return digest(query.node);
}

}  // namespace rescora::plan

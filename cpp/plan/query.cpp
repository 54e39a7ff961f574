/// Equality and hashing of queries by value: what the rewriting of repeated clauses rests on.
#include "plan/query.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "base/keyed_hash.h"

namespace rescora::plan {

namespace {

bool same(const QueryPtr& left, const QueryPtr& right) {
    return EqualByValue{}(left, right);
}

std::vector<QueryPtr> members(const Bool& query, Occur occur) {
    std::vector<QueryPtr> found;
    for (const Clause& clause : query.clauses)
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
bool same_members(const std::vector<QueryPtr>& left, const std::vector<QueryPtr>& right, Repeats repeats) {
    if (left.empty() || right.empty()) return left.empty() && right.empty();
    if (left.size() == 1 && right.size() == 1) return same(left[0], right[0]);
    const Counts counts = count(left), others = count(right);
    if (counts.size() != others.size()) return false;
    return std::ranges::all_of(counts, [&](const auto& entry) {
        const auto other = others.find(entry.first);
        return other != others.end() && (repeats == Repeats::do_not_matter || other->second == entry.second);
    });
}

std::uint64_t digest(const std::string& text) {
    return keyed_hash(text);
}
std::uint64_t digest(const QueryPtr& query) {
    return hash(*query);
}
std::uint64_t digest(const Term& term);
std::uint64_t digest(const ScoreFunction& function);

template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
std::uint64_t digest(Number number) {
    if constexpr (std::is_floating_point_v<Number>)
        return std::bit_cast<std::uint64_t>(number + 0.0);  // the two zeros are equal: adding makes them one
    else
        return static_cast<std::uint64_t>(number);
}

/// Numbers with the same bits.
std::uint64_t digest_bits(double number) {
    return std::bit_cast<std::uint64_t>(number);
}

template <class Item>
std::uint64_t digest(const std::vector<Item>& items) {
    std::uint64_t state = items.size();
    for (const Item& item : items) state = keyed_hash(state, digest(item));
    return state;
}

std::uint64_t digest(const columns::GeoPoint& point) {
    return keyed_hash(digest(point.lat), digest(point.lon));
}

template <class... Kinds>
std::uint64_t digest(const std::variant<Kinds...>& some) {
    return std::visit([](const auto& kind) { return digest(kind); }, some);
}

template <class Item>
std::uint64_t digest(const std::optional<Item>& item) {
    return item ? digest(*item) : hashing::root2;
}

template <class... Parts>
std::uint64_t digest_all(const Parts&... parts) {
    std::uint64_t state = sizeof...(parts);
    ((state = keyed_hash(state, digest(parts))), ...);
    return state;
}

std::uint64_t digest(const Term& term) {
    return digest_all(term.field, term.term);
}

struct DigestFunction {
    std::uint64_t operator()(const ScriptFunction& f) const { return hash(*f.script); }
    std::uint64_t operator()(const One&) const { return 0; }
    std::uint64_t operator()(const FieldValueFactor& f) const {
        return digest_all(f.field, f.name, f.factor, f.modifier, f.missing);
    }
    std::uint64_t operator()(const RandomScore& f) const {
        return digest_all(f.source, f.field, f.points, f.seed, f.index_salt);
    }
    std::uint64_t operator()(const Decay& f) const {
        return digest_all(f.field, f.shape, f.origin, f.scale, f.offset, f.decay, f.mode);
    }
};

std::uint64_t digest(const ScoreFunction& function) {
    const std::uint64_t filter = function.filter ? hash(*function.filter) : 0;
    return digest_all(function.function.index(), std::visit(DigestFunction{}, function.function), function.weight,
                      filter);
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

struct Digest {
    std::uint64_t operator()(const MatchAll&) const { return 0; }
    std::uint64_t operator()(const MatchNone&) const { return 0; }
    std::uint64_t operator()(const Term& q) const { return digest(q); }
    std::uint64_t operator()(const Phrase& q) const {
        return digest_all(q.field, q.terms, q.positions, q.slop, q.prefix, q.max_expansions);
    }
    std::uint64_t operator()(const GivenText& q) const {
        return digest_all(q.field, q.number, q.as, q.slop, q.every_word, q.all_match_without_words);
    }
    std::uint64_t operator()(const Terms& q) const { return digest_all(q.field, q.terms); }
    std::uint64_t operator()(const Prefix& q) const { return digest_all(q.field, q.prefix); }
    std::uint64_t operator()(const TermRange& q) const {
        return digest_all(q.field, q.has_low, q.has_high, q.include_low, q.include_high, q.low, q.high);
    }
    std::uint64_t operator()(const Integers& q) const { return digest_all(q.field, q.values); }
    std::uint64_t operator()(const Reals& q) const {
        std::uint64_t state = digest_all(q.field, q.values.size());
        for (const double value : q.values) state = hashing::absorb(state, digest_bits(value));
        return hashing::finish(state);
    }
    std::uint64_t operator()(const IntegerRange& q) const { return digest_all(q.field, q.low, q.high, q.of_dates); }
    std::uint64_t operator()(const RealRange& q) const {
        return digest_all(q.field, digest_bits(q.low), digest_bits(q.high));
    }
    std::uint64_t operator()(const Exists& q) const { return digest_all(q.field); }
    std::uint64_t operator()(const Ids& q) const { return digest(q.ids); }
    std::uint64_t operator()(const Bool& q) const {
        return digest_all(q.minimum_should_match, sum(members(q, Occur::must)), sum(members(q, Occur::should)),
                          least(members(q, Occur::filter)), least(members(q, Occur::must_not)));
    }
    std::uint64_t operator()(const DisMax& q) const { return digest_all(q.tie_breaker, sum(q.queries)); }
    std::uint64_t operator()(const ConstantScore& q) const { return digest_all(q.query); }
    std::uint64_t operator()(const Boost& q) const { return digest_all(q.query, q.boost); }
    std::uint64_t operator()(const Boosting& q) const {
        return digest_all(q.positive, q.negative_as_asked(), q.negative_boost);
    }
    std::uint64_t operator()(const Blended& q) const { return digest_all(q.terms, q.boosts, q.tie_breaker); }
    std::uint64_t operator()(const ScriptScore& q) const {
        return digest_all(q.query, hash(*q.script), q.min_score.value_or(0));
    }
    std::uint64_t operator()(const ScriptFilter& q) const { return hash(*q.script); }
    std::uint64_t operator()(const FunctionScore& q) const {
        return digest_all(q.query, q.functions, q.mode, q.boost_mode, q.max_boost, q.min_score);
    }
    std::uint64_t operator()(const DistanceFeature& q) const { return digest_all(q.field, q.origin, q.pivot); }
    std::uint64_t operator()(const RankFeature& q) const {
        return digest_all(q.field, q.function, q.scale, q.exponent);
    }
};

}  // namespace

bool Reals::operator==(const Reals& other) const {
    return field == other.field && std::ranges::equal(values, other.values, {}, digest_bits, digest_bits);
}

bool RealRange::operator==(const RealRange& other) const {
    return field == other.field && digest_bits(low) == digest_bits(other.low) &&
           digest_bits(high) == digest_bits(other.high);
}

bool Clause::operator==(const Clause& other) const {
    return occur == other.occur && same(query, other.query);
}

bool Bool::operator==(const Bool& other) const {
    const auto agree = [&](Occur occur, Repeats repeats) {
        return same_members(members(*this, occur), members(other, occur), repeats);
    };
    return minimum_should_match == other.minimum_should_match && agree(Occur::must, Repeats::matter) &&
           agree(Occur::should, Repeats::matter) && agree(Occur::filter, Repeats::do_not_matter) &&
           agree(Occur::must_not, Repeats::do_not_matter);
}

bool DisMax::operator==(const DisMax& other) const {
    return tie_breaker == other.tie_breaker && same_members(queries, other.queries, Repeats::matter);
}

bool ConstantScore::operator==(const ConstantScore& other) const {
    return same(query, other.query);
}

bool Boost::operator==(const Boost& other) const {
    return boost == other.boost && same(query, other.query);
}

bool Boosting::operator==(const Boosting& other) const {
    return negative_boost == other.negative_boost && same(positive, other.positive) &&
           same(negative_as_asked(), other.negative_as_asked());
}

bool ScoreFunction::operator==(const ScoreFunction& other) const {
    const bool same_filter =
        filter == nullptr || other.filter == nullptr ? filter == other.filter : same(filter, other.filter);
    return same_filter && weight == other.weight && function == other.function;
}

bool ScriptScore::operator==(const ScriptScore& other) const {
    return *script == *other.script && min_score == other.min_score && same(query, other.query);
}

bool FunctionScore::operator==(const FunctionScore& other) const {
    return mode == other.mode && boost_mode == other.boost_mode && max_boost == other.max_boost &&
           min_score == other.min_score && functions == other.functions && same(query, other.query);
}

std::uint64_t hash(const Query& query) {
    return digest_all(query.node.index(), std::visit(Digest{}, query.node));
}

}  // namespace rescora::plan

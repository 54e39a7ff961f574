/// One function a kind of query. A clause that only this segment cannot match stays a clause: how clauses are added up
/// was decided for the shard.
#include "plan/bind.h"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

#include "base/java_math.h"
#include "base/random_score.h"

namespace rescora::plan {

namespace {

/// The scale as the formula of the shape takes it.
double scale_of(const Decay& asked) {
    switch (asked.shape) {
        case DecayShape::gauss:
            return 0.5 * (asked.scale * asked.scale) / java::log(asked.decay);
        case DecayShape::exponential:
            return java::log(asked.decay) / asked.scale;
        case DecayShape::linear:
            break;
    }
    return asked.scale / (1.0 - asked.decay);
}

class Binder {
 public:
    Binder(const index::ShardReader& shard, std::size_t segment)
        : shard_(shard), segment_(shard.segment(segment)), number_(segment) {}

    Node bind(const Weighted& weighted) {
        Node node = weighted.can_match
                        ? std::visit([&](const auto& query) { return make(query, weighted); }, weighted.query->node)
                        : nothing();
        node.origin = weighted.query;
        return node;
    }

    Slot num_cursors() const { return num_cursors_; }
    Slot num_document_sets() const { return num_document_sets_; }
    Slot num_scripts() const { return num_scripts_; }

 private:
    static Node nothing() { return {NothingNode{}, nullptr}; }
    static bool is_nothing(const Node& node) { return std::holds_alternative<NothingNode>(node.kind); }

    Node make(const MatchAll&, const Weighted& weighted) { return {EverythingNode{weighted.boost}, nullptr}; }

    Node make(const Term&, const Weighted& weighted) {
        if (const auto* flag = std::get_if<WeightedFlag>(&weighted.words)) return make(*flag);
        const auto& term = std::get<WeightedTerm>(weighted.words);
        const TermId id = term.ids[number_];
        if (id == no_term) return nothing();
        return {TermNode{term.field->in(number_), id, &term.weight, term.document_frequency, num_cursors_++}, nullptr};
    }

    Node make(const WeightedFlag& flag) const {
        const auto* field = flag.field->in(number_);
        if (field == nullptr || field->record.value_count == 0) return nothing();
        const float score = flag.weight.score(1, field->norm(0));
        return {FlagNode{{field, flag.value, flag.value, {}, score}, &flag.weight}, nullptr};
    }

    Node make(const Phrase& query, const Weighted& weighted) {
        const auto& phrase = std::get<WeightedPhrase>(weighted.words);
        const auto* field = phrase.field->in(number_);
        const auto terms = phrase.in(number_);
        if (field == nullptr) return nothing();
        const auto is_here = [&](TermId term) { return term < field->term_infos.size(); };
        for (const auto& alternatives : terms)
            if (std::ranges::none_of(alternatives, is_here)) return nothing();
        PhraseNode node{field, terms, query.positions, query.slop, &phrase.weight, {}, {}};
        require_single_words(node);
        return {std::move(node), nullptr};
    }

    Node make(const Terms& query, const Weighted& weighted) {
        const auto* field = field_with_terms(query.field);
        const auto has = [&](const char* word) { return std::ranges::find(query.terms, word) != query.terms.end(); };
        if (field == nullptr) return flags(query.field, has, weighted.boost);
        std::vector<TermId> terms;
        for (const std::string& term : query.terms)
            if (const TermId id = field->words.find(term); id != no_term) terms.push_back(id);
        if (terms.empty()) return word_range(*field, 0, 0, weighted.boost);
        std::ranges::sort(terms);
        return {WordSetNode{field, std::move(terms), 0, 0, weighted.boost, num_document_sets_++}, nullptr};
    }

    Node make(const Prefix& query, const Weighted& weighted) {
        const auto* field = field_with_terms(query.field);
        if (field == nullptr) return nothing();
        const auto [first, last] = field->words.with_prefix(query.prefix);
        return word_range(*field, first, last, weighted.boost);
    }

    Node make(const TermRange& query, const Weighted& weighted) {
        const auto* field = field_with_terms(query.field);
        const float boost = weighted.boost;
        if (field == nullptr) return flags(query.field, [&](const char* word) { return is_in(query, word); }, boost);
        const auto after = [&](const std::string& word) {  // the rank after a word, whether the field has it or not
            const TermId rank = field->words.lower_bound(word);
            return rank + (field->words.word(rank) == word && rank < field->words.size());
        };
        const auto before = [&](const std::string& word) { return field->words.lower_bound(word); };
        const TermId first = !query.has_low ? 0 : query.include_low ? before(query.low) : after(query.low);
        const TermId last = !query.has_high      ? field->words.size()
                            : query.include_high ? after(query.high)
                                                 : before(query.high);
        return word_range(*field, first, last, boost);
    }

    Node make(const Integers& query, const Weighted& weighted) {
        return numbers<std::int64_t>(query.field, 0, 0, query.values, weighted.boost);
    }
    Node make(const Reals& query, const Weighted& weighted) {
        return numbers<double>(query.field, 0, 0, query.values, weighted.boost);
    }
    /// The wrong way round a range is a clause all the same.
    Node make(const IntegerRange& query, const Weighted& weighted) {
        return numbers<std::int64_t>(query.field, query.low, query.high, {}, weighted.boost);
    }
    Node make(const RealRange& query, const Weighted& weighted) {
        return numbers<double>(query.field, query.low, query.high, {}, weighted.boost);
    }

    Node make(const Exists& query, const Weighted& weighted) {
        const auto* field = segment_.field(query.field);
        return field != nullptr ? Node{ExistsNode{field, weighted.boost}, nullptr} : nothing();
    }

    Node make(const Ids& query, const Weighted& weighted) {
        DocumentsNode node{{}, weighted.boost};
        for (const std::string& id : query.ids)
            if (const DocId doc = segment_.find_id(id); doc < segment_.num_docs()) node.docs.push_back(doc);
        std::ranges::sort(node.docs);
        return {std::move(node), nullptr};
    }

    Node make(const Bool& query, const Weighted& weighted) {
        BoolNode node{{}, {}, {}, {}, query.minimum_should_match};
        for (std::size_t i = 0; i < query.clauses.size(); ++i) {
            if (!weighted.inner[i].can_match) continue;
            const Occur occur = query.clauses[i].occur;
            auto& side = occur == Occur::must     ? node.must
                         : occur == Occur::filter ? node.filter
                         : occur == Occur::should ? node.should
                                                  : node.must_not;
            side.push_back(bind(weighted.inner[i]));
        }
        if (weighted.needs_all_should) {
            std::ranges::move(node.should, std::back_inserter(node.must));
            node.should.clear();
            node.minimum_should_match = 0;
        }
        std::erase_if(node.should, is_nothing);
        std::erase_if(node.must_not, is_nothing);
        return {std::move(node), nullptr};
    }

    Node make(const DisMax& query, const Weighted& weighted) {
        DisMaxNode node{{}, query.tie_breaker};
        for (const Weighted& inner : weighted.inner) node.queries.push_back(bind(inner));
        std::erase_if(node.queries, is_nothing);
        return {std::move(node), nullptr};
    }

    Node make(const ConstantScore&, const Weighted& weighted) {
        ConstantNode node{{}, weighted.boost};
        node.filter.push_back(bind(weighted.inner.front()));
        return {std::move(node), nullptr};
    }

    Node make(const Boosting& query, const Weighted& weighted) {
        BoostingNode node{{}, query.negative_boost, weighted.boost};
        for (const Weighted& inner : weighted.inner) node.clauses.push_back(bind(inner));
        return {std::move(node), nullptr};
    }

    Node make(const FunctionScore& query, const Weighted& weighted) {
        FunctionScoreNode node{{}, {}, query.mode, query.boost_mode, query.max_boost, query.min_score};
        auto inner = weighted.inner.begin();
        node.query.push_back(bind(*inner++));
        for (const ScoreFunction& asked : query.functions) {
            BoundFunction function{
                std::visit([&](const auto& kind) { return bound(kind); }, asked.function), asked.weight, {}};
            if (asked.filter) function.filter.push_back(bind(*inner++));
            node.functions.push_back(std::move(function));
        }
        return {std::move(node), nullptr};
    }

    Node make(const ScriptScore& query, const Weighted& weighted) {
        ScriptScoreNode node{{}, &query.script, num_scripts_++, weighted.boost, query.min_score};
        node.query.push_back(bind(weighted.inner.front()));
        return {std::move(node), nullptr};
    }

    Node make(const ScriptFilter& query, const Weighted& weighted) {
        return {ScriptFilterNode{&query.script, num_scripts_++, weighted.boost}, nullptr};
    }

    FunctionKind bound(const ScriptFunction& asked) { return BoundScriptFunction{&asked.script, num_scripts_++}; }
    FunctionKind bound(const One&) const { return OneFunction{}; }
    FunctionKind bound(const FieldValueFactor& asked) const {
        return FieldValueFunction{&asked, segment_.field(asked.field)};
    }
    FunctionKind bound(const RandomScore& asked) const {
        const auto seed = static_cast<std::uint32_t>(asked.seed);
        const std::uint32_t salted = salted_seed(seed, asked.index_salt | shard_.number());
        return RandomFunction{&asked, segment_.field(asked.field), salted};
    }
    FunctionKind bound(const Decay& asked) const {
        return DecayFunction{&asked, segment_.field(asked.field), scale_of(asked)};
    }

    Node make(const RankFeature& query, const Weighted& weighted) {
        const auto* field = segment_.field(query.field);
        if (field == nullptr || field->record.value_count == 0) return nothing();
        const bool sigmoid = query.function == FeatureFunction::sigmoid;
        const auto scale = static_cast<double>(query.scale.value_or(1.0f));
        const double power = sigmoid ? java::pow(scale, static_cast<double>(query.exponent)) : 0;
        return {RankFeatureNode{field, &query, power, weighted.boost}, nullptr};
    }

    Node make(const DistanceFeature& query, const Weighted& weighted) {
        const auto* field = segment_.field(query.field);
        if (field == nullptr || field->record.value_count == 0) return nothing();
        return {DistanceFeatureNode{field, &query, weighted.boost}, nullptr};
    }

    Node make(const MatchNone&, const Weighted&) const { return nothing(); }

    /// What `weigh` refuses, or puts something else in the place of.
    template <class Other>
        requires std::is_same_v<Other, Boost> || std::is_same_v<Other, Blended> || std::is_same_v<Other, GivenText>
    Node make(const Other&, const Weighted&) const {
        throw std::logic_error("a query was bound that is never weighed");
    }

    /// Documents with a value of a boolean field whose word is one of those asked for.
    template <class Has>
    Node flags(FieldId field, const Has& has, float boost) const {
        std::vector<std::int64_t> values;
        for (const bool flag : {false, true})
            if (has(segment::term_of_flag(flag))) values.push_back(flag);
        if (values.empty()) values.push_back(-1);  // a clause all the same, though nothing matches
        return numbers<std::int64_t>(field, 0, 0, std::move(values), boost);
    }
    static bool is_in(const TermRange& range, std::string_view word);

    const segment::Field* field_with_terms(FieldId number) const {
        const auto* field = segment_.field(number);
        return field != nullptr && field->words.size() != 0 ? field : nullptr;
    }

    void require_single_words(PhraseNode& node);

    Node word_range(const segment::Field& field, TermId first, TermId last, float boost) {
        return {WordSetNode{&field, {}, first, last, boost, num_document_sets_++}, nullptr};
    }

    template <class T>
    Node numbers(FieldId number, T low, T high, std::vector<T> values, float boost) const {
        const auto* field = segment_.field(number);
        constexpr auto type = std::is_same_v<T, double> ? segment::FieldType::real : segment::FieldType::integer;
        if (field == nullptr || field->record.type != type || field->record.value_count == 0) return nothing();
        return {NumberNode<T>{field, low, high, std::move(values), boost}, nullptr};
    }

    const index::ShardReader& shard_;
    const segment::Segment& segment_;
    const std::size_t number_;  ///< of the segment in the shard
    Slot num_cursors_ = 0, num_document_sets_ = 0, num_scripts_ = 0;
};

/// Candidates are found by the words that must be there, the rarest first.
void Binder::require_single_words(PhraseNode& node) {
    node.required.reserve(node.terms.size());
    for (const auto& alternatives : node.terms)
        if (alternatives.size() == 1) node.required.push_back(alternatives.front());
    const auto rarest = [&](TermId term) { return std::pair(node.field->term_infos[term].document_frequency, term); };
    std::ranges::sort(node.required, {}, rarest);
    const auto repeated = std::ranges::unique(node.required);
    node.required.erase(repeated.begin(), repeated.end());
    node.cursors.reserve(node.required.size());
    for (std::size_t i = 0; i < node.required.size(); ++i) node.cursors.push_back(num_cursors_++);
}

bool Binder::is_in(const TermRange& range, std::string_view word) {
    const bool above = !range.has_low || word > range.low || (range.include_low && word == range.low);
    const bool below = !range.has_high || word < range.high || (range.include_high && word == range.high);
    return above && below;
}

}  // namespace

Plan bind(const WeightedQuery& weighted, std::size_t segment) {
    Binder binder(*weighted.shard, segment);
    return {weighted, segment, binder};
}

std::vector<Plan> bind(const WeightedQuery& weighted) {
    std::vector<Plan> plans;
    plans.reserve(weighted.shard->num_segments());
    for (std::size_t s = 0; s < weighted.shard->num_segments(); ++s) {
        Binder binder(*weighted.shard, s);
        plans.emplace_back(weighted, s, binder);
    }
    return plans;
}

}  // namespace rescora::plan

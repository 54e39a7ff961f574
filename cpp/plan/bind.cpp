/// One function a kind of query; boosts travel down as one float.
#include "plan/bind.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "base/error.h"
#include "base/java_math.h"
#include "base/random_score.h"
#include "plan/blend.h"
#include "plan/prepare.h"

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
    Binder(const segment::Segment& segment, const Statistics& statistics, std::uint32_t shard, Scored scored)
        : segment_(segment), collected_(statistics.collected()), shard_(shard), scored_(scored) {}

    Node bind(const QueryPtr& query, float boost) {
        Node node = std::visit([&](const auto& some) { return make(some, boost); }, query->node);
        if (!node.origin) node.origin = query;
        return node;
    }

    /// The same for a query that is scored, or not, where the one around it may be.
    Node bind(const QueryPtr& query, float boost, Scored scored) {
        const Scored around = std::exchange(scored_, scored);
        Node node = bind(query, boost);
        scored_ = around;
        return node;
    }

    Slot num_cursors() const { return num_cursors_; }
    Slot num_document_sets() const { return num_document_sets_; }
    Slot num_scripts() const { return num_scripts_; }

 private:
    static Node nothing() { return {NothingNode{}, nullptr}; }
    static bool is_nothing(const Node& node) { return std::holds_alternative<NothingNode>(node.kind); }
    static Node settle(BoolNode node);

    Node make(const MatchAll&, float boost) { return {EverythingNode{boost}, nullptr}; }
    Node make(const MatchNone&, float) { return nothing(); }

    Node make(const Term& query, float boost) {
        const auto* field = words_of(query.field);
        if (field == nullptr) return flag(query, boost);
        const TermId term = field->words.find(query.term);
        if (term == no_term) return nothing();
        const TermStatistics statistics =
            query.blended_with ? term_statistics(query.field, *field, query.term, blended_frequency(query))
                               : term_statistics(query.field, *field, term);
        return {TermNode{field, term, weigh(query.field, *field, {statistics}, boost), num_cursors_++}, nullptr};
    }

    Node make(const Phrase& query, float boost) {
        const auto* field = words_of(query.field);
        if (field == nullptr || field->norms.empty()) return nothing();  // keywords have no positions
        PhraseNode node{field, {}, query.positions, query.slop, {}, {}, {}};
        std::vector<TermStatistics> statistics;
        statistics.reserve(query.terms.size());
        node.terms.reserve(query.terms.size());
        fetch_ahead(*field, query.terms);
        for (std::size_t i = 0; i < query.terms.size(); ++i) {
            const bool expand = query.prefix && i + 1 == query.terms.size();
            node.terms.push_back(expand ? expanded(*field, query) : known(*field, query.terms[i]));
            if (node.terms.back().empty()) return nothing();
            for (const TermId term : node.terms.back())
                statistics.push_back(term_statistics(query.field, *field, term));
        }
        node.weight = weigh(query.field, *field, std::move(statistics), boost);
        require_single_words(node);
        return {std::move(node), nullptr};
    }

    Node make(const GivenText&, float) { throw std::logic_error("a template was bound before its texts were known"); }

    Node make(const Terms& query, float boost) {
        const auto* field = words_of(query.field);
        const auto has = [&](const char* word) { return std::ranges::find(query.terms, word) != query.terms.end(); };
        if (field == nullptr) return flags(query.field, has, boost);
        std::vector<TermId> terms = known(*field, query.terms);
        if (terms.empty()) return word_range(*field, 0, 0, boost);
        std::ranges::sort(terms);
        return {WordSetNode{field, std::move(terms), 0, 0, boost, num_document_sets_++}, nullptr};
    }

    Node make(const Prefix& query, float boost) {
        const auto* field = words_of(query.field);
        if (field == nullptr) return nothing();
        const auto [first, last] = field->words.with_prefix(query.prefix);
        return word_range(*field, first, last, boost);
    }

    Node make(const TermRange& query, float boost) {
        const auto* field = words_of(query.field);
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

    Node make(const Integers& query, float boost) {
        return numbers<std::int64_t>(query.field, 0, 0, query.values, boost);
    }
    Node make(const Reals& query, float boost) { return numbers<double>(query.field, 0, 0, query.values, boost); }
    /// The wrong way round a range is a clause all the same.
    Node make(const IntegerRange& query, float boost) {
        return numbers<std::int64_t>(query.field, query.low, query.high, {}, boost);
    }
    Node make(const RealRange& query, float boost) {
        return numbers<double>(query.field, query.low, query.high, {}, boost);
    }

    Node make(const Exists& query, float boost) {
        const auto* field = segment_.field(query.field);
        return field && field->has_any() ? Node{ExistsNode{field, boost}, nullptr} : nothing();
    }

    Node make(const Ids& query, float boost) {
        DocumentsNode node{{}, boost};
        for (const std::string& id : query.ids)
            if (const DocId doc = segment_.find_id(id); doc < segment_.num_docs()) node.docs.push_back(doc);
        std::ranges::sort(node.docs);
        return {std::move(node), nullptr};
    }

    Node make(const Bool& query, float boost) {
        BoolNode node{{}, {}, {}, {}, query.minimum_should_match};
        for (const Clause& clause : query.clauses) {
            auto& side = clause.occur == Occur::must     ? node.must
                         : clause.occur == Occur::filter ? node.filter
                         : clause.occur == Occur::should ? node.should
                                                         : node.must_not;
            const bool counts = clause.occur == Occur::must || clause.occur == Occur::should;
            side.push_back(bind(clause.query, boost, counts ? scored_ : Scored::no));
        }
        return settle(std::move(node));
    }

    Node make(const DisMax& query, float boost) {
        DisMaxNode node{{}, query.tie_breaker};
        for (const QueryPtr& inner : query.queries) node.queries.push_back(bind(inner, boost));
        std::erase_if(node.queries, is_nothing);
        return node.queries.empty() ? nothing() : Node{std::move(node), nullptr};
    }

    Node make(const ConstantScore& query, float boost) {
        ConstantNode node{{}, boost};
        node.filter.push_back(bind(query.query, 1, Scored::no));
        return is_nothing(node.filter.front()) ? nothing() : Node{std::move(node), nullptr};
    }

    Node make(const Boost& query, float boost) { return bind(query.query, boost * query.boost); }

    /// The boost is not handed to the positive query: Elasticsearch multiplies the finished score.
    Node make(const Boosting& query, float boost) {
        BoostingNode node{{}, query.negative_boost, boost};
        node.clauses.push_back(bind(query.positive, 1));
        node.clauses.push_back(bind(query.negative, 1));
        return is_nothing(node.clauses.front()) ? nothing() : Node{std::move(node), nullptr};
    }

    /// The boost is the query's: with BoostMode::replace nothing is left of it.
    Node make(const FunctionScore& query, float boost) {
        FunctionScoreNode node{{}, {}, query.mode, query.boost_mode, query.max_boost, query.min_score};
        const bool functions_run = scored_ == Scored::yes || query.min_score;
        node.query.push_back(bind(query.query, boost, functions_run ? Scored::yes : Scored::no));
        if (is_nothing(node.query.front())) return nothing();
        for (const ScoreFunction& asked : query.functions) {
            BoundFunction function{
                std::visit([&](const auto& kind) { return bound(kind); }, asked.function), asked.weight, {}};
            if (asked.filter) function.filter.push_back(bind(asked.filter, 1, Scored::no));
            node.functions.push_back(std::move(function));
        }
        return {std::move(node), nullptr};
    }

    /// The query is scored with boost 1: Elasticsearch multiplies the finished score. Where nobody asks for that, it
    /// hands the boost on, and a minimum score further in meets it.
    Node make(const ScriptScore& query, float boost) {
        ScriptScoreNode node{{}, &query.script, num_scripts_++, boost, query.min_score};
        const bool runs = scored_ == Scored::yes || query.min_score;
        node.query.push_back(bind(query.query, runs ? 1 : boost, runs ? Scored::yes : Scored::no));
        return is_nothing(node.query.front()) ? nothing() : Node{std::move(node), nullptr};
    }

    Node make(const ScriptFilter& query, float boost) {
        return {ScriptFilterNode{&query.script, num_scripts_++, boost}, nullptr};
    }

    FunctionKind bound(const ScriptFunction& asked) { return BoundScriptFunction{&asked.script, num_scripts_++}; }
    FunctionKind bound(const One&) const { return OneFunction{}; }
    FunctionKind bound(const FieldValueFactor& asked) const {
        return FieldValueFunction{&asked, segment_.field(asked.field)};
    }
    FunctionKind bound(const RandomScore& asked) const {
        const auto seed = static_cast<std::uint32_t>(asked.seed);
        return RandomFunction{&asked, segment_.field(asked.field), salted_seed(seed, asked.index_salt | shard_)};
    }
    FunctionKind bound(const Decay& asked) const {
        return DecayFunction{&asked, segment_.field(asked.field), scale_of(asked)};
    }

    Node make(const RankFeature& query, float boost) {
        const auto* field = segment_.field(query.field);
        if (field == nullptr || field->record.value_count == 0) return nothing();
        const bool sigmoid = query.function == FeatureFunction::sigmoid;
        const auto scale = static_cast<double>(query.scale.value_or(1.0f));
        const double power = sigmoid ? java::pow(scale, static_cast<double>(query.exponent)) : 0;
        return {RankFeatureNode{field, &query, power, boost}, nullptr};
    }

    Node make(const DistanceFeature& query, float boost) {
        const auto* field = segment_.field(query.field);
        if (field == nullptr || field->record.value_count == 0) return nothing();
        return {DistanceFeatureNode{field, &query, boost}, nullptr};
    }

    Node make(const Blended&, float) { throw std::logic_error("a blended query was bound before it was rewritten"); }
    Node flag(const Term& query, float boost);

    /// Documents with a value of a boolean field whose word is one of those asked for.
    template <class Has>
    Node flags(FieldId field, const Has& has, float boost) const {
        std::vector<std::int64_t> values;
        for (const bool flag : {false, true})
            if (has(word_of_flag(flag))) values.push_back(flag);
        if (values.empty()) values.push_back(-1);  // a clause all the same, though nothing matches
        return numbers<std::int64_t>(field, 0, 0, std::move(values), boost);
    }
    static bool is_in(const TermRange& range, std::string_view word);

    const segment::Field* words_of(FieldId number) const {
        const auto* field = segment_.field(number);
        return field != nullptr && field->words.size() != 0 ? field : nullptr;
    }

    FieldStatistics field_statistics(FieldId number, const segment::Field& field) const {
        const auto collected = collected_ ? collected_->field(number) : std::nullopt;
        return collected ? *collected : statistics_of(field, segment_.num_docs());
    }

    /// Those of a word of this shard, whose own document frequency holds where none were collected of all shards.
    TermStatistics term_statistics(FieldId number, const segment::Field& field, std::string_view word,
                                   std::uint64_t own) const {
        const auto collected = collected_ ? collected_->document_frequency(number, word) : std::nullopt;
        const std::uint64_t frequency = collected.value_or(own);
        return {frequency, idf(frequency, field_statistics(number, field).document_count)};
    }
    TermStatistics term_statistics(FieldId number, const segment::Field& field, TermId term) const {
        const std::uint64_t own = field.term_infos[term].document_frequency;
        if (collected_ == nullptr) return {own, idf(own, field.record.document_count)};
        return term_statistics(number, field, field.words.word(term), own);
    }
    std::uint64_t blended_frequency(const Term& query);

    Bm25Weight weigh(FieldId number, const segment::Field& field, std::vector<TermStatistics> terms, float boost) const;
    static void fetch_ahead(const segment::Field& field, std::span<const std::vector<std::string>> terms);
    std::vector<TermId> known(const segment::Field& field, const std::vector<std::string>& terms) const;
    std::vector<TermId> expanded(const segment::Field& field, const Phrase& query) const;
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

    const segment::Segment& segment_;
    const Collected* collected_;  ///< null where only this shard counts
    std::uint32_t shard_;
    Scored scored_;
    std::shared_ptr<const std::vector<Term>> blended_;  ///< the terms that were blended last, and what that gave
    std::vector<std::uint64_t> frequencies_;
    Slot num_cursors_ = 0, num_document_sets_ = 0, num_scripts_ = 0;
};

Bm25Weight Binder::weigh(FieldId number, const segment::Field& field, std::vector<TermStatistics> terms,
                         float boost) const {
    Bm25Weight weight;
    const FieldStatistics all = field_statistics(number, field);
    weight.boost = boost;
    weight.k1 = field.record.k1;
    weight.b = field.record.b;
    weight.document_count = all.document_count;
    weight.average_length = segment::average_length(all.sum_term_frequency, all.document_count);
    double sum = 0;
    for (const TermStatistics& term : terms) sum += static_cast<double>(term.idf);
    weight.idf = static_cast<float>(sum);
    weight.terms = std::move(terms);
    weight.weight = weight.scaled_boost() * weight.idf;
    if (!std::isfinite(weight.weight)) throw InvalidArgument("a boost makes the weight of a word infinite");
    weight.inverse_norms = field.inverse_norms.data();
    if (collected_ != nullptr || field.record.type == segment::FieldType::integer) {
        weight.own_norms = std::make_shared<const std::array<float, 256>>(
            segment::make_inverse_norms(weight.k1, weight.b, weight.average_length));
        weight.inverse_norms = weight.own_norms->data();
    }
    return weight;
}

/// The first words of a phrase, and their numbers, on their way from memory together.
void Binder::fetch_ahead(const segment::Field& field, std::span<const std::vector<std::string>> terms) {
    std::array<std::string_view, postings::Dictionary::most_fetched> words;
    std::size_t n = 0;
    for (const auto& alternatives : terms)
        if (n < words.size() && !alternatives.empty()) words[n++] = alternatives.front();
    for (const TermId rank : field.words.fetch_ahead({words.data(), n}))
        if (rank < field.term_infos.size()) __builtin_prefetch(&field.term_infos[rank]);
}

std::vector<TermId> Binder::known(const segment::Field& field, const std::vector<std::string>& terms) const {
    std::vector<TermId> ids;
    for (const std::string& term : terms)
        if (const TermId id = field.words.find(term); id != no_term) ids.push_back(id);
    return ids;
}

std::vector<TermId> Binder::expanded(const segment::Field& field, const Phrase& query) const {
    const auto [first, last] = expansions(field, query);
    std::vector<TermId> ids(last - first);
    std::iota(ids.begin(), ids.end(), first);
    return ids;
}

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

/// Lucene leaves clauses that cannot match in a shard out before it decides which are required. When all that are
/// left of the optional ones have to match, they are required, and are summed with the others as such: in one sum.
Node Binder::settle(BoolNode node) {
    std::erase_if(node.should, is_nothing);
    std::erase_if(node.must_not, is_nothing);
    const bool impossible = std::ranges::any_of(node.must, is_nothing) || std::ranges::any_of(node.filter, is_nothing);
    if (impossible || node.should.size() < node.required_should()) return nothing();
    if (node.minimum_should_match != 0 && node.should.size() == node.minimum_should_match) {
        std::ranges::move(node.should, std::back_inserter(node.must));
        node.should.clear();
        node.minimum_should_match = 0;
    }
    return {std::move(node), nullptr};
}

bool Binder::is_in(const TermRange& range, std::string_view word) {
    const bool above = !range.has_low || word > range.low || (range.include_low && word == range.low);
    const bool below = !range.has_high || word < range.high || (range.include_high && word == range.high);
    return above && below;
}

/// A boolean field has no words, but Lucene scores its values as such: once in a document, without a length.
Node Binder::flag(const Term& query, float boost) {
    const auto* field = segment_.field(query.field);
    if (field == nullptr || field->record.type != segment::FieldType::integer) return nothing();
    const std::uint64_t own = term_of(*field, query.term, segment_.num_docs()).document_frequency;
    if (own == 0) return nothing();
    const std::uint64_t blended = query.blended_with ? blended_frequency(query) : own;
    Bm25Weight weight = weigh(query.field, *field, {term_statistics(query.field, *field, query.term, blended)}, boost);
    const std::int64_t value = query.term == word_of_flag(true);
    const float score = weight.score(1, field->norm(0));
    return {FlagNode{{field, value, value, {}, score}, std::move(weight)}, nullptr};
}

/// A term of cross_fields. The terms that are blended with it mostly follow at once.
std::uint64_t Binder::blended_frequency(const Term& query) {
    if (blended_ != query.blended_with) {
        frequencies_ = blend(*query.blended_with, segment_);
        blended_ = query.blended_with;
    }
    return frequencies_[static_cast<std::size_t>(std::ranges::find(*blended_, query) - blended_->begin())];
}

}  // namespace

Plan bind(const QueryPtr& query, const segment::Segment& segment, const Statistics& statistics, std::uint32_t shard,
          Scored scored) {
    Binder binder(segment, statistics, shard, scored);
    Plan plan;
    plan.segment = &segment;
    plan.shard = shard;
    plan.root = binder.bind(resolve(query, segment), 1);
    plan.num_cursors = binder.num_cursors();
    plan.num_document_sets = binder.num_document_sets();
    plan.num_scripts = binder.num_scripts();
    return plan;
}

}  // namespace rescora::plan

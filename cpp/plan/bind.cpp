/// One function a kind of query; boosts travel down as one float.
#include "plan/bind.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "base/java_math.h"
#include "base/random_score.h"
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
    Binder(const segment::Segment& segment, const Statistics& statistics, std::uint32_t shard)
        : segment_(segment), statistics_(statistics), shard_(shard) {}

    Node bind(const QueryPtr& query, float boost) {
        Node node = std::visit([&](const auto& some) { return make(some, boost); }, query->node);
        if (!node.origin) node.origin = query;
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
        const TermId term = field ? field->words.find(query.term) : no_term;
        if (term == no_term) return nothing();
        const TermStatistics statistics = term_statistics(query.field, *field, term);
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
        if (field == nullptr) return nothing();
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
        if (field == nullptr) return nothing();
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
    Node make(const IntegerRange& query, float boost) {
        return query.low > query.high ? nothing()
                                      : numbers<std::int64_t>(query.field, query.low, query.high, {}, boost);
    }
    Node make(const RealRange& query, float boost) {
        return query.low <= query.high ? numbers<double>(query.field, query.low, query.high, {}, boost) : nothing();
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
            side.push_back(bind(clause.query, boost));
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
        node.filter.push_back(bind(query.query, 1));
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
        node.query.push_back(bind(query.query, boost));
        if (is_nothing(node.query.front())) return nothing();
        for (const ScoreFunction& asked : query.functions) {
            BoundFunction function{
                std::visit([&](const auto& kind) { return bound(kind); }, asked.function), asked.weight, {}};
            if (asked.filter) function.filter.push_back(bind(asked.filter, 1));
            node.functions.push_back(std::move(function));
        }
        return {std::move(node), nullptr};
    }

    /// The query is scored with boost 1: Elasticsearch multiplies the finished score.
    Node make(const ScriptScore& query, float boost) {
        ScriptScoreNode node{{}, &query.script, num_scripts_++, boost, query.min_score};
        node.query.push_back(bind(query.query, 1));
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

    Node make(const Blended& query, float boost);
    std::vector<std::uint64_t> blend(const Blended& query) const;

    const segment::Field* words_of(FieldId number) const {
        const auto* field = segment_.field(number);
        return field != nullptr && field->words.size() != 0 ? field : nullptr;
    }

    /// Those of a word of this shard; where only this shard counts, it need not be looked up again.
    TermStatistics term_statistics(FieldId number, const segment::Field& field, TermId term) const {
        const std::uint64_t frequency = statistics_.is_of(segment_)
                                            ? field.term_infos[term].document_frequency
                                            : statistics_.document_frequency(number, field.words.word(term));
        return {frequency, idf(frequency, statistics_.field(number).document_count)};
    }

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
    const Statistics& statistics_;
    std::uint32_t shard_;
    Slot num_cursors_ = 0, num_document_sets_ = 0, num_scripts_ = 0;
};

Bm25Weight Binder::weigh(FieldId number, const segment::Field& field, std::vector<TermStatistics> terms,
                         float boost) const {
    Bm25Weight weight;
    const Statistics::Field all = statistics_.field(number);
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
    weight.inverse_norms = field.inverse_norms.data();
    if (!statistics_.of_one_shard()) {
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

/// Elasticsearch's cross_fields: every field is given about the greatest document frequency, the rarer ones one more
/// each, so that the field where the word is usual is preferred by a hair. Sums over shards are not blended.
Node Binder::make(const Blended& query, float boost) {
    const std::vector<std::uint64_t> blended = blend(query);
    DisMaxNode node{{}, query.tie_breaker};
    for (std::size_t i = 0; i < query.terms.size(); ++i) {
        const Term& term = query.terms[i];
        Node inner = make(term, boost * query.boosts[i]);
        auto* bound = std::get_if<TermNode>(&inner.kind);
        if (bound == nullptr) continue;
        if (statistics_.of_one_shard()) {
            const TermStatistics statistics{blended[i], idf(blended[i], bound->weight.document_count)};
            bound->weight = weigh(term.field, *bound->field, {statistics}, boost * query.boosts[i]);
        }
        inner.origin = plan::make(term);
        node.queries.push_back(std::move(inner));
    }
    return node.queries.empty() ? nothing() : Node{std::move(node), nullptr};
}

/// One document frequency a field. Fields without the word have a say in nothing.
std::vector<std::uint64_t> Binder::blend(const Blended& query) const {
    std::vector<std::uint64_t> frequencies;
    std::uint64_t greatest = 0, most = segment_.num_docs();
    for (const Term& term : query.terms) {
        frequencies.push_back(statistics_.document_frequency(term.field, term.term));
        greatest = std::max(greatest, frequencies.back());
        if (frequencies.back() != 0) most = std::min(most, statistics_.field(term.field).sum_term_frequency);
    }
    std::vector<std::size_t> order(query.terms.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return frequencies[i]; });

    std::vector<std::uint64_t> blended(query.terms.size(), 0);
    std::uint64_t actual = std::min(most, greatest), previous = greatest;
    for (const std::size_t i : order) {
        if (frequencies[i] == 0) break;
        if (previous > frequencies[i]) ++actual;
        blended[i] = std::min({most, actual, statistics_.field(query.terms[i].field).document_count});
        previous = frequencies[i];
    }
    return blended;
}

}  // namespace

Plan bind(const QueryPtr& query, const segment::Segment& segment, const Statistics& statistics, std::uint32_t shard) {
    Binder binder(segment, statistics, shard);
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

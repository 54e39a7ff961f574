/// One function a kind of query; boosts travel down as one float.
#include "plan/weigh.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>

#include "base/error.h"
#include "plan/blend.h"
#include "plan/prepare.h"

namespace rescora::plan {

namespace {

class Weigher {
 public:
    Weigher(const index::ShardReader& shard, const Statistics& statistics, Scored scored)
        : shard_(shard), statistics_(statistics), scored_(scored) {}

    void weigh(const QueryPtr& query, float boost, Weighted& weighted) {
        weighted.boost = boost;
        std::visit([&](const auto& some) { weigh(some, weighted); }, query->node);
        if (!weighted.query) weighted.query = query;
    }

 private:
    /// The same for a query that is scored, or not, where the one around it may be.
    Weighted& add_inner(Weighted& weighted, const QueryPtr& query, float boost, Scored scored) {
        const Scored around = std::exchange(scored_, scored);
        Weighted& inner = weighted.inner.emplace_back();
        weigh(query, boost, inner);
        scored_ = around;
        return inner;
    }

    static void cannot_match(Weighted& weighted) {
        weighted.can_match = false;
        weighted.inner.clear();
        weighted.words = std::monostate{};
    }

    /// The one query inside, without which the one around it cannot match.
    void weigh_inner(Weighted& weighted, const QueryPtr& query, float boost, Scored scored) {
        if (!add_inner(weighted, query, boost, scored).can_match) cannot_match(weighted);
    }

    void weigh(const MatchAll&, Weighted&) {}
    void weigh(const MatchNone&, Weighted& weighted) { cannot_match(weighted); }
    void weigh(const Term& query, Weighted& weighted);
    void weigh(const Phrase& query, Weighted& weighted);
    void weigh(const GivenText&, Weighted&) {
        throw std::logic_error("a template was weighed before its texts were known");
    }

    void weigh(const Terms& query, Weighted& weighted) { weigh_terms(query.field, weighted); }
    void weigh(const TermRange& query, Weighted& weighted) { weigh_terms(query.field, weighted); }
    void weigh(const Prefix& query, Weighted& weighted) {
        if (field_with_terms(query.field) == nullptr) cannot_match(weighted);
    }
    void weigh(const Integers& query, Weighted& weighted) {
        weigh_numbers(query.field, segment::FieldType::integer, weighted);
    }
    void weigh(const IntegerRange& query, Weighted& weighted) {
        weigh_numbers(query.field, segment::FieldType::integer, weighted);
    }
    void weigh(const Reals& query, Weighted& weighted) {
        weigh_numbers(query.field, segment::FieldType::real, weighted);
    }
    void weigh(const RealRange& query, Weighted& weighted) {
        weigh_numbers(query.field, segment::FieldType::real, weighted);
    }
    void weigh(const Exists& query, Weighted& weighted) {
        const auto has_any = [](const segment::Field* part) { return part != nullptr && part->has_any(); };
        const auto* field = shard_.field(query.field);
        if (field == nullptr || std::ranges::none_of(field->parts(), has_any)) cannot_match(weighted);
    }
    void weigh(const Ids&, Weighted&) {}
    void weigh(const ScriptFilter&, Weighted&) {}
    void weigh(const RankFeature& query, Weighted& weighted) { weigh_values(query.field, weighted); }
    void weigh(const DistanceFeature& query, Weighted& weighted) { weigh_values(query.field, weighted); }

    void weigh(const Bool& query, Weighted& weighted);

    void weigh(const DisMax& query, Weighted& weighted) {
        for (const QueryPtr& inner : query.queries) add_inner(weighted, inner, weighted.boost, scored_);
        if (std::ranges::none_of(weighted.inner, &Weighted::can_match)) cannot_match(weighted);
    }

    void weigh(const ConstantScore& query, Weighted& weighted) { weigh_inner(weighted, query.query, 1, Scored::no); }

    void weigh(const Boost& query, Weighted& weighted) { weigh(query.query, weighted.boost * query.boost, weighted); }

    /// The boost is not handed to the positive query: Elasticsearch multiplies the finished score.
    void weigh(const Boosting& query, Weighted& weighted) {
        weigh_inner(weighted, query.positive, 1, scored_);
        if (weighted.can_match) add_inner(weighted, query.negative, 1, scored_);
    }

    /// The boost is the query's: with BoostMode::replace nothing is left of it.
    void weigh(const FunctionScore& query, Weighted& weighted) {
        const bool functions_run = scored_ == Scored::yes || query.min_score;
        weigh_inner(weighted, query.query, weighted.boost, functions_run ? Scored::yes : Scored::no);
        if (!weighted.can_match) return;
        for (const ScoreFunction& function : query.functions)
            if (function.filter) add_inner(weighted, function.filter, 1, Scored::no);
    }

    /// The query is scored with boost 1: Elasticsearch multiplies the finished score. Where nobody asks for that, it
    /// hands the boost on, and a minimum score further in meets it.
    void weigh(const ScriptScore& query, Weighted& weighted) {
        const bool runs = scored_ == Scored::yes || query.min_score;
        weigh_inner(weighted, query.query, runs ? 1 : weighted.boost, runs ? Scored::yes : Scored::no);
    }

    void weigh(const Blended&, Weighted&) {
        throw std::logic_error("a blended query was weighed before it was rewritten");
    }

    void weigh_flag(const Term& query, Weighted& weighted);
    std::uint64_t blended_frequency(const Term& query);

    const index::ShardField* field_with_terms(FieldId number) const {
        const auto* field = shard_.field(number);
        return field != nullptr && field->has_terms() ? field : nullptr;
    }

    /// Without a field of terms these may be the values of a boolean one.
    void weigh_terms(FieldId field, Weighted& weighted) const {
        if (field_with_terms(field) == nullptr) weigh_numbers(field, segment::FieldType::integer, weighted);
    }

    void weigh_numbers(FieldId number, segment::FieldType type, Weighted& weighted) const {
        const auto* field = shard_.field(number);
        if (field == nullptr || field->type() != type || field->value_count() == 0) cannot_match(weighted);
    }

    void weigh_values(FieldId number, Weighted& weighted) const {
        const auto* field = shard_.field(number);
        if (field == nullptr || field->value_count() == 0) cannot_match(weighted);
    }

    FieldStatistics field_statistics(const index::ShardField& field) const {
        if (statistics_.of() == StatisticsOf::shard) return field.statistics();
        const auto collected = statistics_.field(field.number());
        return collected ? *collected : field.statistics();
    }

    /// Those of a term of this shard, whose own document frequency holds where none were collected of all shards.
    TermStatistics term_statistics(const index::ShardField& field, std::string_view term, std::uint64_t own) const {
        if (statistics_.of() == StatisticsOf::shard) return {own, idf(own, field.statistics().document_count)};
        const std::uint64_t frequency = statistics_.document_frequency(field.number(), term).value_or(own);
        return {frequency, idf(frequency, field_statistics(field).document_count)};
    }

    void weigh_by_bm25(const index::ShardField& field, std::vector<TermStatistics> terms, float boost,
                       Bm25Weight& weight) const;
    static void fetch_ahead(const segment::Field& part, std::span<const std::vector<std::string>> terms);
    void add_alternative(std::string_view text, const index::SegmentTerms& ids, std::size_t position,
                         WeightedPhrase& phrase, std::vector<TermStatistics>& statistics) const;

    const index::ShardReader& shard_;
    const Statistics& statistics_;
    Scored scored_;
    std::shared_ptr<const std::vector<Term>> blended_;  ///< the terms that were blended last, and what that gave
    std::vector<std::uint64_t> frequencies_;
};

void Weigher::weigh_by_bm25(const index::ShardField& field, std::vector<TermStatistics> terms, float boost,
                            Bm25Weight& weight) const {
    const FieldStatistics all = field_statistics(field);
    weight.boost = boost;
    weight.k1 = field.k1();
    weight.b = field.b();
    weight.document_count = all.document_count;
    weight.average_length = segment::average_length(all.sum_term_frequency, all.document_count);
    double sum = 0;
    for (const TermStatistics& term : terms) sum += static_cast<double>(term.idf);
    weight.idf = static_cast<float>(sum);
    weight.terms = std::move(terms);
    weight.weight = weight.scaled_boost() * weight.idf;
    if (!std::isfinite(weight.weight)) throw InvalidArgument("a boost makes the weight of a word infinite");
    weight.inverse_norms = field.inverse_norms().data();
    if (statistics_.of() == StatisticsOf::all_shards || field.type() == segment::FieldType::integer) {
        weight.own_norms = std::make_shared<const std::array<float, 256>>(
            segment::make_inverse_norms(weight.k1, weight.b, weight.average_length));
        weight.inverse_norms = weight.own_norms->data();
    }
}

void Weigher::weigh(const Term& query, Weighted& weighted) {
    const auto* field = field_with_terms(query.field);
    if (field == nullptr) return weigh_flag(query, weighted);
    auto& term = weighted.words.emplace<WeightedTerm>();
    term.field = field;
    term.ids = field->find(query.term);
    if (term.ids.empty()) return cannot_match(weighted);
    term.document_frequency = field->statistics(term.ids).document_frequency;
    const std::uint64_t frequency = query.blended_with ? blended_frequency(query) : term.document_frequency;
    weigh_by_bm25(*field, {term_statistics(*field, query.term, frequency)}, weighted.boost, term.weight);
}

/// A boolean field has no terms, but Lucene scores its values as such: once in a document, without a length.
void Weigher::weigh_flag(const Term& query, Weighted& weighted) {
    const auto* field = shard_.field(query.field);
    if (field == nullptr || field->type() != segment::FieldType::integer) return cannot_match(weighted);
    const std::uint64_t own = field->statistics(query.term).document_frequency;
    if (own == 0) return cannot_match(weighted);
    const std::uint64_t frequency = query.blended_with ? blended_frequency(query) : own;
    auto& flag = weighted.words.emplace<WeightedFlag>();
    flag.field = field;
    flag.value = query.term == segment::term_of_flag(true);
    weigh_by_bm25(*field, {term_statistics(*field, query.term, frequency)}, weighted.boost, flag.weight);
}

/// A term of cross_fields. The terms that are blended with it mostly follow at once.
std::uint64_t Weigher::blended_frequency(const Term& query) {
    if (blended_ != query.blended_with) {
        frequencies_ = blend(*query.blended_with, shard_);
        blended_ = query.blended_with;
    }
    return frequencies_[static_cast<std::size_t>(std::ranges::find(*blended_, query) - blended_->begin())];
}

/// The first terms of a phrase, and their numbers, on their way from memory together.
void Weigher::fetch_ahead(const segment::Field& part, std::span<const std::vector<std::string>> terms) {
    std::array<std::string_view, postings::Dictionary::most_fetched> words;
    std::size_t n = 0;
    for (const auto& alternatives : terms)
        if (n < words.size() && !alternatives.empty()) words[n++] = alternatives.front();
    for (const TermId rank : part.words.fetch_ahead({words.data(), n}))
        if (rank < part.term_infos.size()) __builtin_prefetch(&part.term_infos[rank]);
}

/// Gives each term that a segment lacks a number there: the same one wherever it stands in the phrase, which is seen in
/// the segments that have it.
void number_what_segments_lack(WeightedPhrase& phrase) {
    std::map<std::vector<TermId>, TermId> known;  // by the numbers in all segments
    for (std::size_t p = 0; p < phrase.num_positions; ++p)
        for (std::size_t i = 0; i < phrase.at(0, p).size(); ++i) {
            std::vector<TermId> numbers;
            for (std::size_t s = 0; s < phrase.num_segments(); ++s) numbers.push_back(phrase.at(s, p)[i]);
            const TermId own =
                no_term - 1 - known.try_emplace(numbers, static_cast<TermId>(known.size())).first->second;
            for (std::size_t s = 0; s < phrase.num_segments(); ++s)
                if (phrase.at(s, p)[i] == no_term) phrase.at(s, p)[i] = own;
        }
}

/// What may stand at a position, if the shard has it.
void Weigher::add_alternative(std::string_view text, const index::SegmentTerms& ids, std::size_t position,
                              WeightedPhrase& phrase, std::vector<TermStatistics>& statistics) const {
    if (ids.empty()) return;
    const index::ShardField& field = *phrase.field;
    std::vector<TermId>* in_segment = &phrase.at(0, position);
    for (std::size_t s = 0; s < field.parts().size(); ++s, in_segment += phrase.num_positions)
        in_segment->push_back(ids[s]);
    statistics.push_back(term_statistics(field, text, field.statistics(ids).document_frequency));
}

void Weigher::weigh(const Phrase& query, Weighted& weighted) {
    const auto* field = field_with_terms(query.field);
    if (field == nullptr || field->type() != segment::FieldType::text)  // keywords have no positions
        return cannot_match(weighted);
    auto& phrase = weighted.words.emplace<WeightedPhrase>();
    phrase.field = field;
    phrase.num_positions = query.terms.size();
    phrase.terms.resize(field->parts().size() * phrase.num_positions);
    std::vector<TermStatistics> statistics;
    statistics.reserve(query.terms.size());
    for (const segment::Field* part : field->parts())
        if (part != nullptr) fetch_ahead(*part, query.terms);
    for (std::size_t i = 0; i < query.terms.size(); ++i) {
        if (query.prefix && i + 1 == query.terms.size())
            for (const index::ShardTerm& term : expansions(*field, query))
                add_alternative(term.text, term.ids, i, phrase, statistics);
        else
            for (const std::string& term : query.terms[i])
                add_alternative(term, field->find(term), i, phrase, statistics);
        if (phrase.at(0, i).empty()) return cannot_match(weighted);
    }
    if (field->parts().size() > 1) number_what_segments_lack(phrase);
    weigh_by_bm25(*field, std::move(statistics), weighted.boost, phrase.weight);
}

/// Lucene leaves clauses that cannot match in a shard out before it decides which are required. When all that are
/// left of the optional ones have to match, they are required, and are summed with the others as such: in one sum.
void Weigher::weigh(const Bool& query, Weighted& weighted) {
    bool has_required = false, possible = true;
    std::size_t optional = 0;
    weighted.inner.reserve(query.clauses.size());
    for (const Clause& clause : query.clauses) {
        const bool counts = clause.occur == Occur::must || clause.occur == Occur::should;
        const Weighted& inner = add_inner(weighted, clause.query, weighted.boost, counts ? scored_ : Scored::no);
        const bool required = clause.occur == Occur::must || clause.occur == Occur::filter;
        possible = possible && (!required || inner.can_match);
        has_required |= required;
        optional += clause.occur == Occur::should && inner.can_match;
    }
    const std::uint32_t wanted = query.minimum_should_match;
    if (!possible || optional < (wanted == 0 && !has_required ? 1 : wanted)) return cannot_match(weighted);
    weighted.needs_all_should = wanted != 0 && optional == wanted;
}

}  // namespace

WeightedQuery weigh(const QueryPtr& query, const index::ShardReader& shard, const Statistics& statistics,
                    Scored scored) {
    auto root = std::make_shared<Weighted>();
    Weigher(shard, statistics, scored).weigh(resolve(query, shard), 1, *root);
    return {std::move(root), &shard};
}

}  // namespace rescora::plan

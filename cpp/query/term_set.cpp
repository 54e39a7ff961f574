/// A range gathers the documents of all terms once; a window asks each document's own terms.
#include "query/term_set.h"

#include <algorithm>

#include "base/budget.h"
#include "query/constants.h"

namespace rescora::query {

namespace {

/// Without a field of terms these may be the values of a boolean one.
void weigh_terms(FieldId field, plan::Weighted& weighted, const Weigher& weigher) {
    if (weigher.field_with_terms(field) == nullptr) weigher.weigh_numbers(field, segment::FieldType::integer, weighted);
}

/// Documents with a value of a boolean field whose word is one of those asked for.
template <class Has>
plan::Node bind_flags(FieldId field, const Has& has, float boost, const Binder& binder) {
    std::vector<std::int64_t> values;
    for (const bool flag : {false, true})
        if (has(segment::term_of_flag(flag))) values.push_back(flag);
    if (values.empty()) values.push_back(-1);  // a clause all the same, though nothing matches
    return binder.numbers<std::int64_t>(field, 0, 0, std::move(values), boost);
}

bool is_in(const plan::TermRange& range, std::string_view word) {
    const bool above = !range.has_low || word > range.low || (range.include_low && word == range.low);
    const bool below = !range.has_high || word < range.high || (range.include_high && word == range.high);
    return above && below;
}

bool any_of(std::span<const TermId> wanted, std::span<const TermId> have) {
    return std::ranges::any_of(have, [&](TermId term) { return std::ranges::binary_search(wanted, term); });
}

/// Whether one document has a word of the set, by its forward side.
bool has_word(const plan::WordSetNode& node, DocId doc, const Run& run) {
    if (node.field->norms.empty()) {
        const auto have = node.field->ordinals.values(doc);
        if (!node.terms.empty()) return any_of(node.terms, have);
        return std::ranges::any_of(have, [&](TermId term) { return term >= node.first && term < node.last; });
    }
    const postings::WordList words = node.field->forward.words(doc);
    if (node.terms.size() > words.size()) {  // thousands, most often: the document's few are looked up among them
        for (std::uint32_t at = 0; at < words.size(); ++at)
            if (std::ranges::binary_search(node.terms, words.word(at))) return true;
        return false;
    }
    if (!node.terms.empty())
        return std::ranges::any_of(node.terms, [&](TermId t) { return words.find(t, run.kernels) < words.size(); });
    const std::uint32_t at = words.lower_bound(node.first);
    return at < words.size() && words.word(at) < node.last;
}

}  // namespace

void weigh(const plan::Terms& query, plan::Weighted& weighted, Weigher& weigher) {
    weigh_terms(query.field, weighted, weigher);
}
void weigh(const plan::Prefix& query, plan::Weighted& weighted, Weigher& weigher) {
    if (weigher.field_with_terms(query.field) == nullptr) Weigher::cannot_match(weighted);
}
void weigh(const plan::TermRange& query, plan::Weighted& weighted, Weigher& weigher) {
    weigh_terms(query.field, weighted, weigher);
}

plan::Node bind(const plan::Terms& query, const plan::Weighted& weighted, Binder& binder) {
    const auto* field = binder.field_with_terms(query.field);
    const auto has = [&](const char* word) { return std::ranges::find(query.terms, word) != query.terms.end(); };
    if (field == nullptr) return bind_flags(query.field, has, weighted.boost, binder);
    std::vector<TermId> terms;
    for (const std::string& term : query.terms)
        if (const TermId id = field->words.find(term); id != no_term) terms.push_back(id);
    std::ranges::sort(terms);
    return binder.word_set(*field, std::move(terms), 0, 0, weighted.boost);
}

plan::Node bind(const plan::Prefix& query, const plan::Weighted& weighted, Binder& binder) {
    const auto* field = binder.field_with_terms(query.field);
    if (field == nullptr) return Binder::nothing();
    const auto [first, last] = field->words.with_prefix(query.prefix);
    return binder.word_set(*field, {}, first, last, weighted.boost);
}

plan::Node bind(const plan::TermRange& query, const plan::Weighted& weighted, Binder& binder) {
    const auto* field = binder.field_with_terms(query.field);
    const float boost = weighted.boost;
    if (field == nullptr)
        return bind_flags(query.field, [&](const char* word) { return is_in(query, word); }, boost, binder);
    const auto after = [&](const std::string& word) {  // the rank after a word, whether the field has it or not
        const TermId rank = field->words.lower_bound(word);
        return rank + (field->words.word(rank) == word && rank < field->words.size());
    };
    const auto before = [&](const std::string& word) { return field->words.lower_bound(word); };
    const TermId first = !query.has_low ? 0 : query.include_low ? before(query.low) : after(query.low);
    const TermId last = !query.has_high      ? field->words.size()
                        : query.include_high ? after(query.high)
                                             : before(query.high);
    return binder.word_set(*field, {}, first, last, boost);
}

std::string describe(const plan::Terms& query, const Describer& describer) {
    return describer.in(query.field) + "(" + join(query.terms) + ")";
}
std::string describe(const plan::Prefix& query, const Describer& describer) {
    return describer.in(query.field) + query.prefix + "*";
}
std::string describe(const plan::TermRange& query, const Describer& describer) {
    const auto end = [](bool given, const std::string& term) { return !given ? "*" : term == "*" ? "\\*" : term; };
    return describer.in(query.field) + (query.include_low ? "[" : "{") + end(query.has_low, query.low) + " TO " +
           end(query.has_high, query.high) + (query.include_high ? "]" : "}");
}

Scores score(const plan::WordSetNode& node, const Batch& batch, Run& run) {
    if (!batch.is_range())
        return score_where(batch, run, node.score, [&](DocId doc) {
            ask_for_work(run.arena, 32 + 8 * node.terms.size());
            return has_word(node, doc, run);
        });
    const DocumentSet& documents = run.documents(node);
    return score_where(batch, run, node.score, [&](DocId doc) { return documents.has(doc); });
}

float best(const plan::WordSetNode& node, const Range&) {
    return node.score;
}

}  // namespace rescora::query

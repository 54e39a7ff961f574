/// Sums over shards.
#include "plan/statistics.h"

namespace rescora::plan {

void Collected::add(FieldId field, FieldStatistics statistics) {
    auto& all = fields_[field].all;
    if (!all) all.emplace();
    all->document_count += statistics.document_count;
    all->sum_term_frequency += statistics.sum_term_frequency;
}

void Collected::add(FieldId field, std::string_view term, std::uint64_t document_frequency) {
    auto& terms = fields_[field].terms;
    const auto at = terms.lower_bound(term);
    const bool is_new = at == terms.end() || at->first != term;
    (is_new ? terms.emplace_hint(at, term, 0) : at)->second += document_frequency;
}

std::optional<FieldStatistics> Collected::field(FieldId field) const {
    const auto found = fields_.find(field);
    return found == fields_.end() ? std::nullopt : found->second.all;
}

std::optional<std::uint64_t> Collected::document_frequency(FieldId field, std::string_view term) const {
    const auto found = fields_.find(field);
    if (found == fields_.end()) return std::nullopt;
    const auto at = found->second.terms.find(term);
    return at == found->second.terms.end() ? std::nullopt : std::optional(at->second);
}

FieldStatistics Statistics::field(FieldId field) const {
    FieldStatistics sum;
    for (const index::ShardReader& shard : shards_)
        if (const auto* there = shard.field(field)) {
            const FieldStatistics own = there->statistics();
            sum.document_count += own.document_count;
            sum.sum_term_frequency += own.sum_term_frequency;
        }
    return sum;
}

index::TermFrequencies Statistics::sum(FieldId field, std::string_view term) const {
    index::TermFrequencies sum;
    for (const index::ShardReader& shard : shards_)
        if (const auto* there = shard.field(field)) {
            const index::TermFrequencies own = there->statistics(term);
            sum.document_frequency += own.document_frequency;
            sum.total_term_frequency += own.total_term_frequency;
        }
    return sum;
}

std::uint64_t Statistics::document_frequency(FieldId field, std::string_view term) const {
    return sum(field, term).document_frequency;
}

std::uint64_t Statistics::total_term_frequency(FieldId field, std::string_view term) const {
    return sum(field, term).total_term_frequency;
}

}  // namespace rescora::plan

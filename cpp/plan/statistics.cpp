/// Sums over shards.
#include "plan/statistics.h"

namespace rescora::plan {

namespace {

void add_to(FieldStatistics& sum, const FieldStatistics& more) {
    sum.document_count += more.document_count;
    sum.sum_term_frequency += more.sum_term_frequency;
}

/// The number of a term, 0 if it is new.
template <class Numbers>
typename Numbers::mapped_type& number_of(Numbers& numbers, std::string_view term) {
    const auto at = numbers.lower_bound(term);
    const bool is_new = at == numbers.end() || at->first != term;
    return (is_new ? numbers.emplace_hint(at, term, typename Numbers::mapped_type{}) : at)->second;
}

}  // namespace

void Statistics::add(FieldId field, FieldStatistics statistics) {
    auto& scored = fields_[field].scored;
    if (!scored) scored.emplace();
    add_to(*scored, statistics);
}

void Statistics::add(FieldId field, std::string_view term, std::uint64_t document_frequency) {
    number_of(fields_[field].document_frequencies, term) += document_frequency;
}

std::optional<FieldStatistics> Statistics::field(FieldId field) const {
    const auto found = fields_.find(field);
    return found == fields_.end() ? std::nullopt : found->second.scored;
}

std::optional<std::uint64_t> Statistics::document_frequency(FieldId field, std::string_view term) const {
    const auto found = fields_.find(field);
    if (found == fields_.end()) return std::nullopt;
    const auto at = found->second.document_frequencies.find(term);
    return at == found->second.document_frequencies.end() ? std::nullopt : std::optional(at->second);
}

void Statistics::add_total(FieldId field, FieldStatistics statistics) {
    add_to(fields_[field].total, statistics);
}

void Statistics::add_total(FieldId field, std::string_view term, TermFrequencies frequencies) {
    TermFrequencies& sum = number_of(fields_[field].totals, term);
    sum.document_frequency += frequencies.document_frequency;
    sum.total_term_frequency += frequencies.total_term_frequency;
}

FieldStatistics Statistics::total(const index::ShardReader& shard, FieldId field) const {
    if (of_ == StatisticsOf::shard) {
        const auto* own = shard.field(field);
        return own == nullptr ? FieldStatistics{} : own->statistics();
    }
    const auto found = fields_.find(field);
    return found == fields_.end() ? FieldStatistics{} : found->second.total;
}

TermFrequencies Statistics::total(const index::ShardReader& shard, FieldId field, std::string_view term) const {
    if (of_ == StatisticsOf::shard) {
        const auto* own = shard.field(field);
        return own == nullptr ? TermFrequencies{} : own->statistics(term);
    }
    const auto found = fields_.find(field);
    if (found == fields_.end()) return {};
    const auto at = found->second.totals.find(term);
    return at == found->second.totals.end() ? TermFrequencies{} : at->second;
}

}  // namespace rescora::plan

/// Sums over shards.
#include "plan/statistics.h"

#include "plan/query.h"

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

FieldStatistics statistics_of(const segment::Field& field, DocId num_docs) {
    if (field.record.type != segment::FieldType::integer)
        return {field.record.document_count, field.record.sum_term_frequency};
    const segment::ColumnSummary& flags = field.summarized(num_docs);
    return {flags.documents, std::uint64_t{flags.having[0]} + flags.having[1]};
}

segment::TermInfo term_of(const segment::Field& field, std::string_view term, DocId num_docs) {
    if (field.record.type == segment::FieldType::integer) {
        for (const bool flag : {false, true}) {
            if (term != word_of_flag(flag)) continue;
            const std::uint32_t having = field.summarized(num_docs).having[flag];
            return {having, having};
        }
    }
    const TermId id = field.words.find(term);
    return id < field.term_infos.size() ? field.term_infos[id] : segment::TermInfo{0, 0};
}

FieldStatistics Statistics::field(FieldId field) const {
    FieldStatistics sum;
    for (const auto* shard : shards_)
        if (const auto* there = shard->field(field)) {
            const FieldStatistics own = statistics_of(*there, shard->num_docs());
            sum.document_count += own.document_count;
            sum.sum_term_frequency += own.sum_term_frequency;
        }
    return sum;
}

std::uint64_t Statistics::sum(FieldId field, std::string_view term, std::uint32_t segment::TermInfo::* of) const {
    std::uint64_t sum = 0;
    for (const auto* shard : shards_)
        if (const auto* there = shard->field(field)) sum += term_of(*there, term, shard->num_docs()).*of;
    return sum;
}

std::uint64_t Statistics::document_frequency(FieldId field, std::string_view term) const {
    return sum(field, term, &segment::TermInfo::document_frequency);
}

std::uint64_t Statistics::total_term_frequency(FieldId field, std::string_view term) const {
    return sum(field, term, &segment::TermInfo::term_frequency);
}

}  // namespace rescora::plan

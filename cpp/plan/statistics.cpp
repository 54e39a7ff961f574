/// Sums over shards.
#include "plan/statistics.h"

namespace rescora::plan {

Statistics::Field Statistics::field(FieldId field) const {
    Field sum;
    for (const auto* shard : shards_)
        if (const auto* there = shard->field(field)) {
            sum.document_count += there->record.document_count;
            sum.sum_term_frequency += there->record.sum_term_frequency;
        }
    return sum;
}

std::uint64_t Statistics::sum(FieldId field, std::string_view term, std::uint32_t segment::TermInfo::* of) const {
    std::uint64_t sum = 0;
    for (const auto* shard : shards_)
        if (const auto* there = shard->field(field))
            if (const TermId id = there->words.find(term); id < there->term_infos.size())
                sum += there->term_infos[id].*of;
    return sum;
}

std::uint64_t Statistics::document_frequency(FieldId field, std::string_view term) const {
    return sum(field, term, &segment::TermInfo::document_frequency);
}

std::uint64_t Statistics::total_term_frequency(FieldId field, std::string_view term) const {
    return sum(field, term, &segment::TermInfo::term_frequency);
}

}  // namespace rescora::plan

/// Statistics summed over segments, in integers, so that they do not depend on where the segments end.
#include "index/shard_reader.h"

#include <algorithm>

namespace rescora::index {

void ShardField::add(std::size_t segment, const segment::Field& part, DocId num_docs) {
    parts_[segment] = &part;
    num_docs_.resize(parts_.size());
    num_docs_[segment] = num_docs;
    type_ = part.record.type;
    k1_ = part.record.k1;
    b_ = part.record.b;
    has_terms_ = has_terms_ || part.words.size() != 0;
    value_count_ += part.record.value_count;
    num_documents_ += type_ == segment::FieldType::vector ? part.record.value_count : part.record.document_count;
    if (type_ != segment::FieldType::text && type_ != segment::FieldType::keyword) return;
    tokens_.document_count += part.record.document_count;
    tokens_.sum_term_frequency += part.record.sum_term_frequency;
}

void ShardField::sum() {
    if (type_ != segment::FieldType::text && type_ != segment::FieldType::keyword) return;
    inverse_norms_ = segment::make_inverse_norms(
        k1_, b_, segment::average_length(tokens_.sum_term_frequency, tokens_.document_count));
}

FieldStatistics ShardField::statistics_of_flags() const {
    const segment::ColumnSummary flags = summary();
    return {flags.documents, std::uint64_t{flags.having[0]} + flags.having[1]};
}

TermFrequencies ShardField::statistics(std::string_view term) const {
    if (type_ != segment::FieldType::integer) return statistics(find(term));
    for (const bool flag : {false, true})
        if (term == segment::term_of_flag(flag)) return {summary().having[flag], summary().having[flag]};
    return {};
}

std::vector<ShardTerm> ShardField::with_prefix(std::string_view prefix, std::uint32_t most) const {
    std::vector<ShardTerm> all;
    for (std::size_t s = 0; s < parts_.size(); ++s) {
        if (parts_[s] == nullptr) continue;
        const auto [first, last] = parts_[s]->words.with_prefix(prefix);
        for (TermId id = first; id < first + std::min(last - first, most); ++id) {
            all.push_back({parts_[s]->words.word(id), {}});
            all.back().ids.set(s, id);
        }
    }
    if (parts_.size() == 1) return all;
    std::ranges::stable_sort(all, {}, &ShardTerm::text);  // of equal ones the lower segment stays first
    std::vector<ShardTerm> terms;
    for (ShardTerm& term : all) {
        if (terms.empty() || terms.back().text != term.text) {
            if (terms.size() == most) break;
            terms.push_back(std::move(term));
            continue;
        }
        for (std::size_t s = 0; s < parts_.size(); ++s)
            if (term.ids[s] != no_term) terms.back().ids.set(s, term.ids[s]);
    }
    return terms;
}

segment::ColumnSummary ShardField::summary() const {
    segment::ColumnSummary all;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (parts_[i] == nullptr) continue;
        const segment::ColumnSummary& its = parts_[i]->summarized(num_docs_[i]);
        all.least = std::min(all.least, its.least);
        all.most = std::max(all.most, its.most);
        all.documents += its.documents;
        for (std::size_t flag = 0; flag < all.having.size(); ++flag) all.having[flag] += its.having[flag];
    }
    return all;
}

ShardReader::ShardReader(Segments segments, std::uint32_t number, std::vector<Live> live)
    : segments_(std::move(segments)), live_(std::move(live)), number_(number) {
    live_.resize(segments_.size());
    bases_.push_back(0);
    for (std::size_t s = 0; s < segments_.size(); ++s) {
        bases_.push_back(bases_.back() + segments_[s]->num_docs());
        for (const segment::Field& part : segments_[s]->fields()) {
            const FieldId number_of_field = part.record.field;
            auto at = std::ranges::lower_bound(fields_, number_of_field, {}, &ShardField::number);
            if (at == fields_.end() || at->number() != number_of_field)
                at = fields_.emplace(at, number_of_field, segments_.size());
            at->add(s, part, segments_[s]->num_docs());
        }
    }
    for (ShardField& field : fields_) field.sum();
}

const ShardField* ShardReader::field(FieldId number) const {
    const auto at = std::ranges::lower_bound(fields_, number, {}, &ShardField::number);
    return at != fields_.end() && at->number() == number ? &*at : nullptr;
}

std::string_view ShardReader::id(ShardDoc doc) const {
    const std::size_t s = segment_of(doc);
    return segments_[s]->id(in_segment(bases_[s], doc));
}

std::string_view ShardReader::source(ShardDoc doc) const {
    const std::size_t s = segment_of(doc);
    return segments_[s]->source(in_segment(bases_[s], doc));
}

std::optional<ShardDoc> ShardReader::find_id(std::string_view id) const {
    for (std::size_t s = 0; s < segments_.size(); ++s)
        if (const DocId doc = segments_[s]->find_id(id); doc < segments_[s]->num_docs() && live_[s][doc])
            return in_shard(bases_[s], doc);
    return std::nullopt;
}

}  // namespace rescora::index

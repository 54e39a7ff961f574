/// What the kinds of queries share when they are bound to one segment. A clause that only this segment cannot match
/// stays a clause: how clauses are added up was decided for the shard.
#pragma once
#include <type_traits>
#include <utility>
#include <vector>

#include "query/bind.h"

namespace rescora::query {

class Binder {
 public:
    Binder(const index::ShardReader& bound_in, std::size_t segment_number)
        : shard(bound_in), segment(bound_in.segment(segment_number)), number(segment_number) {}

    const index::ShardReader& shard;
    const segment::Segment& segment;
    const std::size_t number;  ///< of the segment in the shard

    /// The whole query: its kind's `bind`.
    plan::Node bind(const plan::Weighted& weighted);

    plan::Slot num_cursors() const { return num_cursors_; }
    plan::Slot num_document_sets() const { return num_document_sets_; }
    plan::Slot num_scripts() const { return num_scripts_; }

    plan::Slot take_cursor() { return num_cursors_++; }
    plan::Slot take_script() { return num_scripts_++; }

    static plan::Node nothing() { return {plan::NothingNode{}, nullptr}; }
    static bool is_nothing(const plan::Node& node) { return std::holds_alternative<plan::NothingNode>(node.kind); }

    const segment::Field* field_with_terms(FieldId field_number) const {
        const auto* field = segment.field(field_number);
        return field != nullptr && field->words.size() != 0 ? field : nullptr;
    }

    plan::Node word_set(const segment::Field& field, std::vector<TermId> terms, TermId first, TermId last,
                        float boost) {
        return {plan::WordSetNode{&field, std::move(terms), first, last, boost, num_document_sets_++}, nullptr};
    }

    template <class T>
    plan::Node numbers(FieldId field_number, T low, T high, std::vector<T> values, float boost) const {
        const auto* field = segment.field(field_number);
        constexpr auto type = std::is_same_v<T, double> ? segment::FieldType::real : segment::FieldType::integer;
        if (field == nullptr || field->record.type != type || field->record.value_count == 0) return nothing();
        return {plan::NumberNode<T>{field, low, high, std::move(values), boost}, nullptr};
    }

 private:
    plan::Slot num_cursors_ = 0, num_document_sets_ = 0, num_scripts_ = 0;
};

}  // namespace rescora::query

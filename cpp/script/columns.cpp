/// Operations that read the documents' columns.
#include <algorithm>

#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::FaultCode;
using plan::Instruction;
using plan::Operation;

const BoundColumn& column_of(const Frame& frame, const Instruction& instruction) {
    return frame.columns[instruction.aux];
}

/// Padding lanes are computed but never read; zeros there are quick.
void pad(const Frame& frame, std::uint64_t* out) {
    std::fill(out + frame.n, out + frame.stride, 0);
}

template <class T>
using View = columns::Column<T> segment::Field::*;

/// A document's values; none where the shard has no such field.
template <class T>
std::span<const T> values(const BoundColumn& column, View<T> view, DocId doc) {
    return column.field == nullptr ? std::span<const T>{} : (column.field->*view).values(doc);
}

/// Each document's first value as `convert` makes it a lane, or 0.
template <class T, class Convert>
void gather_first(Frame& frame, const Instruction& instruction, std::span<const T> dense, View<T> view,
                  Convert convert) {
    std::uint64_t* out = frame.lanes(instruction.out);
    if (!dense.empty()) {
        for (std::uint32_t i = 0; i < frame.n; ++i) out[i] = convert(dense[frame.docs[i]]);
    } else {
        const BoundColumn& column = column_of(frame, instruction);
        for (std::uint32_t i = 0; i < frame.n; ++i) {
            const auto found = values(column, view, frame.docs[i]);
            out[i] = found.empty() ? 0 : convert(found.front());
        }
    }
    pad(frame, out);
}

void first_long(Frame& frame, const Instruction& instruction) {
    gather_first(frame, instruction, column_of(frame, instruction).dense_integers, &segment::Field::integers,
                 [](std::int64_t value) { return lane_of(value); });
}

void first_double(Frame& frame, const Instruction& instruction) {
    gather_first(frame, instruction, column_of(frame, instruction).dense_reals, &segment::Field::reals,
                 [](double value) { return lane_of(value); });
}

const plan::Text* word(Frame& frame, const BoundColumn& column, TermId ordinal) {
    return frame.view(column.field->words.word(ordinal));
}

void first_text(Frame& frame, const Instruction& instruction) {
    const BoundColumn& column = column_of(frame, instruction);
    auto* texts = frame.arena.take<plan::Text>(frame.n);  // at once: one by one each would fill a cache line
    frame.text_made += frame.n * sizeof(plan::Text);
    gather_first(frame, instruction, column.dense_ordinals, &segment::Field::ordinals, [&](TermId ordinal) {
        const std::string_view word = column.field->words.word(ordinal);
        *texts = {word.data(), static_cast<std::uint32_t>(word.size())};
        return lane_of(const_cast<const plan::Text*>(texts++));
    });
}

std::size_t count_of(const Frame& frame, const Instruction& instruction, DocId doc) {
    const BoundColumn& column = column_of(frame, instruction);
    switch (frame.script.program->columns[instruction.aux].kind) {
        case plan::ColumnKind::integer:
            return values(column, &segment::Field::integers, doc).size();
        case plan::ColumnKind::real:
            return values(column, &segment::Field::reals, doc).size();
        case plan::ColumnKind::keyword:
            return values(column, &segment::Field::ordinals, doc).size();
        case plan::ColumnKind::vector:
            return column.field != nullptr && column.field->vectors.has(doc) ? 1 : 0;
    }
    return 0;
}

void count(Frame& frame, const Instruction& instruction) {
    std::uint64_t* out = frame.lanes(instruction.out);
    if (column_of(frame, instruction).is_dense()) {
        std::fill_n(out, frame.n, 1);
    } else {
        for (std::uint32_t i = 0; i < frame.n; ++i) out[i] = count_of(frame, instruction, frame.docs[i]);
    }
    pad(frame, out);
}

void score(Frame& frame, const Instruction& instruction) {
    std::uint64_t* out = frame.lanes(instruction.out);
    for (std::uint32_t i = 0; i < frame.n; ++i) out[i] = lane_of(static_cast<double>(frame.scores[i]));
    pad(frame, out);
}

void present(const Lane& lane, std::int64_t count) {
    if (count == 0) lane.fail(FaultCode::missing_value);
}

template <class T>
const T* at(const Lane& lane, std::span<const T> values, std::int64_t index) {
    if (index >= 0 && index < static_cast<std::int64_t>(values.size())) return &values[static_cast<std::size_t>(index)];
    return lane.fail(FaultCode::index, static_cast<double>(index), beyond(index, values.size()));
}

std::int64_t value_long(const Lane& lane, std::int64_t index) {
    const auto* value = at(lane, values(lane.column(), &segment::Field::integers, lane.doc()), index);
    return value == nullptr ? 0 : *value;
}

double value_double(const Lane& lane, std::int64_t index) {
    const auto* value = at(lane, values(lane.column(), &segment::Field::reals, lane.doc()), index);
    return value == nullptr ? 0 : *value;
}

const plan::Text* value_text(const Lane& lane, std::int64_t index) {
    const auto* ordinal = at(lane, values(lane.column(), &segment::Field::ordinals, lane.doc()), index);
    return ordinal == nullptr ? nullptr : word(lane.frame, lane.column(), *ordinal);
}

bool contains_long(const Lane& lane, std::int64_t value) {
    return std::ranges::binary_search(values(lane.column(), &segment::Field::integers, lane.doc()), value);
}

/// As Double.equals has it: NaN is in the list where NaN is, and 0.0 is not -0.0.
bool contains_double(const Lane& lane, double value) {
    const auto same = [&](double other) {
        return std::bit_cast<std::uint64_t>(other) == std::bit_cast<std::uint64_t>(value) ||
               (other != other && value != value);
    };
    const auto all = values(lane.column(), &segment::Field::reals, lane.doc());
    lane.charge(work_of_an_item * all.size());
    return std::ranges::any_of(all, same);
}

bool contains_text(const Lane& lane, const plan::Text* text) {
    if (text == nullptr || lane.column().field == nullptr) return false;
    const TermId ordinal = lane.column().field->words.find(text->view());
    return ordinal != no_term &&
           std::ranges::binary_search(values(lane.column(), &segment::Field::ordinals, lane.doc()), ordinal);
}

/// One dictionary look-up for the block: b is the same in all lanes.
void equal_ordinal(Frame& frame, const Instruction& instruction) {
    std::uint64_t* out = frame.lanes(instruction.out);
    const BoundColumn& column = column_of(frame, instruction);
    const auto* text = value_of<const plan::Text*>(frame.lanes(instruction.b)[0]);
    const TermId ordinal =
        text == nullptr || column.field == nullptr ? no_term : column.field->words.find(text->view());
    if (ordinal == no_term) {
        std::fill_n(out, frame.stride, 0);
        return;
    }
    gather_first(frame, instruction, column.dense_ordinals, &segment::Field::ordinals,
                 [&](TermId value) { return lane_of(value == ordinal); });
}

}  // namespace

void add_columns(Functions& functions) {
    functions[Operation::first_long] = &first_long;
    functions[Operation::first_double] = &first_double;
    functions[Operation::first_text] = &first_text;
    functions[Operation::count] = &count;
    functions[Operation::score] = &score;
    functions[Operation::present] = each_lane<&present>;
    functions[Operation::value_long] = each_lane<&value_long>;
    functions[Operation::value_double] = each_lane<&value_double>;
    functions[Operation::value_text] = each_lane<&value_text>;
    functions[Operation::contains_long] = each_lane<&contains_long>;
    functions[Operation::contains_double] = each_lane<&contains_double>;
    functions[Operation::contains_text] = each_lane<&contains_text>;
    functions[Operation::equal_ordinal] = &equal_ordinal;
}

}  // namespace rescora::script

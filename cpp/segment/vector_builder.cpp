/// The sections of a column of vectors: rows, the offsets of documents, magnitudes.
#include "segment/vector_builder.h"

#include <string>

#include "base/budget.h"
#include "base/error.h"
#include "segment/column_builder.h"

namespace rescora::segment {

namespace {

std::vector<float> magnitudes_of(std::span<const float> floats, std::size_t dims, Budget* budget) {
    std::vector<float> all(floats.size() / dims);
    for (std::size_t i = 0; i < all.size(); ++i) {
        ask_after(1024, i, budget);
        all[i] = columns::magnitude(floats.subspan(i * dims, dims));
    }
    return all;
}

}  // namespace

bool VectorOptions::is_possible() const {
    const bool known = element >= columns::ElementType::float32 && element <= columns::ElementType::bit;
    return known && dims >= 1 && dims <= most_dims && (element != columns::ElementType::bit || dims % 8 == 0);
}

VectorBuilder::VectorBuilder(VectorOptions options) : options_(options) {
    if (!options.is_possible())
        throw InvalidArgument("a vector cannot have " + std::to_string(options.dims) + " dimensions of element type " +
                              std::to_string(static_cast<std::uint32_t>(options.element)));
}

void VectorBuilder::add(DocId doc, Bytes row) {
    if (!docs_.empty() && doc <= docs_.back())
        throw InvalidArgument("document " + std::to_string(doc) + " must come before document " +
                              std::to_string(docs_.back()) + ", and have one vector at most");
    docs_.push_back(doc);
    rows_.insert(rows_.end(), row.begin(), row.end());
}

FieldRecord VectorBuilder::build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget) {
    if (!owner_ && !one_each(docs_, num_docs))
        sections.push_back(make_section(SectionKind::value_offsets, field, count_offsets(docs_, num_docs)));
    Section rows = owner_ ? Section{{static_cast<std::uint32_t>(SectionKind::vectors), 0, field}, lent_, owner_}
                          : make_section(SectionKind::vectors, field, std::move(rows_));
    const auto count = static_cast<std::uint32_t>(rows.bytes.size() / options_.row_size());
    if (options_.element == columns::ElementType::float32)
        sections.push_back(make_section(SectionKind::magnitudes, field,
                                        magnitudes_of(items_of<float>(rows.bytes), options_.dims, budget)));
    sections.push_back(std::move(rows));
    return {field, FieldType::vector, count, 0, 0, count, 0, 0, options_.dims, options_.element};
}

}  // namespace rescora::segment

/// Look-up of a document's vector, and its magnitude.
#include "columns/vectors.h"

#include <bit>
#include <cmath>

namespace rescora::columns {

float magnitude(std::span<const float> vector) {
    double sum = 0;
    for (const float x : vector) sum += static_cast<double>(x * x);
    return static_cast<float>(std::sqrt(sum));
}

Vectors::Vectors(ElementType element_type, std::uint32_t dimensions, Bytes rows, std::span<const std::uint32_t> offsets,
                 std::span<const float> magnitudes)
    : element(element_type),
      dims(dimensions),
      rows_(rows),
      row_size_(columns::row_size(element_type, dimensions)),
      num_rows_(row_size_ == 0 ? 0 : rows.size() / row_size_),
      offsets_(offsets),
      magnitudes_(magnitudes) {}

const float* Vectors::floats(DocId doc) const {
    const std::size_t at = row(doc);
    if (at == no_row || element != ElementType::float32) return nullptr;
    return reinterpret_cast<const float*>(rows_.data() + at * row_size_);
}

const std::int8_t* Vectors::bytes(DocId doc) const {
    const std::size_t at = row(doc);
    if (at == no_row || element == ElementType::float32) return nullptr;
    return reinterpret_cast<const std::int8_t*>(rows_.data() + at * row_size_);
}

float Vectors::magnitude(DocId doc) const {
    const std::size_t at = row(doc);
    if (at == no_row) return 0;
    if (element == ElementType::float32) return at < magnitudes_.size() ? magnitudes_[at] : 0;
    std::int64_t sum = 0;
    for (const std::int8_t byte : std::span(bytes(doc), row_size_))
        sum += element == ElementType::bit ? std::popcount(static_cast<std::uint8_t>(byte)) : byte * byte;
    return static_cast<float>(std::sqrt(static_cast<double>(sum)));
}

}  // namespace rescora::columns

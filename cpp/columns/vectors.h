/// A column of vectors of floats, bytes or bits, at most one per document.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/types.h"

namespace rescora::columns {

/// What a vector is made of. The numbers stand in files.
enum class ElementType : std::uint32_t { float32 = 1, int8 = 2, bit = 3 };

/// Bytes of one vector; bits are packed eight a byte.
constexpr std::size_t row_size(ElementType element, std::uint32_t dims) {
    switch (element) {
        case ElementType::float32:
            return std::size_t{dims} * sizeof(float);
        case ElementType::int8:
            return dims;
        case ElementType::bit:
            return dims / 8;
    }
    return 0;
}

/// sqrt of the sum of squares: each square is a float32, their sum a double, in the order of the dimensions.
float magnitude(std::span<const float> vector);

/// Rows stand one after the other; without `offsets` every document has one, else document d has row offsets[d] where
/// offsets[d + 1] is one more. Offsets that were damaged give no vector, never a read out of bounds.
class Vectors {
 public:
    ElementType element = ElementType::float32;
    std::uint32_t dims = 0;

    Vectors() = default;
    /// Needs  rows of whole vectors, aligned for their elements; for float32 as many magnitudes, otherwise none.
    Vectors(ElementType element, std::uint32_t dims, Bytes rows, std::span<const std::uint32_t> offsets,
            std::span<const float> magnitudes);

    std::size_t size() const { return num_rows_; }  ///< vectors

    bool has(DocId doc) const { return row(doc) != no_row; }

    /// `dims` floats, or nullptr where the document has no vector or the elements are something else.
    const float* floats(DocId doc) const;
    /// `dims` bytes, or dims / 8 of packed bits; nullptr where the document has no vector or the elements are floats.
    const std::int8_t* bytes(DocId doc) const;

    /// Of float32 vectors as it was when they were indexed; of bytes and bits computed; 0 where there is no vector.
    float magnitude(DocId doc) const;

 private:
    static constexpr std::size_t no_row = ~std::size_t{0};

    std::size_t row(DocId doc) const {
        if (offsets_.empty()) return doc < num_rows_ ? doc : no_row;
        if (doc >= offsets_.size() - 1) return no_row;
        const std::size_t begin = offsets_[doc];
        return begin < num_rows_ && offsets_[doc + 1] == begin + 1 ? begin : no_row;
    }

    Bytes rows_;
    std::size_t row_size_ = 0, num_rows_ = 0;
    std::span<const std::uint32_t> offsets_;
    std::span<const float> magnitudes_;
};

}  // namespace rescora::columns

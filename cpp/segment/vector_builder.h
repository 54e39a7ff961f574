/// Builds a segment's column of vectors.
#pragma once
#include <memory>
#include <vector>

#include "base/types.h"
#include "columns/vectors.h"
#include "segment/sections.h"

namespace rescora {
class Budget;
}

namespace rescora::segment {

/// The greatest number of dimensions: 4,096 bytes of bits.
constexpr std::uint32_t most_dims = 32'768;

/// The shape of a field's vectors.
struct VectorOptions {
    columns::ElementType element = columns::ElementType::float32;
    std::uint32_t dims = 0;

    /// Whether dimensions and element type are valid.
    bool is_possible() const;
    std::size_t row_size() const { return columns::row_size(element, dims); }
};

class VectorBuilder {
 public:
    /// Throws InvalidArgument for an invalid shape.
    explicit VectorBuilder(VectorOptions options);

    const VectorOptions& options() const { return options_; }

    /// The vector of a document; documents must ascend, InvalidArgument otherwise.
    void add(DocId doc, Bytes row);

    /// One vector a document, used where it lies instead of being copied.
    void set_rows(Bytes rows, std::shared_ptr<const void> owner) {
        lent_ = rows;
        owner_ = std::move(owner);
    }

    FieldRecord build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget);

 private:
    VectorOptions options_;
    std::vector<DocId> docs_;
    std::vector<std::byte> rows_;
    Bytes lent_;
    std::shared_ptr<const void> owner_;
};

}  // namespace rescora::segment

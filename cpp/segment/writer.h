/// Builds one segment: collects its documents' fields, and makes it.
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "segment/column_builder.h"
#include "segment/segment.h"
#include "segment/text_builder.h"
#include "segment/vector_builder.h"

namespace rescora::segment {

/// Documents are numbered in order of arrival. It knows no shard and no other segment. Not safe for several threads.
class Writer {
 public:
    using FieldBuilder =
        std::variant<TextBuilder, KeywordBuilder, NumberBuilder<std::int64_t>, NumberBuilder<double>, VectorBuilder>;

    Writer() = default;
    Writer(Writer&&) = default;  // and no copies

    /// False where the field is there already.
    template <class Builder, class... Arguments>
    bool add_field(FieldId field, const Arguments&... arguments) {
        return fields_.try_emplace(field, std::in_place_type<Builder>, arguments...).second;
    }

    /// The field's builder; null where it has none of this type.
    template <class Builder>
    Builder* field(FieldId field) {
        const auto found = fields_.find(field);
        return found == fields_.end() ? nullptr : std::get_if<Builder>(&found->second);
    }

    /// The next document's number.
    DocId add_document() { return num_docs_++; }
    DocId num_docs() const { return num_docs_; }

    /// The next document's source; either all documents have one or none.
    void add_source(std::string_view source);

    /// ids: of the documents. The writer is empty afterwards.
    std::shared_ptr<const Segment> build(std::span<const std::string_view> ids, bool has_sources, Budget* budget);

 private:
    std::unordered_map<FieldId, FieldBuilder> fields_;
    DocId num_docs_ = 0;
    std::vector<char> source_bytes_;
    std::vector<std::uint64_t> source_starts_ = {0};
};

}  // namespace rescora::segment

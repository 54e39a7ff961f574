/// Takes documents in, field by field in batches, and gives the shards of an index.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "segment/column_builder.h"
#include "segment/segment.h"
#include "segment/text_builder.h"
#include "segment/vector_builder.h"

namespace rescora::segment {

/// The shard of a document among `num_shards`, as Elasticsearch routes it by its id.
std::uint32_t route(std::string_view id, std::uint32_t num_shards);

/// Documents are numbered in order of arrival; a batch names them by these numbers. Not safe for several threads.
class Builder {
 public:
    explicit Builder(std::uint32_t num_shards);

    void add_text_field(FieldId field, const TextOptions& options);
    void add_keyword_field(FieldId field, float k1, float b);
    void add_integer_field(FieldId field);
    void add_real_field(FieldId field);
    /// An integer field that is there holds booleans, 0 and 1: BM25 weighs them as words without a length.
    void set_flags(FieldId field, float k1, float b);
    void add_vector_field(FieldId field, VectorOptions options);

    /// The next documents. Throws InvalidArgument for an id that is there already, naming it.
    void add_documents(std::span<const std::string_view> ids);

    /// The next documents' sources; either all documents have one or none.
    void add_sources(std::span<const std::string_view> sources);

    /// docs: numbers of arrival, not descending; one a value.
    void add_texts(FieldId field, std::span<const std::uint32_t> docs, std::span<const std::string_view> values,
                   Budget* budget = nullptr);
    void add_keywords(FieldId field, std::span<const std::uint32_t> docs, std::span<const std::string_view> values,
                      Budget* budget = nullptr);
    void add_integers(FieldId field, std::span<const std::uint32_t> docs, std::span<const std::int64_t> values);
    void add_reals(FieldId field, std::span<const std::uint32_t> docs, std::span<const double> values);
    /// One row of the field's shape for each of `docs`, which must ascend.
    void add_vectors(FieldId field, std::span<const std::uint32_t> docs, Bytes rows);

    /// One value for each document, in order of arrival. With one shard the memory is used where it lies.
    void set_integers(FieldId field, std::span<const std::int64_t> values, std::shared_ptr<const void> owner);
    void set_reals(FieldId field, std::span<const double> values, std::shared_ptr<const void> owner);
    void set_vectors(FieldId field, VectorOptions options, Bytes rows, std::shared_ptr<const void> owner);

    /// For filters that live elsewhere: a text field's distinct words in one shard, and what they become.
    const std::vector<std::string_view>& words(FieldId field, std::uint32_t shard) const;
    void set_terms(FieldId field, std::uint32_t shard, std::vector<std::optional<std::string>> terms);

    std::uint32_t num_documents() const { return static_cast<std::uint32_t>(places_.size()); }
    std::uint32_t num_shards() const { return static_cast<std::uint32_t>(shards_.size()); }

    /// The finished shards. The builder is empty afterwards, and of no use where Stopped was thrown.
    std::vector<std::shared_ptr<const Segment>> finish(std::size_t threads, Budget* budget = nullptr);

 private:
    using FieldBuilder =
        std::variant<TextBuilder, KeywordBuilder, NumberBuilder<std::int64_t>, NumberBuilder<double>, VectorBuilder>;

    struct Shard {
        Shard() = default;
        Shard(Shard&&) = default;  // and no copies

        std::unordered_map<FieldId, FieldBuilder> fields;
        WordTable ids;
        std::vector<char> source_bytes;
        std::vector<std::uint64_t> source_starts = {0};

        DocId num_docs() const { return static_cast<DocId>(ids.words().size()); }
        std::shared_ptr<const Segment> build(Budget* budget);
    };

    struct Place {
        std::uint32_t shard;
        DocId doc;
    };

    template <class FieldBuilderType>
    std::vector<FieldBuilderType*> builders_of(FieldId field);
    template <class FieldBuilderType, class Values>
    void add(FieldId field, std::span<const std::uint32_t> docs, const Values& values, Budget* budget = nullptr);
    template <class T>
    void set(FieldId field, std::span<const T> values, std::shared_ptr<const void> owner);
    template <class FieldBuilderType, class... Arguments>
    void add_field(FieldId field, const Arguments&... arguments);
    const Place& place(std::uint32_t document) const;

    std::vector<Shard> shards_;
    std::vector<Place> places_;
    std::size_t num_sources_ = 0;
};

}  // namespace rescora::segment

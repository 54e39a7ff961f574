/// Builds an index: takes documents field by field, routes them to shards, and makes the segments.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/shard_reader.h"
#include "segment/writer.h"

namespace rescora::index {

/// Documents are numbered in order of arrival; a batch names them by these numbers. Not safe for several threads.
class Builder {
 public:
    /// segment_ends: numbers of arrival, ascending, before which each shard begins a new segment.
    explicit Builder(std::uint32_t num_shards, std::vector<std::uint32_t> segment_ends = {});

    void add_text_field(FieldId field, const segment::TextOptions& options);
    void add_keyword_field(FieldId field, float k1, float b);
    void add_integer_field(FieldId field);
    void add_real_field(FieldId field);
    /// Marks an integer field as booleans, 0 and 1: BM25 weighs them as terms without norms.
    void set_flags(FieldId field, float k1, float b);
    void add_vector_field(FieldId field, segment::VectorOptions options);

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

    /// One value for each document, in order of arrival. With one segment the memory is used where it lies.
    void set_integers(FieldId field, std::span<const std::int64_t> values, std::shared_ptr<const void> owner);
    void set_reals(FieldId field, std::span<const double> values, std::shared_ptr<const void> owner);
    void set_vectors(FieldId field, segment::VectorOptions options, Bytes rows, std::shared_ptr<const void> owner);

    /// For filters outside of the core: a text field's distinct tokens in one segment, and their terms.
    const std::vector<std::string_view>& words(FieldId field, std::uint32_t segment);
    void set_terms(FieldId field, std::uint32_t segment, std::vector<std::optional<std::string>> terms);

    std::uint32_t num_documents() const { return static_cast<std::uint32_t>(places_.size()); }
    std::uint32_t num_shards() const { return static_cast<std::uint32_t>(ids_.size()); }
    /// Of all shards, numbered shard by shard.
    std::uint32_t num_segments() const { return static_cast<std::uint32_t>(writers_.size()); }

    /// The finished segments of each shard. The builder is empty afterwards, and of no use where Stopped was thrown.
    std::vector<ShardReader::Segments> finish(std::size_t threads, Budget* budget = nullptr);

 private:
    struct Place {
        std::uint32_t segment;
        DocId doc;  ///< in the segment
    };

    template <class FieldBuilderType>
    FieldBuilderType& builder_of(FieldId field, std::size_t segment);
    template <class FieldBuilderType>
    std::vector<FieldBuilderType*> builders_of(FieldId field);
    template <class FieldBuilderType, class Values>
    void add(FieldId field, std::span<const std::uint32_t> docs, const Values& values, Budget* budget = nullptr);
    template <class T>
    void set(FieldId field, std::span<const T> values, std::shared_ptr<const void> owner);
    template <class FieldBuilderType, class... Arguments>
    void add_field(FieldId field, const Arguments&... arguments);
    const Place& place(std::uint32_t document) const;

    std::size_t segments_a_shard() const { return segment_ends_.size() + 1; }

    std::vector<std::uint32_t> segment_ends_;
    std::vector<segment::WordTable> ids_;   ///< a table a shard
    std::vector<segment::Writer> writers_;  ///< by number of the segment
    std::vector<Place> places_;             ///< by number of arrival
    std::size_t num_sources_ = 0;
};

}  // namespace rescora::index

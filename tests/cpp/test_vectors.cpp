/// Vectors come back document by document, and damaged sections give errors or no vector, never a read out of bounds.
#include <cmath>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "check.h"
#include "columns/vectors.h"
#include "index/builder.h"
#include "segment/segment.h"

namespace {

using namespace rescora;
using namespace rescora::segment;
using columns::ElementType;
using columns::Vectors;

template <class T>
Bytes bytes(const std::vector<T>& items) {
    return bytes_of(std::span<const T>(items));
}

index::Builder with_documents(std::size_t count, std::uint32_t num_shards = 1) {
    static const std::vector<std::string_view> ids = {"a", "b", "c", "d", "e"};
    index::Builder builder(num_shards);
    builder.add_documents(std::span(ids).first(count));
    return builder;
}

/// Three documents; the second has no vectors.
std::shared_ptr<const Segment> make() {
    index::Builder builder = with_documents(3);
    builder.add_vector_field(0, {ElementType::float32, 2});
    builder.add_vector_field(1, {ElementType::int8, 3});
    builder.add_vector_field(2, {ElementType::bit, 16});
    const std::vector<std::uint32_t> docs = {0, 2};
    builder.add_vectors(0, docs, bytes<float>({3, 4, -1, 0.5f}));
    builder.add_vectors(1, docs, bytes<std::int8_t>({1, 2, -2, -128, 0, 0}));
    builder.add_vectors(2, docs, bytes<std::int8_t>({-1, 0, 1, 3}));
    return builder.finish(1).front().front();
}

TEST(vectors_come_back_document_by_document) {
    const auto segment = make();
    const Vectors& floats = segment->field(0)->vectors;
    CHECK(floats.element == ElementType::float32);
    CHECK_EQUAL(2u, floats.dims);
    CHECK_EQUAL(2u, floats.size());
    CHECK(std::vector<float>({3, 4}) == std::vector<float>(floats.floats(0), floats.floats(0) + 2));
    CHECK(std::vector<float>({-1, 0.5f}) == std::vector<float>(floats.floats(2), floats.floats(2) + 2));
    CHECK_EQUAL(5.0f, floats.magnitude(0));
    const Vectors& whole = segment->field(1)->vectors;
    CHECK_EQUAL(-2, int{whole.bytes(0)[2]});
    CHECK_EQUAL(3.0f, whole.magnitude(0));
    CHECK_EQUAL(128.0f, whole.magnitude(2));
    const Vectors& bits = segment->field(2)->vectors;
    CHECK_EQUAL(16u, bits.dims);
    CHECK_EQUAL(3, int{bits.bytes(2)[1]});
    CHECK_EQUAL(std::sqrt(8.0f), bits.magnitude(0));
    CHECK(floats.bytes(0) == nullptr && whole.floats(0) == nullptr);
}

TEST(a_document_without_a_vector_has_none) {
    const auto segment = make();
    for (const FieldId field : {0u, 1u, 2u}) {
        const Field& found = *segment->field(field);
        CHECK(found.has(0) && !found.has(1) && found.has(2) && found.has_any());
        for (const DocId doc : {1u, 3u, no_doc}) {
            CHECK(!found.vectors.has(doc) && found.vectors.floats(doc) == nullptr);
            CHECK(found.vectors.bytes(doc) == nullptr);
            CHECK_EQUAL(0.0f, found.vectors.magnitude(doc));
        }
    }
}

TEST(a_magnitude_adds_float32_squares_in_double) {
    const std::vector<float> vector = {1e-3f, 0.1f, 1.0f / 3, 1e4f};
    double sum = 0;
    for (const float x : vector) sum += static_cast<double>(x * x);
    CHECK_EQUAL(static_cast<float>(std::sqrt(sum)), columns::magnitude(vector));
}

TEST(a_column_of_vectors_is_used_where_it_lies) {
    std::vector<float> rows = {1, 0, 0, 2, 3, 4};
    index::Builder builder = with_documents(3);
    builder.set_vectors(7, {ElementType::float32, 2}, bytes(rows), std::make_shared<int>());
    const auto segment = builder.finish(1).front().front();
    CHECK(segment->field(7)->vectors.floats(0) == rows.data());
    CHECK_EQUAL(5.0f, segment->field(7)->vectors.magnitude(2));
}

TEST(a_column_of_vectors_follows_its_documents_into_shards) {
    const std::vector<std::int8_t> rows = {1, 2, 3, 4, 5};
    index::Builder builder = with_documents(5, 3);
    builder.set_vectors(0, {ElementType::int8, 1}, bytes(rows), nullptr);
    std::size_t seen = 0;
    for (const auto& segments : builder.finish(1)) {
        const segment::Segment& only = *segments.front();
        for (DocId doc = 0; doc < only.num_docs(); ++doc, ++seen)
            CHECK_EQUAL(only.id(doc)[0] - 'a' + 1, int{only.field(0)->vectors.bytes(doc)[0]});
    }
    CHECK_EQUAL(5u, seen);
}

TEST(a_builder_refuses_vectors_that_do_not_fit) {
    index::Builder builder = with_documents(2);
    builder.add_vector_field(0, {ElementType::float32, 2});
    const std::vector<std::uint32_t> first = {0}, twice = {1, 1};
    const std::vector<float> two = {1, 2}, three = {1, 2, 3}, four = {1, 2, 3, 4};
    CHECK_THROWS(InvalidArgument, "vectors of field 0 must be 8 bytes long each, and there are 12 bytes",
                 builder.add_vectors(0, first, bytes(three)));
    CHECK_THROWS(InvalidArgument, "docs has 1 entries, values has 2", builder.add_vectors(0, first, bytes(four)));
    CHECK_THROWS(InvalidArgument, "document 1 must come before document 1, and have one vector at most",
                 builder.add_vectors(0, twice, bytes(four)));
    CHECK_THROWS(InvalidArgument, "field 1 is not of this type", builder.add_vectors(1, first, bytes(two)));
    CHECK_THROWS(InvalidArgument, "a column must have one vector of 4 bytes for each of the 2 documents, not 12 bytes",
                 builder.set_vectors(2, {ElementType::float32, 1}, bytes(three), nullptr));
    CHECK_THROWS(InvalidArgument, "a vector cannot have 0 dimensions of element type 1",
                 builder.add_vector_field(3, {ElementType::float32, 0}));
    CHECK_THROWS(InvalidArgument, "a vector cannot have 12 dimensions of element type 3",
                 builder.add_vector_field(3, {ElementType::bit, 12}));
}

/// The segment again, with one section changed.
template <class Change>
Segment with_section(SectionKind kind, FieldId field, const Change& change) {
    const auto good = make();
    std::vector<Section> sections(good->sections().begin(), good->sections().end());
    for (Section& section : sections) {
        if (section.key != SectionKey{static_cast<std::uint32_t>(kind), 0, field}) continue;
        std::vector<std::byte> copy(section.bytes.begin(), section.bytes.end());
        change(copy);
        section = make_section(kind, field, std::move(copy));
    }
    return Segment(std::move(sections));
}

/// The record of the first field, changed.
template <class Change>
Segment with_record(const Change& change) {
    return with_section(SectionKind::directory, 0, [&](std::vector<std::byte>& directory) {
        auto record = load<FieldRecord>(directory.data() + sizeof(DirectoryHeader));
        change(record);
        std::memcpy(directory.data() + sizeof(DirectoryHeader), &record, sizeof record);
    });
}

TEST(sections_of_the_wrong_length_are_refused) {
    for (const SectionKind kind : {SectionKind::vectors, SectionKind::magnitudes, SectionKind::value_offsets})
        for (const std::size_t length : {std::size_t{0}, std::size_t{4}, std::size_t{17}, std::size_t{400}}) {
            bool refused = false;
            try {
                (void)with_section(kind, 0, [&](auto& section) { section.resize(length); });
            } catch (const CorruptFile&) {
                refused = true;
            }
            CHECK(refused);
        }
}

TEST(shapes_that_cannot_be_are_refused) {
    const char* message = "the index's directory has impossible vectors for field 0";
    for (const std::uint32_t dims : {0u, 32'769u, 0xFFFFFFFFu})
        CHECK_THROWS(CorruptFile, message, with_record([&](FieldRecord& record) { record.dims = dims; }));
    for (const std::uint32_t element : {0u, 4u, 0xFFFFFFFFu})
        CHECK_THROWS(CorruptFile, message, with_record([&](FieldRecord& record) {
                         record.element_type = static_cast<ElementType>(element);
                     }));
    for (const std::uint64_t count : {std::uint64_t{4}, ~std::uint64_t{0}})
        CHECK_THROWS(CorruptFile, message, with_record([&](FieldRecord& record) { record.value_count = count; }));
}

/// The first segment with its directory as files before version 4 have it; `element` is what the first field says.
Segment with_old_records(std::uint64_t element) {
    return with_section(SectionKind::directory, 0, [&](std::vector<std::byte>& directory) {
        std::vector<std::byte> old(directory.begin(), directory.begin() + sizeof(DirectoryHeader));
        for (std::size_t at = sizeof(DirectoryHeader); at < directory.size(); at += sizeof(FieldRecord)) {
            auto record = load<FieldRecord>(directory.data() + at);
            record.term_count = record.dims;
            record.sum_term_frequency =
                at == sizeof(DirectoryHeader) ? element : static_cast<std::uint64_t>(record.element_type);
            const auto* bytes = reinterpret_cast<const std::byte*>(&record);
            old.insert(old.end(), bytes, bytes + segment::size_of_old_record);
        }
        directory = std::move(old);
    });
}

TEST(records_of_older_files_are_read) {
    const Segment segment = with_old_records(1);
    for (const auto& [field, element, dims] :
         {std::tuple{0u, ElementType::float32, 2u}, {1u, ElementType::int8, 3u}, {2u, ElementType::bit, 16u}}) {
        CHECK(segment.field(field)->vectors.element == element);
        CHECK_EQUAL(dims, segment.field(field)->vectors.dims);
        CHECK_EQUAL(0u, segment.field(field)->record.term_count);
    }
    const char* message = "the index's directory has impossible vectors for field 0";
    for (const std::uint64_t element : {std::uint64_t{0}, std::uint64_t{4}, (std::uint64_t{1} << 32) + 1})
        CHECK_THROWS(CorruptFile, message, with_old_records(element));
}

TEST(offsets_that_cannot_be_give_no_vector) {
    for (const std::uint32_t offset : {2u, 3u, 7u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
        const Segment segment = with_section(SectionKind::value_offsets, 0, [&](auto& section) {
            for (std::size_t at = 0; at < section.size(); at += 4) std::memcpy(section.data() + at, &offset, 4);
        });
        const std::uint32_t next = offset + 1;
        const Segment beyond = with_section(SectionKind::value_offsets, 0, [&](auto& section) {
            std::memcpy(section.data(), &offset, 4);
            std::memcpy(section.data() + 4, &next, 4);
        });
        for (DocId doc = 0; doc < 3; ++doc) CHECK(segment.field(0)->vectors.floats(doc) == nullptr);
        CHECK(beyond.field(0)->vectors.floats(0) == nullptr);
        CHECK_EQUAL(0.0f, beyond.field(0)->vectors.magnitude(0));
    }
}

}  // namespace

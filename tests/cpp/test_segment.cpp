/// A shard: every value comes back document by document, and what is missing or misshapen is refused by name.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "check.h"
#include "index/builder.h"
#include "postings/norm.h"
#include "segment/segment.h"

namespace {

using namespace rescora;
using namespace rescora::segment;

enum Fields : FieldId { text = 0, tag = 2, whole = 3, real = 5, column = 6 };

template <class Value>
struct Values {
    std::vector<std::uint32_t> docs;
    std::vector<Value> values;
};

/// Four documents; the third has nothing.
std::shared_ptr<const Segment> make() {
    index::Builder builder(1);
    builder.add_text_field(text, {text::Analyzer::named("standard")});
    builder.add_keyword_field(tag, 1.2f, 0.75f);
    builder.add_integer_field(whole);
    builder.add_real_field(real);
    const std::vector<std::string_view> ids = {"a", "b", "c", "d"}, sources = {"{}", "", "{\"x\":1}", "4"};
    builder.add_documents(ids);
    builder.add_sources(sources);
    const Values<std::string_view> texts{{0, 1, 1, 3}, {"one two two", "three", "one", ""}};
    const Values<std::string_view> tags{{0, 0, 0, 3}, {"y", "x", "y", "z"}};
    const Values<std::int64_t> wholes{{0, 0, 1, 1, 1}, {5, 5, 9, INT64_MIN, 7}};
    const Values<double> reals{{3, 3}, {2.5, -1.0}};
    builder.add_texts(text, texts.docs, texts.values);
    builder.add_keywords(tag, tags.docs, tags.values);
    builder.add_integers(whole, wholes.docs, wholes.values);
    builder.add_reals(real, reals.docs, reals.values);
    static const std::vector<std::int64_t> dense = {1, 2, 3, 4};
    builder.set_integers(column, dense, std::make_shared<int>());
    return builder.finish(1).front().front();
}

template <class T>
std::vector<T> of(std::span<const T> values) {
    return {values.begin(), values.end()};
}

TEST(ids_and_sources_come_back) {
    const auto segment = make();
    CHECK_EQUAL(4u, segment->num_docs());
    CHECK_EQUAL("b", segment->id(1));
    CHECK_EQUAL(3u, segment->find_id("d"));
    CHECK_EQUAL(no_doc, segment->find_id("e"));
    CHECK(segment->has_source());
    CHECK_EQUAL("", segment->source(1));
    CHECK_EQUAL("{\"x\":1}", segment->source(2));
}

TEST(texts_are_kept_inverted_and_forward) {
    const auto segment = make();
    const Field& field = *segment->field(text);
    CHECK_EQUAL(3u, field.words.size());
    CHECK_EQUAL(2u, field.record.document_count);  // an empty text is no document of the field
    CHECK_EQUAL(5u, field.record.sum_term_frequency);
    const TermId one = field.words.find("one"), two = field.words.find("two");
    CHECK_EQUAL(2u, field.term_infos[one].document_frequency);
    CHECK_EQUAL(2u, field.term_infos[two].term_frequency);
    postings::Cursor cursor(field.list(one, 4));
    CHECK_EQUAL(0u, cursor.seek(0));
    CHECK_EQUAL(1u, cursor.next());
    CHECK_EQUAL(no_doc, cursor.next());
    const auto words = field.forward.words(1);
    CHECK_EQUAL(2u, words.size());
    CHECK_EQUAL(101u, words.positions(words.find(one, kernels::active()))[0]);  // beyond the gap of 100
    CHECK_EQUAL(3, int{field.norms[0]});
    CHECK_EQUAL(0, int{field.norms[2]});
}

TEST(columns_are_sorted_and_keywords_unique) {
    const auto segment = make();
    const Field& tags = *segment->field(tag);
    CHECK(std::vector<TermId>({0, 1}) == of(tags.ordinals.values(0)));
    CHECK(tags.ordinals.values(2).empty());
    CHECK(std::vector<std::int64_t>({INT64_MIN, 7, 9}) == of(segment->field(whole)->integers.values(1)));
    CHECK(std::vector<double>({-1.0, 2.5}) == of(segment->field(real)->reals.values(3)));
    CHECK(segment->field(whole)->integers.dense().empty());
    CHECK_EQUAL(4u, segment->field(column)->integers.dense().size());
}

TEST(a_document_has_a_field_where_a_value_was_given) {
    const auto segment = make();
    const std::map<FieldId, std::vector<bool>> expected = {{text, {true, true, false, true}},
                                                           {tag, {true, false, false, true}},
                                                           {whole, {true, true, false, false}},
                                                           {real, {false, false, false, true}},
                                                           {column, {true, true, true, true}}};
    for (const auto& [field, has] : expected)
        for (DocId doc = 0; doc < 4; ++doc) CHECK_EQUAL(has[doc], segment->field(field)->has(doc));
    for (const FieldId none : {1u, 4u, 7u, 0xFFFFFFFFu}) CHECK(segment->field(none) == nullptr);
}

TEST(each_section_that_is_missing_or_short_is_refused) {
    const auto whole_segment = make();
    const auto sections = whole_segment->sections();
    for (std::size_t i = 0; i < sections.size(); ++i) {
        // Without them a shard reads as one that keeps no sources, or as one of version 2.
        constexpr SectionKind optionals[] = {SectionKind::source_starts, SectionKind::id_crowded,
                                             SectionKind::word_crowded};
        const bool optional =
            std::ranges::find(optionals, static_cast<SectionKind>(sections[i].key.kind)) != std::end(optionals);
        std::vector<Section> some(sections.begin(), sections.end());
        some.erase(some.begin() + static_cast<std::ptrdiff_t>(i));
        bool refused = false;
        try {
            const Segment opened(some);
        } catch (const CorruptFile&) {
            refused = true;
        }
        CHECK_EQUAL(!optional, refused);
    }
}

/// A shard whose directory was changed by `change`.
template <class Change>
Segment with_directory(const Change& change) {
    const auto good = make();
    std::vector<Section> sections(good->sections().begin(), good->sections().end());
    for (Section& section : sections) {
        if (section.key.kind != static_cast<std::uint32_t>(SectionKind::directory)) continue;
        std::vector<std::byte> directory(section.bytes.begin(), section.bytes.end());
        change(directory);
        section = make_section(SectionKind::directory, 0, std::move(directory));
    }
    return Segment(std::move(sections));
}

/// The directory's record of the text field, changed.
template <class Change>
Segment with_record(const Change& change) {
    return with_directory([&](std::vector<std::byte>& directory) {
        auto record = load<FieldRecord>(directory.data() + sizeof(DirectoryHeader));
        change(record);
        std::memcpy(directory.data() + sizeof(DirectoryHeader), &record, sizeof record);
    });
}

TEST(a_directory_that_cannot_be_is_refused) {
    CHECK_THROWS(CorruptFile, "the index's directory is cut short",
                 with_directory([](auto& directory) { directory.resize(7); }));
    CHECK_THROWS(CorruptFile, "the index's directory has not the length that it says",
                 with_directory([](auto& directory) { directory.resize(directory.size() - 1); }));
    CHECK_THROWS(CorruptFile, "the index's directory has field 2 after field 2", with_directory([](auto& directory) {
                     std::byte* records = directory.data() + sizeof(DirectoryHeader);
                     std::memcpy(records, records + sizeof(FieldRecord), sizeof(FieldRecord));
                 }));
    CHECK_THROWS(CorruptFile, "the index's field 0 has the unknown type 9",
                 with_record([](FieldRecord& record) { record.type = static_cast<FieldType>(9); }));
}

TEST(statistics_that_cannot_be_are_refused) {
    const char* message = "the index's directory has impossible statistics for field 0";
    CHECK_THROWS(CorruptFile, message, with_record([](FieldRecord& record) { record.k1 = NAN; }));
    CHECK_THROWS(CorruptFile, message, with_record([](FieldRecord& record) { record.k1 = -1; }));
    CHECK_THROWS(CorruptFile, message, with_record([](FieldRecord& record) { record.b = 1.5f; }));
    CHECK_THROWS(CorruptFile, message, with_record([](FieldRecord& record) { record.document_count = 5; }));
    CHECK_THROWS(CorruptFile, message, with_record([](FieldRecord& record) { record.document_count = 0; }));
    CHECK_THROWS(CorruptFile, message, with_record([](FieldRecord& record) { record.sum_term_frequency = 1; }));
    CHECK_THROWS(CorruptFile, message, with_record([](FieldRecord& record) { record.sum_term_frequency = ~0ULL; }));
}

TEST(a_builder_refuses_what_does_not_fit) {
    index::Builder builder(2);
    builder.add_integer_field(whole);
    const std::vector<std::string_view> ids = {"a", "b"}, again = {"b"}, one_source = {"{}"};
    builder.add_documents(ids);
    CHECK_THROWS(InvalidArgument, "the id [b] is there already; ids must differ", builder.add_documents(again));
    const std::vector<std::uint32_t> docs = {0}, beyond = {7};
    const std::vector<std::int64_t> values = {1}, two = {1, 2}, three = {1, 2, 3};
    CHECK_THROWS(InvalidArgument, "document 7 has not been added", builder.add_integers(whole, beyond, values));
    CHECK_THROWS(InvalidArgument, "docs has 1 entries, values has 2", builder.add_integers(whole, docs, two));
    CHECK_THROWS(InvalidArgument, "field 3 is there already", builder.add_integer_field(whole));
    const std::vector<double> reals = {1};
    CHECK_THROWS(InvalidArgument, "field 3 is not of this type", builder.add_reals(whole, docs, reals));
    CHECK_THROWS(InvalidArgument, "a column must have one value for each of the 2 documents, not 3",
                 builder.set_integers(column, three, nullptr));
    builder.add_sources(one_source);
    CHECK_THROWS(InvalidArgument, "1 sources were given for 2 documents", builder.finish(1));
    CHECK_THROWS(InvalidArgument, "number_of_shards must be at least 1, not 0", index::Builder(0));
}

}  // namespace

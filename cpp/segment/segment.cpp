/// Opening a segment: finds each section, checks its length against the directory, and makes a view of it.
#include "segment/segment.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.h"
#include "postings/norm.h"
#include "segment/vector_builder.h"

namespace rescora::segment {

namespace {

/// Finds sections by kind and field, and refuses those of a wrong length.
class Opener {
 public:
    /// Needs  sections in the order of their keys.
    explicit Opener(std::span<const Section> sections) : sections_(sections) {}

    std::optional<Bytes> find(SectionKind kind, FieldId field = 0) const {
        const SectionKey key{static_cast<std::uint32_t>(kind), 0, field};
        const auto at = std::ranges::lower_bound(sections_, key, {}, &Section::key);
        return at != sections_.end() && at->key == key ? std::optional(at->bytes) : std::nullopt;
    }

    Bytes any_length(SectionKind kind, FieldId field = 0) const {
        if (const auto bytes = find(kind, field)) return *bytes;
        throw CorruptFile("the index has no " + name(kind, field));
    }

    template <class T>
    std::span<const T> items(SectionKind kind, FieldId field, std::size_t count) const {
        const Bytes bytes = any_length(kind, field);
        if (bytes.size() != count * sizeof(T))
            throw CorruptFile("the index's " + name(kind, field) + " must be " + std::to_string(count * sizeof(T)) +
                              " bytes long, not " + std::to_string(bytes.size()));
        return items_of<T>(bytes);
    }

    postings::Dictionary dictionary(SectionKind starts, SectionKind bytes, SectionKind table, SectionKind crowded,
                                    FieldId field, std::size_t count) const {
        const auto slots = items_of<std::uint32_t>(any_length(table, field));
        if (!std::has_single_bit(slots.size()))
            throw CorruptFile("the index's " + name(table, field) + " must have a power of two of slots");
        const Bytes text = any_length(bytes, field);
        std::optional<std::span<const std::uint32_t>> apart;
        if (const auto ranks = find(crowded, field)) apart = items_of<std::uint32_t>(*ranks);
        return {items<std::uint64_t>(starts, field, count + 1),
                {reinterpret_cast<const char*>(text.data()), text.size()},
                slots,
                apart};
    }

 private:
    static std::string name(SectionKind kind, FieldId field) {
        return "section " + std::to_string(static_cast<std::uint32_t>(kind)) + " of field " + std::to_string(field);
    }

    std::span<const Section> sections_;
};

CorruptFile impossible_statistics(const FieldRecord& record) {
    return CorruptFile("the index's directory has impossible statistics for field " + std::to_string(record.field));
}

void check_weights(const FieldRecord& record) {
    if (!(std::isfinite(record.k1) && record.k1 >= 0 && record.b >= 0 && record.b <= 1))
        throw impossible_statistics(record);
}

/// Scores must come out as numbers, whatever else is damaged: counts that contradict one another and weights that no
/// mapping allows are refused.
void check_statistics(const FieldRecord& record, DocId num_docs) {
    constexpr std::uint64_t most_tokens = std::uint64_t{1} << 62;
    const bool counts = record.document_count <= num_docs && record.sum_term_frequency >= record.document_count &&
                        record.sum_term_frequency < most_tokens &&
                        (record.document_count > 0 || record.term_count == 0);
    if (!counts) throw impossible_statistics(record);
    check_weights(record);
}

/// A boolean is scored as a term without norms. Where the file keeps no k1 and b of it, the defaults hold.
void give_flags_weights(FieldRecord& record) {
    if (record.term_count != num_flags) {
        record.k1 = 1.2f;
        record.b = 0.75f;
    }
    check_weights(record);
}

void open_words(Field& field, const Opener& open, DocId num_docs) {
    const FieldRecord& record = field.record;
    check_statistics(record, num_docs);
    field.words = open.dictionary(SectionKind::word_starts, SectionKind::word_bytes, SectionKind::word_table,
                                  SectionKind::word_crowded, record.field, record.term_count);
    field.term_infos = open.items<TermInfo>(SectionKind::term_infos, record.field, record.term_count);
    field.list_starts =
        open.items<std::uint64_t>(SectionKind::list_starts, record.field, std::size_t{record.term_count} + 1);
    field.lists = open.any_length(SectionKind::lists, record.field);
}

void open_text(Field& field, const Opener& open, DocId num_docs) {
    const FieldId number = field.record.field;
    open_words(field, open, num_docs);
    field.norms = open.items<std::uint8_t>(SectionKind::norms, number, num_docs);
    field.presence = open.items<std::uint64_t>(SectionKind::presence, number, (std::size_t{num_docs} + 63) / 64);
    field.forward = {open.items<std::uint32_t>(SectionKind::forward_offsets, number, std::size_t{num_docs} + 1),
                     open.any_length(SectionKind::forward, number)};
}

template <class T>
columns::Column<T> open_column(const Opener& open, SectionKind values, SectionKind offsets, const FieldRecord& record,
                               DocId num_docs) {
    const auto all = open.items<T>(values, record.field, record.value_count);
    if (open.find(offsets, record.field))
        return {all, open.items<std::uint32_t>(offsets, record.field, std::size_t{num_docs} + 1)};
    return {open.items<T>(values, record.field, num_docs), {}};
}

columns::Vectors open_vectors(const Opener& open, const FieldRecord& record, DocId num_docs) {
    const VectorOptions shape{record.element_type, record.dims};
    if (!shape.is_possible() || record.value_count > num_docs)
        throw CorruptFile("the index's directory has impossible vectors for field " + std::to_string(record.field));
    const std::size_t count = record.value_count;
    const Bytes rows = open.items<std::byte>(SectionKind::vectors, record.field, count * shape.row_size());
    std::span<const std::uint32_t> offsets;
    if (open.find(SectionKind::value_offsets, record.field) || count != num_docs)
        offsets = open.items<std::uint32_t>(SectionKind::value_offsets, record.field, std::size_t{num_docs} + 1);
    std::span<const float> magnitudes;
    if (shape.element == columns::ElementType::float32)
        magnitudes = open.items<float>(SectionKind::magnitudes, record.field, count);
    return {shape.element, shape.dims, rows, offsets, magnitudes};
}

/// A record as files before version 4 have it, where vectors had their shape among the statistics of terms.
FieldRecord old_record(const std::byte* bytes) {
    std::array<std::byte, sizeof(FieldRecord)> whole{};
    std::copy_n(bytes, size_of_old_record, whole.begin());
    auto record = load<FieldRecord>(whole.data());
    if (record.type == FieldType::vector) {
        record.dims = std::exchange(record.term_count, 0);
        const std::uint64_t element = std::exchange(record.sum_term_frequency, 0);
        if (element <= static_cast<std::uint64_t>(columns::ElementType::bit))
            record.element_type = static_cast<columns::ElementType>(element);
    }
    return record;
}

/// The records that stand in a directory after its header; their length tells which of two forms they have.
std::vector<FieldRecord> records_of(Bytes bytes, std::size_t num_fields) {
    const bool is_old = bytes.size() == num_fields * size_of_old_record;
    if (!is_old && bytes.size() != num_fields * sizeof(FieldRecord))
        throw CorruptFile("the index's directory has not the length that it says");
    std::vector<FieldRecord> records(num_fields);
    for (std::size_t i = 0; i < num_fields; ++i)
        records[i] = is_old ? old_record(bytes.data() + i * size_of_old_record)
                            : load<FieldRecord>(bytes.data() + i * sizeof(FieldRecord));
    return records;
}

Field open_field(const FieldRecord& record, const Opener& open, DocId num_docs) {
    Field field;
    field.record = record;
    switch (record.type) {
        case FieldType::text:
            open_text(field, open, num_docs);
            return field;
        case FieldType::keyword:
            open_words(field, open, num_docs);
            field.ordinals =
                open_column<TermId>(open, SectionKind::ordinals, SectionKind::ordinal_offsets, record, num_docs);
            return field;
        case FieldType::integer:
            field.integers =
                open_column<std::int64_t>(open, SectionKind::values, SectionKind::value_offsets, record, num_docs);
            field.summary = std::make_shared<LazySummary>();
            give_flags_weights(field.record);
            return field;
        case FieldType::real:
            field.reals = open_column<double>(open, SectionKind::values, SectionKind::value_offsets, record, num_docs);
            return field;
        case FieldType::vector:
            field.vectors = open_vectors(open, record, num_docs);
            return field;
    }
    throw CorruptFile("the index's field " + std::to_string(record.field) + " has the unknown type " +
                      std::to_string(static_cast<std::uint32_t>(record.type)));
}

}  // namespace

postings::PostingList Field::list(TermId term, DocId num_docs) const {
    if (term >= term_infos.size()) return {};
    const std::uint64_t begin = list_starts[term], end = list_starts[term + 1];
    if (begin > end || end > lists.size() || lists.size() - end < postings::list_padding) return {};
    return {lists.subspan(begin, end - begin + postings::list_padding), term_infos[term].document_frequency, num_docs};
}

bool Field::has(DocId doc) const {
    switch (record.type) {
        case FieldType::text:
            return (presence[doc / 64] >> (doc % 64)) & 1u;
        case FieldType::keyword:
            return !ordinals.values(doc).empty();
        case FieldType::integer:
            return !integers.values(doc).empty();
        case FieldType::real:
            return !reals.values(doc).empty();
        case FieldType::vector:
            return vectors.has(doc);
    }
    return false;
}

bool Field::has_any() const {
    if (record.type != FieldType::text) return record.value_count != 0;
    return std::ranges::any_of(presence, [](std::uint64_t bits) { return bits != 0; });
}

float average_length(std::uint64_t sum_term_frequency, std::uint64_t document_count) {
    if (document_count == 0) return 0;
    return static_cast<float>(static_cast<double>(sum_term_frequency) / static_cast<double>(document_count));
}

std::array<float, 256> make_inverse_norms(float k1, float b, float average) {
    std::array<float, 256> inverse;
    for (std::uint32_t code = 0; code < 256; ++code) {
        const auto length = static_cast<float>(postings::decode_length(static_cast<std::uint8_t>(code)));
        inverse[code] = 1.0f / (k1 * ((1.0f - b) + b * length / average));
    }
    return inverse;
}

Segment::Segment(std::vector<Section> sections) : sections_(std::move(sections)) {
    std::ranges::sort(sections_, {}, &Section::key);
    const Opener open(sections_);
    const Bytes directory = open.any_length(SectionKind::directory);
    if (directory.size() < sizeof(DirectoryHeader)) throw CorruptFile("the index's directory is cut short");
    const auto header = load<DirectoryHeader>(directory.data());
    num_docs_ = header.num_docs;
    if (num_docs_ == no_doc) throw CorruptFile("the index's directory has not the length that it says");
    const auto records = records_of(directory.subspan(sizeof header), header.num_fields);

    ids_ = open.dictionary(SectionKind::id_starts, SectionKind::id_bytes, SectionKind::id_table,
                           SectionKind::id_crowded, 0, num_docs_);
    if (open.find(SectionKind::source_starts)) {
        source_starts_ = open.items<std::uint64_t>(SectionKind::source_starts, 0, std::size_t{num_docs_} + 1);
        source_bytes_ = open.any_length(SectionKind::source_bytes);
    }
    for (const FieldRecord& record : records) {
        if (!fields_.empty() && record.field <= fields_.back().record.field)
            throw CorruptFile("the index's directory has field " + std::to_string(record.field) + " after field " +
                              std::to_string(fields_.back().record.field));
        fields_.push_back(open_field(record, open, num_docs_));
    }
}

const Field* Segment::field(FieldId number) const {
    const auto at =
        std::ranges::lower_bound(fields_, number, {}, [](const Field& field) { return field.record.field; });
    return at != fields_.end() && at->record.field == number ? &*at : nullptr;
}

DocId Segment::find_id(std::string_view id) const {
    const TermId doc = ids_.find(id);
    return doc == no_term ? no_doc : doc;
}

std::string_view Segment::source(DocId doc) const {
    if (source_starts_.empty()) return {};
    const std::uint64_t begin = source_starts_[doc], end = source_starts_[doc + 1];
    if (begin > end || end > source_bytes_.size()) return {};
    return {reinterpret_cast<const char*>(source_bytes_.data()) + begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace rescora::segment

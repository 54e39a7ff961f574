/// Makes a segment's sections: fields, ids, sources and their directory.
#include "segment/writer.h"

#include <algorithm>
#include <cstring>

#include "base/budget.h"

namespace rescora::segment {

namespace {

Section make_directory(std::span<const FieldRecord> records, DocId num_docs) {
    const DirectoryHeader header{num_docs, static_cast<std::uint32_t>(records.size())};
    std::vector<std::byte> directory(sizeof header + records.size_bytes());
    std::memcpy(directory.data(), &header, sizeof header);
    if (!records.empty()) std::memcpy(directory.data() + sizeof header, records.data(), records.size_bytes());
    return make_section(SectionKind::directory, 0, std::move(directory));
}

}  // namespace

void Writer::add_source(std::string_view source) {
    source_bytes_.insert(source_bytes_.end(), source.begin(), source.end());
    source_starts_.push_back(source_bytes_.size());
}

std::shared_ptr<const Segment> Writer::build(std::span<const std::string_view> ids, bool has_sources, Budget* budget) {
    std::vector<Section> sections;
    std::vector<FieldRecord> records;
    for (auto& [field, builder] : fields_)
        records.push_back(
            std::visit([&](auto& some) { return some.build(field, num_docs_, sections, budget); }, builder));
    std::ranges::sort(records, {}, &FieldRecord::field);
    sections.push_back(make_directory(records, num_docs_));

    auto dictionary = postings::make_dictionary(ids, budget);
    sections.push_back(make_section(SectionKind::id_starts, 0, std::move(dictionary.starts)));
    sections.push_back(make_section(SectionKind::id_bytes, 0, std::move(dictionary.bytes)));
    sections.push_back(make_section(SectionKind::id_table, 0, std::move(dictionary.table)));
    sections.push_back(make_section(SectionKind::id_crowded, 0, std::move(dictionary.crowded)));
    if (has_sources) {
        sections.push_back(make_section(SectionKind::source_starts, 0, std::move(source_starts_)));
        sections.push_back(make_section(SectionKind::source_bytes, 0, std::move(source_bytes_)));
    }
    fields_.clear();
    return std::make_shared<const Segment>(std::move(sections));
}

}  // namespace rescora::segment

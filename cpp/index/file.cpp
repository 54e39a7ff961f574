/// Saves and opens an index file; directories are verified at opening, since all lengths depend on them.
#include "index/file.h"

#include <map>
#include <utility>

#include "base/error.h"

namespace rescora::index {

using segment::Section, segment::SectionKey, segment::SectionKind;

namespace {

constexpr SectionKey metadata_key = {static_cast<std::uint32_t>(SectionKind::metadata), 0, 0};

}  // namespace

void save(const Snapshot& snapshot, std::string_view metadata, int descriptor, Budget* budget) {
    std::vector<std::pair<SectionKey, Bytes>> sections;
    sections.emplace_back(metadata_key, std::as_bytes(std::span(metadata.data(), metadata.size())));
    for (std::size_t s = 0; s < snapshot.num_shards(); ++s) {
        if (snapshot.shard(s).num_segments() != 1)
            throw InvalidArgument("a shard of several segments cannot be saved in one file");
        for (const Section& section : snapshot.shard(s).segment(0).sections())
            sections.emplace_back(SectionKey{section.key.kind, static_cast<std::uint32_t>(s), section.key.field},
                                  section.bytes);
    }
    segment::write_container(descriptor, sections, budget);
}

File::File(segment::Container container) : container_(std::move(container)) {
    container_.verify(metadata_key);  // the names and types of fields depend on it, and it is small
    std::map<std::uint32_t, std::vector<Section>> shards;
    for (const SectionKey key : container_.keys())
        if (key != metadata_key)
            shards[key.shard].push_back({{key.kind, 0, key.field}, container_.section(key), container_.owner()});
    for (auto& [number, sections] : shards) {
        if (number != shards_.size())
            throw CorruptFile(container_.name() + " has no shard " + std::to_string(shards_.size()));
        container_.verify({static_cast<std::uint32_t>(SectionKind::directory), number, 0});
        shards_.push_back({std::make_shared<const segment::Segment>(std::move(sections))});
    }
}

std::string_view File::metadata() const {
    const Bytes bytes = container_.section(metadata_key);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace rescora::index

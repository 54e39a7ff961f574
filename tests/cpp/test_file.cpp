/// A whole index in a file: every shard comes back byte for byte, and a directory is never believed unchecked.
#include <fstream>

#include "base/error.h"
#include "check.h"
#include "files.h"
#include "random_index.h"

namespace {

using namespace random_index;
namespace fs = std::filesystem;
using segment::SectionKind;

/// A file of this test's own, gone at its end.
struct Saved {
    fs::path path = fs::temp_directory_path() / ("rescora-test-file-" + std::to_string(::getpid()));
    ~Saved() { fs::remove(path); }
};

index::Snapshot make_index(int num_shards) {
    Random random(3);
    std::vector<index::ShardReader::Segments> shards;
    for (int s = 0; s < num_shards; ++s) shards.push_back({make_segment(40, random)});
    return index::Snapshot(std::move(shards), {"title", "body", "tag", "number", "fraction"});
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(shards_and_metadata_come_back) {
    const Saved saved;
    const index::Snapshot index = make_index(3);
    files::save(index, "{\"fields\":[]}", saved.path);
    const auto file = files::open(saved.path);
    file.verify();
    CHECK_EQUAL("{\"fields\":[]}", file.metadata());
    CHECK_EQUAL(3u, file.shards().size());
    for (std::size_t s = 0; s < 3; ++s) {
        const auto expected = index.shard(s).segment(0).sections(), got = file.shards()[s].front()->sections();
        CHECK_EQUAL(expected.size(), got.size());
        for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
            CHECK(expected[i].key == got[i].key);
            CHECK(std::ranges::equal(expected[i].bytes, got[i].bytes));
        }
    }
}

TEST(an_opened_index_saves_to_the_same_bytes) {
    const Saved saved;
    files::save(make_index(2), "{}", saved.path);
    const std::string first = read(saved.path);
    const auto file = files::open(saved.path);
    files::save(index::Snapshot(file.shards(), {}), "{}", saved.path);
    CHECK(first == read(saved.path));
}

TEST(an_index_without_documents_can_be_saved) {
    const Saved saved;
    Random random(1);
    files::save(index::Snapshot({{make_segment(0, random)}}, {}), "{}", saved.path);
    const auto file = files::open(saved.path);
    CHECK_EQUAL(0u, file.shards().front().front()->num_docs());
}

/// A container of these sections, opened as an index.
void open_sections(const Saved& saved, const std::vector<std::pair<segment::SectionKey, Bytes>>& sections) {
    files::write_container(saved.path, sections);
    const auto file = files::open(saved.path);
    static_cast<void>(file.metadata());
}

std::vector<std::pair<segment::SectionKey, Bytes>> sections_of(const index::Snapshot& index) {
    static constexpr std::byte metadata[] = {std::byte{'{'}, std::byte{'}'}};
    std::vector<std::pair<segment::SectionKey, Bytes>> sections = {
        {{static_cast<std::uint32_t>(SectionKind::metadata), 0, 0}, metadata}};
    for (std::uint32_t s = 0; s < index.num_shards(); ++s)
        for (const auto& section : index.shard(s).segment(0).sections())
            sections.push_back({{section.key.kind, s, section.key.field}, section.bytes});
    return sections;
}

TEST(a_missing_shard_or_metadata_is_named) {
    const Saved saved;
    const index::Snapshot index = make_index(3);
    auto sections = sections_of(index);
    open_sections(saved, sections);
    std::erase_if(sections, [](const auto& section) { return section.first.shard == 1; });
    CHECK_THROWS(CorruptFile, saved.path.string() + " has no shard 1", open_sections(saved, sections));
    sections = sections_of(index);
    sections.erase(sections.begin());
    CHECK_THROWS(CorruptFile, saved.path.string() + ": has no section (kind 1, shard 0, field 0)",
                 open_sections(saved, sections));
}

TEST(a_directory_is_checked_on_opening_and_the_rest_on_request) {
    const Saved saved;
    files::save(make_index(1), "{}", saved.path);
    const std::string good = read(saved.path);
    const auto place_of = [&](SectionKind kind) {
        const auto container = files::map(saved.path);
        const Bytes whole = container.section({1, 0, 0});
        const Bytes bytes = container.section({static_cast<std::uint32_t>(kind), 0, 0});
        return 64 + static_cast<std::size_t>(bytes.data() - whole.data());  // the metadata stands first
    };
    const auto with_byte_changed = [&](std::size_t at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        std::ofstream(saved.path, std::ios::binary).write(bad.data(), static_cast<std::streamsize>(bad.size()));
    };
    const std::size_t directory = place_of(SectionKind::directory), ids = place_of(SectionKind::id_bytes);
    const auto refused = [](const auto& action) {
        try {
            action();
        } catch (const CorruptFile&) {
            return true;
        }
        return false;
    };
    with_byte_changed(directory);
    CHECK(refused([&] { files::open(saved.path); }));
    with_byte_changed(ids);
    CHECK(!refused([&] { files::open(saved.path); }));
    CHECK(refused([&] { files::open(saved.path).verify(); }));
}

}  // namespace

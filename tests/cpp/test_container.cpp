/// The index file: what is written comes back, mapped or read; what is damaged is refused.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <set>

#include "base/budget.h"
#include "base/error.h"
#include "base/hash.h"
#include "check.h"
#include "files.h"

namespace {

using namespace rescora;
using namespace rescora::segment;
namespace fs = std::filesystem;

using Sections = std::vector<std::pair<SectionKey, Bytes>>;

/// A directory of this test's own, gone at its end.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("rescora-test-container-" + std::to_string(::getpid()));
    Folder() { fs::create_directory(path); }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

Bytes bytes_of_text(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::string text_of(Bytes bytes) {
    std::string text(bytes.size(), '\0');
    std::ranges::transform(bytes, text.begin(), [](std::byte b) { return static_cast<char>(b); });
    return text;
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

Sections three() {
    return {
        {{2, 0, 1}, bytes_of_text("the second")}, {{1, 7, 0}, bytes_of_text("")}, {{1, 0, 3}, bytes_of_text("first")}};
}

std::string written(const Folder& folder, const Sections& sections) {
    files::write_container(folder.path / "made", sections);
    return read(folder.path / "made");
}

/// A copy in memory, aligned as `view` needs it.
Container view(const std::string& file) {
    auto memory = std::make_shared<std::vector<std::byte>>(file.size());
    if (!file.empty()) std::memcpy(memory->data(), file.data(), file.size());
    return Container::view(*memory, memory, "copy");
}

template <class Number>
void put(std::string& file, std::size_t at, Number number) {
    std::memcpy(file.data() + at, &number, sizeof number);
}

template <class Number>
Number get(const std::string& file, std::size_t at) {
    Number number;
    std::memcpy(&number, file.data() + at, sizeof number);
    return number;
}

/// Makes header and table agree with their checksums again, so that what they say is what is judged.
std::string sealed(std::string file) {
    const auto table = get<std::uint64_t>(file, 24);
    if (table <= file.size()) put(file, 48, hash64(std::string_view(file).substr(table)));
    put(file, 56, hash64(std::string_view(file).substr(0, 56)));
    return file;
}

bool refused(const std::string& file) {
    try {
        view(file);
    } catch (const CorruptFile& error) {
        return std::string_view(error.what()).starts_with("copy: ");
    }
    return false;
}

std::string refusal(const std::string& file) {
    try {
        view(file);
    } catch (const CorruptFile& error) {
        return error.what();
    }
    return "not refused";
}

TEST(what_is_written_comes_back) {
    const Folder folder;
    files::write_container(folder.path / "index", three());
    const Container index = files::map(folder.path / "index");
    CHECK_EQUAL("first", text_of(index.section({1, 0, 3})));
    CHECK_EQUAL("", text_of(index.section({1, 7, 0})));
    CHECK_EQUAL("the second", text_of(index.section({2, 0, 1})));
    CHECK(index.keys() == std::vector<SectionKey>({{1, 0, 3}, {1, 7, 0}, {2, 0, 1}}));
    CHECK(!index.find({3, 0, 0}));
    index.verify();
    for (const SectionKey key : index.keys())
        CHECK_EQUAL(0U, std::bit_cast<std::uintptr_t>(index.section(key).data()) % section_alignment);
}

TEST(an_empty_container_is_a_container) {
    const Folder folder;
    const Container index = view(written(folder, {}));
    CHECK(index.keys().empty());
    index.verify();
}

TEST(the_same_sections_make_the_same_bytes_in_any_order) {
    const Folder folder;
    Sections reversed = three();
    std::ranges::reverse(reversed);
    CHECK_EQUAL(written(folder, three()), written(folder, reversed));
}

TEST(a_missing_or_repeated_section_is_named) {
    const Folder folder;
    const Container index = view(written(folder, three()));
    CHECK_THROWS(CorruptFile, "copy: has no section (kind 3, shard 1, field 2)", index.section({3, 1, 2}));
    const Sections twice = {{{1, 2, 3}, {}}, {{1, 2, 3}, {}}};
    CHECK_THROWS(InvalidArgument, "section (kind 1, shard 2, field 3) must occur once, not twice",
                 (files::write_container(folder.path / "twice", twice), 0));
    CHECK_EQUAL(0U, fs::file_size(folder.path / "twice"));  // refused before the first byte
}

TEST(sections_outlive_the_container_and_the_file) {
    const Folder folder;
    files::write_container(folder.path / "index", three());
    std::shared_ptr<const void> owner;
    Bytes bytes;
    {
        const Container index = files::map(folder.path / "index");
        bytes = index.section({1, 0, 3});
        owner = index.owner();
    }
    fs::remove(folder.path / "index");
    CHECK_EQUAL("first", text_of(bytes));
}

TEST(every_changed_byte_of_header_and_table_is_refused) {
    const Folder folder;
    const std::string file = written(folder, three());
    const auto table = get<std::uint64_t>(file, 24);
    for (std::size_t i = 0; i < file.size(); ++i) {
        if (i >= 64 && i < table) continue;
        for (const int flip : {1, 0x80, 0xFF}) {
            std::string damaged = file;
            damaged[i] = static_cast<char>(damaged[i] ^ flip);
            CHECK(refused(damaged));
        }
    }
}

TEST(every_changed_byte_of_a_section_is_found_by_verify) {
    const Folder folder;
    const std::string file = written(folder, three());
    for (std::size_t i = 64; i < get<std::uint64_t>(file, 24); ++i) {
        std::string damaged = file;
        damaged[i] = static_cast<char>(damaged[i] ^ 4);
        const Container index = view(damaged);  // opening does not look inside sections
        try {
            index.verify();
            CHECK(false);
        } catch (const CorruptFile& error) {
            CHECK(std::string_view(error.what()).starts_with("copy: section (kind "));
        }
    }
}

TEST(every_truncation_and_extension_is_refused) {
    const Folder folder;
    const std::string file = written(folder, three());
    for (std::size_t length = 0; length < file.size(); ++length) CHECK(refused(file.substr(0, length)));
    CHECK(refused(file + std::string(1, '\0')));
    CHECK(refused(file + file));
}

TEST(refusals_say_what_was_found_and_what_was_expected) {
    const Folder folder;
    const std::string file = written(folder, three());
    const std::string not_ours = "copy: is not a Rescora index: expected it to begin with \"RESCORA\" and a line feed";
    CHECK_EQUAL(not_ours, refusal(""));
    CHECK_EQUAL(not_ours, refusal("PK\3\4 something else altogether, and long enough to have held a header of ours"));
    CHECK_EQUAL("copy: is truncated: its length is 40, expected 64 or more", refusal(file.substr(0, 40)));
    CHECK_EQUAL("copy: is truncated: its length is 300, expected 312", refusal(file.substr(0, 300)));
    CHECK_EQUAL("copy: has bytes after its end: its length is 313, expected 312", refusal(file + "x"));
    std::string newer = file;
    put(newer, 12, std::uint32_t{5});
    CHECK_EQUAL("copy: is of a newer version: 5, expected 4 at most", refusal(newer));
    std::string foreign = file;
    put(foreign, 8, std::uint32_t{0x04030201});
    CHECK_EQUAL("copy: has the byte-order mark 0x0000000004030201, expected 0x0000000001020304", refusal(foreign));
}

TEST(a_table_that_lies_is_refused_although_its_checksums_agree) {
    const Folder folder;
    const std::string file = written(folder, three());
    const auto table = get<std::uint64_t>(file, 24);
    const auto changed = [&](std::size_t at, auto number) {
        std::string lie = file;
        put(lie, at, number);
        return refusal(sealed(lie));
    };
    CHECK(!refused(sealed(file)));
    const std::size_t second = table + 40, third = table + 80;
    CHECK_EQUAL("copy: section (kind 2, shard 0, field 1) begins at 64, expected 128",
                changed(third + 16, std::uint64_t{64}));  // overlaps the first
    CHECK_EQUAL("copy: section (kind 1, shard 7, field 0) begins at 129, expected 128",
                changed(second + 16, std::uint64_t{129}));  // out of line
    CHECK_EQUAL("copy: section (kind 2, shard 0, field 1) begins at 4096, expected 128",
                changed(third + 16, std::uint64_t{4096}));  // beyond the end
    for (const std::uint64_t length : {std::uint64_t{65}, std::uint64_t{1000}, ~std::uint64_t{0}})
        CHECK_EQUAL("copy: section (kind 2, shard 0, field 1) has " + std::to_string(length) +
                        " bytes at 128, expected it to end before the section table at 192",
                    changed(third + 24, length));
    CHECK_EQUAL("copy: section (kind 1, shard 7, field 0) begins at 128, expected 192",
                changed(table + 24, std::uint64_t{100}));  // the first runs over the second
    CHECK_EQUAL(
        "copy: has section (kind 0, shard 7, field 0) after section (kind 1, shard 0, field 3), "
        "expected ascending keys",
        changed(second, std::uint32_t{0}));
    CHECK_EQUAL("copy: has a section table of length 120, expected 80", changed(40, std::uint32_t{2}));
    CHECK_EQUAL("copy: has its section table at 128, expected it to end the file", changed(24, std::uint64_t{128}));
    CHECK(changed(24, ~std::uint64_t{0}).starts_with("copy: has its section table at"));
    CHECK(changed(40, ~std::uint32_t{0}).starts_with("copy: has a section table of length"));
}

TEST(a_file_that_is_read_into_memory_has_the_same_sections_wherever_the_file_goes) {
    const Folder folder;
    const fs::path path = folder.path / "index";
    files::write_container(path, three());
    const Container index = files::read_whole(path);
    fs::resize_file(path, 0);  // a mapped one would now be a bus error
    CHECK_EQUAL("first", text_of(index.section({1, 0, 3})));
    CHECK_EQUAL("the second", text_of(index.section({2, 0, 1})));
    for (const SectionKey key : index.keys())
        CHECK_EQUAL(0U, std::bit_cast<std::uintptr_t>(index.section(key).data()) % section_alignment);
    index.verify();
}

TEST(what_has_no_header_is_refused_before_the_rest_is_read) {
    const Folder folder;
    const fs::path path = folder.path / "index";
    write(path, "not an index");
    fs::resize_file(path, std::uintmax_t{1} << 40);  // a hole, and more than there is memory
    CHECK_THROWS(CorruptFile,
                 path.string() + ": is not a Rescora index: expected it to begin with \"RESCORA\" and a line feed",
                 files::read_whole(path));
}

TEST(files_that_cannot_be_read_say_why) {
    const Folder folder;
    write(folder.path / "empty", "");
    for (const auto open : {&files::map, &files::read_whole}) {
        CHECK_THROWS(CorruptFile, (folder.path / "empty").string() + ": is empty, expected a Rescora index",
                     open(folder.path / "empty"));
        CHECK_THROWS(CorruptFile, "/dev/null: is not a regular file", open("/dev/null"));
        CHECK_THROWS(CorruptFile, folder.path.string() + ": is not a regular file", open(folder.path));
    }
}

TEST(a_disk_that_is_full_is_the_systems_error) {
    const Folder folder;
    const std::string large(1 << 20, 'x');
    const Sections sections = {{{1, 0, 0}, bytes_of_text(large)}};
    struct rlimit old_limit;
    ::getrlimit(RLIMIT_FSIZE, &old_limit);
    const struct rlimit small = {1 << 16, old_limit.rlim_max};  // no file may grow beyond 64 KiB
    std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
    int error = 0;
    try {
        files::write_container(folder.path / "index", sections);
    } catch (const std::system_error& thrown) {
        error = thrown.code().value();
    }
    ::setrlimit(RLIMIT_FSIZE, &old_limit);
    CHECK_EQUAL(EFBIG, error);
}

TEST(a_view_of_misaligned_bytes_is_refused) {
    const std::vector<std::byte> memory(128);
    CHECK_THROWS(InvalidArgument, "copy: its bytes must begin at a multiple of 16",
                 Container::view(std::span(memory).subspan(1), nullptr, "copy"));
}

// FORMAT.md's definition, as slowly as it is written there.
std::uint64_t hash_by_definition(const std::string& text) {
    constexpr std::uint64_t r2 = 0x6A09E667F3BCC909, r3 = 0xBB67AE8584CAA73B, r5 = 0x3C6EF372FE94F82B,
                            r7 = 0xA54FF53A5F1D36F1;
    const auto absorb = [](std::uint64_t state, std::uint64_t word) {
        state ^= word * r3;
        return ((state << 29) | (state >> 35)) * r5;
    };
    const auto word_at = [&](std::size_t at) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 8 && at + i < text.size(); ++i)
            word |= std::uint64_t{static_cast<unsigned char>(text[at + i])} << 8 * i;
        return word;
    };
    std::uint64_t state = text.size() * r2;
    std::size_t at = 0;
    if (text.size() >= 32) {
        std::uint64_t lanes[4] = {r2, r3, r5, r7};
        for (; at + 32 <= text.size(); at += 32)
            for (std::size_t i = 0; i < 4; ++i) lanes[i] = absorb(lanes[i], word_at(at + 8 * i));
        for (const std::uint64_t lane : lanes) state = absorb(state, lane);
    }
    for (; at < text.size(); at += 8) state = absorb(state, word_at(at));
    state = (state ^ (state >> 32)) * r7;
    state = (state ^ (state >> 29)) * r2;
    return state ^ (state >> 32);
}

TEST(the_hash_is_what_the_format_says) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
        CHECK_EQUAL(hash_by_definition(text), hash64(text));
        text += static_cast<char>(i * 151 + 77);
    }
    CHECK_EQUAL(std::uint64_t{0}, hash64(std::string_view()));
    CHECK_EQUAL(std::uint64_t{10826782120596512276U}, hash64("rescora"));
}

TEST(a_hash_with_pauses_is_the_same) {
    constexpr std::size_t piece = std::size_t{1} << 20;
    std::string text(3 * piece + 77, 'a');
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 + i / 1000);
    for (const std::size_t n :
         {std::size_t{0}, std::size_t{31}, piece - 1, piece, piece + 31, piece + 32, text.size()}) {
        const std::string_view part = std::string_view(text).substr(0, n);
        std::size_t pauses = 0;
        CHECK_EQUAL(hash64(part), hash64(std::as_bytes(std::span(part)), [&] { ++pauses; }));
        CHECK_EQUAL(n < piece + 32 ? 0 : n / piece, pauses);
    }
}

TEST(writing_reading_and_checking_a_file_can_be_ended) {
    const Folder folder;
    const std::string text(std::size_t{24} << 20, 'x');
    const Sections sections = {{{1, 0, 0}, bytes_of_text(text)}};
    files::write_container(folder.path / "whole", sections);
    const files::Open file(folder.path / "whole", O_RDONLY);
    const Container mapped = Container::map(file.number(), "whole");
    const auto ended = [](const auto& work) {
        int questions = 0;
        for (;; ++questions) {  // at each of its questions, and then not at all
            Budget budget;
            budget.set_questions(questions);
            try {
                work(&budget);
                return questions;
            } catch (const Stopped&) {
            }
        }
    };
    CHECK(ended([&](Budget* budget) { mapped.verify(budget); }) > 20);
    CHECK(ended([&](Budget* budget) { Container::read(file.number(), "whole", budget).verify(); }) > 5);
    CHECK(ended([&](Budget* budget) {
              const files::New made(folder.path / "made");
              write_container(made.number(), sections, budget);
          }) > 28);
    CHECK(read(folder.path / "whole") == read(folder.path / "made"));
}

TEST(short_words_spread_over_all_bits) {
    std::set<std::uint64_t> whole;
    std::vector<unsigned> low(1 << 12), high(1 << 12);
    constexpr unsigned words = 1 << 16;
    for (unsigned i = 0; i < words; ++i) {
        const std::uint64_t value = hash64("w" + std::to_string(i));
        whole.insert(value);
        ++low[value % low.size()];
        ++high[value >> 52];
    }
    CHECK_EQUAL(std::size_t{words}, whole.size());
    for (const auto* buckets : {&low, &high}) {  // 16 a bucket; by chance a bucket has 45 once in 10^8
        CHECK(*std::ranges::max_element(*buckets) < 45);
        CHECK(*std::ranges::min_element(*buckets) > 0);
    }
}

}  // namespace

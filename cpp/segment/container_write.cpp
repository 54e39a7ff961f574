/// Writing a container: whole or not at all.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>

#include "base/error.h"
#include "segment/container.h"
#include "segment/layout.h"

namespace rescora::segment {

namespace {

using KeyedBytes = std::pair<SectionKey, Bytes>;

/// A file under a temporary name, which vanishes unless it is given its target's.
class TemporaryFile {
 public:
    explicit TemporaryFile(const std::filesystem::path& target) : target_(target), temporary_(target) {
        static std::atomic<unsigned> counter = 0;  // two threads may save at once
        temporary_ += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(++counter);
        descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor_ < 0) fail("cannot create");
    }

    ~TemporaryFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (!published_) ::unlink(temporary_.c_str());
    }

    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void write(Bytes bytes) {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("cannot write");
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
    }

    void publish() {
        if (::fsync(descriptor_) != 0) fail("cannot flush to disk");
        if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot write");
        if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("cannot write");
        published_ = true;
        flush_directory();
    }

 private:
    /// So that the new name outlives a power cut. Some file systems cannot; the file itself is safe by then.
    void flush_directory() const {
        const std::filesystem::path parent = target_.parent_path();
        const int directory = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (directory < 0) return;
        [[maybe_unused]] const int flushed = ::fsync(directory);
        ::close(directory);
    }

    [[noreturn]] void fail(const char* what) const {
        const std::error_code reason(errno, std::system_category());
        throw std::filesystem::filesystem_error(what, target_, reason);
    }

    std::filesystem::path target_, temporary_;
    int descriptor_ = -1;
    bool published_ = false;
};

std::vector<KeyedBytes> by_key(std::span<const KeyedBytes> sections) {
    std::vector<KeyedBytes> sorted(sections.begin(), sections.end());
    std::ranges::sort(sorted, {}, &KeyedBytes::first);
    const auto twice = std::ranges::adjacent_find(sorted, {}, &KeyedBytes::first);
    if (twice != sorted.end()) throw InvalidArgument(to_string(twice->first) + " must occur once, not twice");
    return sorted;
}

std::vector<layout::Entry> make_table(std::span<const KeyedBytes> sections) {
    std::vector<layout::Entry> table;
    table.reserve(sections.size());
    std::uint64_t offset = sizeof(layout::Header);
    for (const auto& [key, bytes] : sections) {
        table.push_back({key.kind, key.shard, key.field, 0, offset, bytes.size(), hash64(bytes)});
        offset = layout::align(offset + bytes.size());
    }
    return table;
}

layout::Header make_header(std::span<const layout::Entry> table) {
    const Bytes bytes = std::as_bytes(table);
    layout::Header header{};
    std::ranges::copy(layout::magic, header.magic);
    header.byte_order = layout::byte_order;
    header.version = layout::version;
    header.table_offset =
        table.empty() ? sizeof(layout::Header) : layout::align(table.back().offset + table.back().length);
    header.table_length = bytes.size();
    header.file_length = header.table_offset + bytes.size();
    header.section_count = static_cast<std::uint32_t>(table.size());
    header.table_checksum = hash64(bytes);
    header.header_checksum = layout::checksum(header);
    return header;
}

}  // namespace

void write_container(const std::filesystem::path& path, std::span<const KeyedBytes> sections) {
    static constexpr std::byte zeros[section_alignment] = {};
    const std::vector<KeyedBytes> sorted = by_key(sections);
    const std::vector<layout::Entry> table = make_table(sorted);
    const layout::Header header = make_header(table);

    TemporaryFile file(path);
    file.write(std::as_bytes(std::span(&header, 1)));
    for (const auto& [key, bytes] : sorted) {
        file.write(bytes);
        file.write(std::span(zeros).first(layout::align(bytes.size()) - bytes.size()));
    }
    file.write(std::as_bytes(std::span(table)));
    file.publish();
}

}  // namespace rescora::segment

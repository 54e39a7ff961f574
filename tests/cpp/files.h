/// Paths for the tests: the core itself is given files that are open.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "index/file.h"

namespace rescora::files {

/// An open file, closed at the end.
class Open {
 public:
    Open(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
        if (number_ < 0) throw std::system_error(errno, std::system_category(), path.string());
    }
    ~Open() { ::close(number_); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    int number() const { return number_; }

 private:
    int number_;
};

/// A new file; one that stood there lives on where it is mapped.
class New : public Open {
 public:
    explicit New(const std::filesystem::path& path)
        : Open((std::filesystem::remove(path), path), O_WRONLY | O_CREAT | O_EXCL) {}
};

inline void write_container(const std::filesystem::path& path,
                            std::span<const std::pair<segment::SectionKey, Bytes>> sections) {
    segment::write_container(New(path).number(), sections);
}

inline segment::Container map(const std::filesystem::path& path) {
    return segment::Container::map(Open(path, O_RDONLY).number(), path.string());
}

inline segment::Container read_whole(const std::filesystem::path& path) {
    return segment::Container::read(Open(path, O_RDONLY).number(), path.string());
}

inline void save(const index::Snapshot& index, std::string_view metadata, const std::filesystem::path& path) {
    index::save(index, metadata, New(path).number());
}

inline index::File open(const std::filesystem::path& path) {
    return index::File(map(path));
}

}  // namespace rescora::files

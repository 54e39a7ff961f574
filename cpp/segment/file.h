/// A whole index in one file: metadata and every shard's sections.
#pragma once
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "segment/container.h"
#include "segment/index.h"

namespace rescora::segment {

/// Writes the index; the file appears whole or not at all. container.h tells the errors.
void save(const Index& index, std::string_view metadata, const std::filesystem::path& path);

/// A saved index, opened but not read: the directories are checked, contents only by verify().
class File {
 public:
    static File open(const std::filesystem::path& path) { return File(Container::map(path)); }
    explicit File(Container container);

    std::string_view metadata() const;
    const std::vector<std::shared_ptr<const Segment>>& shards() const { return shards_; }

    /// Throws CorruptFile, naming the section, when any content is not what was written.
    void verify() const { container_.verify(); }

 private:
    Container container_;
    std::vector<std::shared_ptr<const Segment>> shards_;
};

}  // namespace rescora::segment

/// A whole index in one file: metadata and every shard's sections.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "segment/container.h"
#include "segment/index.h"

namespace rescora::segment {

/// Writes the index to an open file. container.h tells the errors.
void save(const Index& index, std::string_view metadata, int descriptor, Budget* budget = nullptr);

/// A saved index: the directories are checked when it is made, contents only by verify().
class File {
 public:
    explicit File(Container container);

    std::string_view metadata() const;
    const std::vector<std::shared_ptr<const Segment>>& shards() const { return shards_; }

    /// Equal for files of equal contents; container.h.
    std::uint64_t checksum() const { return container_.checksum(); }

    /// Throws CorruptFile, naming the section, when any content is not what was written.
    void verify(Budget* budget = nullptr) const { container_.verify(budget); }

 private:
    Container container_;
    std::vector<std::shared_ptr<const Segment>> shards_;
};

}  // namespace rescora::segment

/// An index in one file: metadata and every shard's sections.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "index/snapshot.h"
#include "segment/container.h"

namespace rescora::index {

/// Writes the index to an open file. Each shard must be one segment. container.h tells the errors.
void save(const Snapshot& snapshot, std::string_view metadata, int descriptor, Budget* budget = nullptr);

/// A saved index, a segment a shard: the directories are checked when it is made, contents only by verify().
class File {
 public:
    explicit File(segment::Container container);

    std::string_view metadata() const;
    const std::vector<ShardReader::Segments>& shards() const { return shards_; }

    /// Equal for files of equal contents; container.h.
    std::uint64_t checksum() const { return container_.checksum(); }

    /// Throws CorruptFile, naming the section, when any content is not what was written.
    void verify(Budget* budget = nullptr) const { container_.verify(budget); }

 private:
    segment::Container container_;
    std::vector<ShardReader::Segments> shards_;
};

}  // namespace rescora::index

/// All shards of an index at one moment, and the numbers that documents have across them.
#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "index/shard_reader.h"

namespace rescora::index {

/// A document's number in its index is its shard's base plus its number in the shard. Immutable.
class Snapshot {
 public:
    /// shards: the segments of each. field_names: by field number; explanations use them.
    Snapshot(std::vector<ShardReader::Segments> shards, std::vector<std::string> field_names)
        : field_names_(std::move(field_names)) {
        bases_.push_back(0);
        for (auto& segments : shards) {
            shards_.emplace_back(std::move(segments), static_cast<std::uint32_t>(shards_.size()));
            bases_.push_back(bases_.back() + shards_.back().num_docs());
        }
    }
    Snapshot(const Snapshot&) = delete;  // what is bound points into it
    Snapshot& operator=(const Snapshot&) = delete;

    DocId num_docs() const { return bases_.back(); }
    std::size_t num_shards() const { return shards_.size(); }
    std::span<const std::string> field_names() const { return field_names_; }
    const ShardReader& shard(std::size_t number) const { return shards_[number]; }
    /// The number of a shard's first document.
    DocId base(std::size_t shard) const { return bases_[shard]; }

    std::span<const ShardReader> all() const { return shards_; }

    /// The shard of a document of this index.
    std::size_t shard_of(DocId doc) const {
        return static_cast<std::size_t>(std::ranges::upper_bound(bases_, doc) - bases_.begin()) - 1;
    }

    /// Errors  InvalidArgument naming the first document that the index has not.
    void check(std::span<const DocId> docs) const {
        for (std::size_t i = 0; i < docs.size(); ++i)
            if (docs[i] >= num_docs()) refuse(i, docs[i]);
    }
    [[noreturn]] void refuse(std::size_t place, DocId doc) const {
        throw InvalidArgument("docs[" + std::to_string(place) + "] is " + std::to_string(doc) +
                              ", the index has documents 0 to " + std::to_string(std::int64_t{num_docs()} - 1));
    }

    std::string_view id(DocId doc) const {
        const std::size_t s = shard_of(doc);
        return shards_[s].id(doc - bases_[s]);
    }

    std::string_view source(DocId doc) const {
        const std::size_t s = shard_of(doc);
        return shards_[s].source(doc - bases_[s]);
    }

    /// The document with an id, or no_doc.
    DocId find_id(std::string_view id) const {
        for (std::size_t s = 0; s < shards_.size(); ++s)
            if (const DocId doc = shards_[s].find_id(id); doc != no_doc) return bases_[s] + doc;
        return no_doc;
    }

 private:
    std::vector<ShardReader> shards_;
    std::vector<std::string> field_names_;
    std::vector<DocId> bases_;  ///< one more than shards
};

}  // namespace rescora::index

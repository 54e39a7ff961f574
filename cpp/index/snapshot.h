/// All shards of an index at one moment, with the bases of their document numbers.
#pragma once
#include <algorithm>
#include <optional>
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

    std::uint32_t num_docs() const { return bases_.back(); }
    std::size_t num_shards() const { return shards_.size(); }
    std::span<const std::string> field_names() const { return field_names_; }
    const ShardReader& shard(std::size_t number) const { return shards_[number]; }
    /// The number of a shard's first document.
    std::uint32_t base(std::size_t shard) const { return bases_[shard]; }

    std::span<const ShardReader> all() const { return shards_; }

    /// The shard of a document of this index.
    std::size_t shard_of(IndexDoc doc) const {
        const auto after = std::ranges::upper_bound(bases_, static_cast<std::uint32_t>(doc));
        return static_cast<std::size_t>(after - bases_.begin()) - 1;
    }

    /// The document of a number that somebody gave, at a place among others.
    ///
    /// Errors  InvalidArgument where the index has no such document.
    IndexDoc checked(std::size_t place, std::uint32_t number) const {
        if (number >= num_docs()) refuse(place, number);
        return IndexDoc{number};
    }

    std::string_view id(IndexDoc doc) const {
        const std::size_t s = shard_of(doc);
        return shards_[s].id(in_shard(bases_[s], doc));
    }

    std::string_view source(IndexDoc doc) const {
        const std::size_t s = shard_of(doc);
        return shards_[s].source(in_shard(bases_[s], doc));
    }

    /// The document with an id, or nothing.
    std::optional<IndexDoc> find_id(std::string_view id) const {
        for (std::size_t s = 0; s < shards_.size(); ++s)
            if (const auto doc = shards_[s].find_id(id)) return in_index(bases_[s], *doc);
        return std::nullopt;
    }

 private:
    [[noreturn]] void refuse(std::size_t place, std::uint32_t number) const {
        throw InvalidArgument("docs[" + std::to_string(place) + "] is " + std::to_string(number) +
                              ", the index has documents 0 to " + std::to_string(std::int64_t{num_docs()} - 1));
    }

    std::vector<ShardReader> shards_;
    std::vector<std::string> field_names_;
    std::vector<std::uint32_t> bases_;  ///< one more than shards
};

}  // namespace rescora::index

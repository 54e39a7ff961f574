/// All shards of an index, and the numbers that documents have across them.
#pragma once
#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "segment/segment.h"

namespace rescora::segment {

/// A document's number in its index is its shard's base plus its number in the shard.
class Index {
 public:
    /// field_names: by field number; explanations use them.
    Index(std::vector<std::shared_ptr<const Segment>> shards, std::vector<std::string> field_names)
        : shards_(std::move(shards)), field_names_(std::move(field_names)) {
        DocId base = 0;
        for (const auto& shard : shards_) {
            bases_.push_back(base);
            views_.push_back(shard.get());
            base += shard->num_docs();
        }
        num_docs_ = base;
    }

    DocId num_docs() const { return num_docs_; }
    std::size_t num_shards() const { return shards_.size(); }
    std::span<const std::string> field_names() const { return field_names_; }
    const Segment& shard(std::size_t number) const { return *shards_[number]; }
    DocId base(std::size_t shard) const { return bases_[shard]; }

    /// All shards, and one of them, as statistics want them.
    std::span<const Segment* const> all() const { return views_; }
    std::span<const Segment* const> one(std::size_t shard) const { return std::span(views_).subspan(shard, 1); }

    /// The shard of a document of this index.
    std::size_t shard_of(DocId doc) const {
        return static_cast<std::size_t>(std::ranges::upper_bound(bases_, doc) - bases_.begin()) - 1;
    }

    std::string_view id(DocId doc) const {
        const std::size_t s = shard_of(doc);
        return shards_[s]->id(doc - bases_[s]);
    }

    std::string_view source(DocId doc) const {
        const std::size_t s = shard_of(doc);
        return shards_[s]->source(doc - bases_[s]);
    }

    /// The document with an id, or no_doc.
    DocId find_id(std::string_view id) const {
        for (std::size_t s = 0; s < shards_.size(); ++s)
            if (const DocId doc = shards_[s]->find_id(id); doc < shards_[s]->num_docs()) return bases_[s] + doc;
        return no_doc;
    }

 private:
    std::vector<std::shared_ptr<const Segment>> shards_;
    std::vector<std::string> field_names_;
    std::vector<const Segment*> views_;
    std::vector<DocId> bases_;
    DocId num_docs_ = 0;
};

}  // namespace rescora::segment

/// The document frequencies of one word in several fields, made one (cross_fields).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "index/shard_reader.h"
#include "plan/query.h"

namespace rescora::plan {

/// A document frequency a term, as Elasticsearch's BlendedTermQuery blends them within one shard: every field is given
/// about the greatest, the rarer ones one more each, so that the field where the word is usual is preferred by a hair.
/// A field without the word keeps 0 and has a say in nothing.
std::vector<std::uint64_t> blend(std::span<const Term> terms, const index::ShardReader& shard);

}  // namespace rescora::plan

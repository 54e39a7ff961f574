/// Which shard keeps a document: murmur3 of its id, as Elasticsearch computes it.
#pragma once
#include <cstdint>
#include <string_view>

namespace rescora::index {

/// The shard of a document among `num_shards`.
std::uint32_t route(std::string_view id, std::uint32_t num_shards);

}  // namespace rescora::index

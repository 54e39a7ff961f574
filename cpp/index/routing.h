/// Elasticsearch's routing: the shard of a document, by murmur3 of its id.
#pragma once
#include <cstdint>
#include <string_view>

namespace rescora::index {

/// The shard of a document among `num_shards`.
std::uint32_t route(std::string_view id, std::uint32_t num_shards);

}  // namespace rescora::index

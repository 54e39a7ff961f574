/// How Elasticsearch's index spells ids: explanations of `ids` and of `_id` show it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rescora::query {

/// The bytes of an id: digits two a byte, base64url decoded, other texts as they are, each kind with its first byte.
std::string indexed_id(std::string_view id);

/// _id:(…), the ids in the order of these bytes; bytes that are no UTF-8 are written as [77 5e bd].
std::string describe_ids(const std::vector<std::string>& ids);

}  // namespace rescora::query

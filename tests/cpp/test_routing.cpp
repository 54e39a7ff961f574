/// Documents go to the shard that Elasticsearch sends them to: its published hashes, through the rule of its shards.
#include <string_view>
#include <vector>

#include "check.h"
#include "index/routing.h"

namespace {

using rescora::index::route;

/// The rule, for a hash that is known: a power-of-two number of parts, about a thousand, cut evenly.
std::uint32_t shard_of(std::uint32_t hash, std::int64_t shards) {
    if (shards == 1) return 0;
    std::int64_t parts = shards, doublings = 0;
    while ((std::int64_t{1} << doublings) < shards) ++doublings;  // bits of shards - 1
    for (std::int64_t i = std::max<std::int64_t>(1, 10 - doublings); i > 0; --i) parts *= 2;
    std::int64_t place = static_cast<std::int32_t>(hash) % parts;
    if (place < 0) place += parts;
    return static_cast<std::uint32_t>(place / (parts / shards));
}

struct Known {
    std::string_view id;
    std::uint32_t hash;  ///< murmur3_x86_32 over UTF-16, as Elasticsearch's own tests have it
};

const std::vector<Known> known = {
    {"hell", 0x5A0CB7C3},
    {"hello", 0xD7C31989},
    {"hello w", 0x22AB2984},
    {"hello wo", 0xDF0CA123},
    {"hello wor", 0xE7744D61},
    {"The quick brown fox jumps over the lazy dog", 0xE07DB09C},
    {"The quick brown fox jumps over the lazy cog", 0x4E63D2AD},
};

TEST(known_hashes_give_their_shards) {
    for (const auto& [id, hash] : known)
        for (std::uint32_t shards = 1; shards <= 1024; ++shards) CHECK_EQUAL(shard_of(hash, shards), route(id, shards));
}

TEST(every_shard_exists_and_gets_its_share) {
    for (const std::uint32_t shards : {1u, 2u, 3u, 5u, 64u, 1000u}) {
        std::vector<int> count(shards);
        for (int i = 0; i < 20'000; ++i) ++count.at(route("doc-" + std::to_string(i), shards));
        const int fair = 20'000 / static_cast<int>(shards);
        for (const int got : count) CHECK(got > fair / 4 && got < fair * 3);
    }
}

/// The slow reference in Python gives these.
TEST(ids_are_hashed_as_utf_16) {
    struct Case {
        std::string_view id;
        std::uint32_t of_2, of_7, of_1024;
    };
    for (const auto& [id, of_2, of_7, of_1024] :
         {Case{"\xF0\x9F\x98\x80", 1, 6, 796}, Case{"\xF0\x9F\x98\x81", 1, 0, 835}, Case{"\xC3\xA9", 0, 4, 767},
          Case{"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 0, 2, 2}, Case{"", 0, 0, 0}, Case{"a", 0, 4, 141}}) {
        CHECK_EQUAL(of_2, route(id, 2));
        CHECK_EQUAL(of_7, route(id, 7));
        CHECK_EQUAL(of_1024, route(id, 1024));
    }
}

}  // namespace

/// Lists of a damaged file, whose checksums nobody has looked at, give wrong hits at worst: never one twice, none that
/// the shard has not, and, under a sanitizer, no read or write out of bounds.
#include <limits>
#include <set>

#include "check.h"
#include "columns/feature.h"
#include "hits.h"
#include "plan/prepare.h"
#include "random_index.h"
#include "retrieve/first_pass.h"

namespace {

using namespace random_index;

constexpr std::uint32_t num_docs = 6'000;  // several ranges

/// The segment with some bytes of its lists changed, headers more often than what they lead to.
segment::Segment damaged(const segment::Segment& whole, Random& random) {
    std::vector<segment::Section> sections(whole.sections().begin(), whole.sections().end());
    for (segment::Section& section : sections) {
        if (section.key.kind != static_cast<std::uint32_t>(segment::SectionKind::lists)) continue;
        std::vector<std::byte> lists(section.bytes.begin(), section.bytes.end());
        for (std::uint32_t n = 1 + random.below(200); n > 0; --n) {
            std::size_t at = random.below(static_cast<std::uint32_t>(lists.size()));
            if (!random.one_in(3)) at = std::min(at / 16 * 16 + random.below(4), lists.size() - 1);
            lists[at] = random.one_in(2) ? std::byte{0} : static_cast<std::byte>(random.below(256));
        }
        section = segment::make_section(segment::SectionKind::lists, section.key.field, std::move(lists));
    }
    return segment::Segment(std::move(sections));
}

plan::QueryPtr some_words(Random& random) {
    plan::Bool words;
    for (std::uint32_t n = 1 + random.below(4); n > 0; --n)
        words.clauses.push_back({plan::Occur::should, plan::make(plan::Term{title, word(random.below(12))})});
    return plan::rewrite(plan::make(std::move(words)));
}

TEST(hits_from_damaged_lists_are_documents_of_the_shard_each_once) {
    Random random(5);
    Arena arena;
    const auto whole = make_segment(num_docs, random);
    for (int round = 0; round < 150; ++round) {
        const segment::Segment segment = damaged(*whole, random);
        const index::ShardReader shard = shard_of(segment);
        for (int query = 0; query < 4; ++query) {
            const plan::Plan plan = bound_in_segment(some_words(random), shard);
            const std::size_t k = std::array{1u, 10u, 100u}[random.below(3)];
            const std::int64_t count_up_to = random.one_in(2) ? -1 : 1'000;
            const auto found = retrieve::find_candidates({std::span(&plan, 1)}, k, count_up_to, arena);
            CHECK(found.hits.size() <= k);
            std::set<DocId> docs;
            for (const Hit& one : found.hits)
                CHECK(number_of(one.doc) < num_docs && docs.insert(number_of(one.doc)).second);
        }
    }
}

TEST(codes_of_a_damaged_feature_column_have_a_mean_though_no_sum) {
    index::Builder builder(1);
    builder.add_integer_field(number);
    const std::string_view ids[] = {"a", "b", "c"};
    builder.add_documents(ids);
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const DocId docs[] = {0, 1, 2};
    const std::int64_t codes[] = {most - 0xFFFF + 0x7F00, most - 0xFFFF + 0x7F02, most - 0xFFFF + 0x7F04};
    builder.add_integers(number, docs, codes);
    plan::RankFeature without_scale;
    without_scale.field = number;
    const index::ShardReader shard(builder.finish(1).front(), 0);
    const auto resolved = plan::resolve(plan::prepare(plan::make(without_scale)), shard);
    const auto* feature = plan::as<plan::RankFeature>(resolved);
    CHECK(feature != nullptr);
    CHECK_EQUAL(columns::decode_feature(0x7F02), feature->scale.value());
}

}  // namespace

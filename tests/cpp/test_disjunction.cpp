/// The best hits of words that come and go with the documents are those of scoring every document: what a range skips
/// may not be skipped for the next.
#include <bit>
#include <functional>

#include "check.h"
#include "hits.h"
#include "query/score.h"
#include "random_index.h"
#include "retrieve/first_pass.h"

namespace {

using namespace random_index;

/// A shard of documents with one text each.
std::shared_ptr<const segment::Segment> segment_of(const std::vector<std::string>& texts) {
    index::Builder builder(1);
    builder.add_text_field(title, {text::Analyzer::named("standard")});
    for (std::uint32_t doc = 0; doc < texts.size(); ++doc) {
        const std::string id = std::to_string(doc);
        const std::string_view ids[] = {id}, values[] = {texts[doc]};
        builder.add_documents(ids);
        builder.add_texts(title, std::span(&doc, 1), values);
    }
    return builder.finish(1).front().front();
}

plan::QueryPtr any_of(const std::vector<std::pair<std::string, float>>& words) {
    plan::Bool any;
    for (const auto& [word, boost] : words)
        any.clauses.push_back(
            {plan::Occur::should, plan::make(plan::Boost{plan::make(plan::Term{title, word}), boost})});
    return plan::rewrite(plan::make(std::move(any)));
}

/// The best k by the forward side, document by document.
std::vector<std::uint64_t> best_of_all(const plan::Plan& plan, std::size_t k, Arena& arena) {
    std::vector<std::uint64_t> keys;
    for (DocId doc = 0; doc < plan.segment().num_docs(); ++doc) {
        const Arena::Scope scope(arena);
        query::Run run(plan, arena);
        const query::Scores scores = query::score(plan.root, {&doc, 0, 1}, run);
        if (scores.matched[0]) keys.push_back(rank_key(hit(doc, scores.score[0])));
    }
    std::ranges::sort(keys, std::greater{});
    keys.resize(std::min(k, keys.size()));
    return keys;
}

void check_best(const segment::Segment& segment, const plan::QueryPtr& query, std::size_t k, std::int64_t count_up_to,
                Arena& arena) {
    const index::ShardReader shard = shard_of(segment);
    const plan::Plan plan = bound_in_segment(query, shard);
    const auto expected = best_of_all(plan, k, arena);
    const auto found = retrieve::find_candidates({std::span(&plan, 1)}, k, count_up_to, arena);
    CHECK_EQUAL(expected.size(), found.hits.size());
    for (std::size_t i = 0; i < std::min(expected.size(), found.hits.size()); ++i)
        CHECK_EQUAL(expected[i], rank_key(found.hits[i]));
}

/// In the second range `a` alone can win and only in its block with document 9,000; in the third, `b` makes up for what
/// `a` lacks in document 5,000.
TEST(blocks_that_are_too_weak_for_one_range_are_looked_at_in_the_next) {
    std::vector<std::string> texts;
    for (DocId doc = 0; doc < 10'000; ++doc) {
        const std::uint32_t a = doc == 2100 || doc == 9000 ? 2 : 1;
        const bool usual = doc < 128 || (doc >= 3968 && doc < 4096);
        const std::uint32_t b = doc == 0 ? 2 : doc == 5000 ? 3 : usual ? 1 : 0;
        std::string text;
        for (std::uint32_t i = 0; i < 8; ++i) text += i < a ? "a " : i < a + b ? "b " : "x" + std::to_string(doc) + " ";
        texts.push_back(text);
    }
    Arena arena;
    const auto segment = segment_of(texts);
    for (const std::size_t k : {1u, 2u, 10u})
        for (const std::int64_t count_up_to : {-1, 100}) {
            check_best(*segment, any_of({{"a", 1e5f}, {"b", 1}}), k, count_up_to, arena);
            check_best(*segment, any_of({{"a", 1}, {"b", 1}}), k, count_up_to, arena);
        }
}

/// Words whose share of the documents, and frequency in them, changes every some hundred documents.
std::vector<std::string> drifting_texts(std::uint32_t num_words, Random& random) {
    std::vector<std::string> texts;
    std::vector<std::uint32_t> share(num_words), most(num_words);
    for (DocId doc = 0; doc < 12'000; ++doc) {
        for (std::uint32_t w = 0; w < num_words; ++w)
            if (random.one_in(400)) {
                share[w] = random.one_in(2) ? 0 : 1 + random.below(100);
                most[w] = 1 + random.below(random.one_in(4) ? 9 : 2);
            }
        std::string text = "filler";
        for (std::uint32_t w = 0; w < num_words; ++w)
            if (random.below(100) < share[w])
                for (std::uint32_t n = 1 + random.below(most[w]); n > 0; --n) text += " " + word(w);
        texts.push_back(text);
    }
    return texts;
}

TEST(words_that_come_and_go_are_found_as_scoring_everything_finds_them) {
    Random random(3);
    Arena arena;
    for (int collection = 0; collection < 4; ++collection) {
        const auto segment = segment_of(drifting_texts(6, random));
        for (int round = 0; round < 25; ++round) {
            std::vector<std::pair<std::string, float>> words;
            for (std::uint32_t n = 1 + random.below(5); n > 0; --n)
                words.emplace_back(word(random.below(6)), std::array{1.0f, 1.0f, 3.0f, 0.01f, 1e5f}[random.below(5)]);
            const std::size_t k = std::array{1u, 5u, 100u, 1'000u}[random.below(4)];
            check_best(*segment, any_of(words), k, random.one_in(2) ? -1 : 500, arena);
        }
    }
}

}  // namespace

/// Many threads on one index: the thread sanitizer watches, and every answer is the one that a single thread gives.
#include <thread>

#include "base/budget.h"
#include "check.h"
#include "plan/template.h"
#include "random_index.h"
#include "search/many.h"
#include "search/search.h"

namespace {

using namespace rescora;

constexpr std::size_t num_threads = 4, num_requests = 40;

std::shared_ptr<const index::Snapshot> make_index(random_index::Random& random) {
    std::vector<std::shared_ptr<const segment::Segment>> shards;
    for (int s = 0; s < 3; ++s) shards.push_back(random_index::make_segment(400, random));
    const std::vector<std::string> names = {"title", "body", "tag", "number", "fraction", "missing"};
    return std::make_shared<const index::Snapshot>(random_index::one_each(shards), names);
}

std::vector<plan::Request> make_requests(random_index::Random& random) {
    random_index::Queries queries(random);
    std::vector<plan::Request> requests(num_requests);
    for (plan::Request& request : requests) {
        request.query = queries.any();
        request.stages = {{20, plan::QueryStage{queries.any(), 0.7f, 1.2f, plan::ScoreMode::total}},
                          {5, plan::QueryStage{queries.any()}}};
        if (random.one_in(3)) request.statistics = plan::StatisticsOf::all_shards;
        request.explain = random.one_in(4);
    }
    return requests;
}

template <class Hits>
std::vector<std::uint64_t> keys_of(const Hits& hits) {
    std::vector<std::uint64_t> keys;
    for (const auto& one : hits) keys.push_back(rank_key(one));
    return keys;
}

/// All bytes of a shard, section after section.
std::vector<std::byte> bytes_of(const segment::Segment& shard) {
    std::vector<std::byte> bytes;
    for (const segment::Section& section : shard.sections())
        bytes.insert(bytes.end(), section.bytes.begin(), section.bytes.end());
    return bytes;
}

}  // namespace

TEST(shards_that_many_threads_build_are_those_that_one_thread_builds) {
    random_index::Random random(10), again(10);
    const auto one_by_one = random_index::make_shards(7, 300, random);
    const auto together = random_index::make_shards(7, 300, again, num_threads);
    for (std::size_t s = 0; s < one_by_one.size(); ++s)
        CHECK(bytes_of(*one_by_one[s].front()) == bytes_of(*together[s].front()));
}

TEST(searches_from_many_threads_give_what_one_thread_gives) {
    random_index::Random random(11);
    const auto index = make_index(random);
    const auto requests = make_requests(random);
    std::vector<std::vector<std::uint64_t>> expected;
    for (const auto& request : requests) expected.push_back(keys_of(search::search(*index, request, 1).hits));

    std::vector<int> wrong(num_threads, 0);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < num_threads; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < num_requests; ++i) {
                    const std::size_t at = (i + 7 * t) % num_requests;
                    wrong[t] += keys_of(search::search(*index, requests[at], 1 + t).hits) != expected[at];
                }
            });
    }
    CHECK_EQUAL(std::vector<int>(num_threads, 0), wrong);
}

TEST(windows_on_many_threads_give_what_one_thread_gives) {
    random_index::Random random(12);
    const auto index = make_index(random);
    random_index::Queries queries(random);
    const search::Rescorer rescorer(index,
                                    {{20, plan::QueryStage{queries.any()}}, {7, plan::QueryStage{queries.any()}}},
                                    plan::StatisticsOf::shard);
    const search::Rescorer* one[] = {&rescorer};
    std::vector<DocId> docs;
    std::vector<float> scores;
    std::vector<std::int64_t> offsets = {0};
    for (std::uint32_t window = 0; window < 60; ++window) {
        for (std::uint32_t i = 0; i < 30; ++i) {
            docs.push_back((window * 17 + i * 31) % index->num_docs());
            scores.push_back(static_cast<float>(random.below(100)));
        }
        offsets.push_back(static_cast<std::int64_t>(docs.size()));
    }
    const auto single = search::rescore_windows(one, docs, scores, offsets, 10, 1);
    const auto several = search::rescore_windows(one, docs, scores, offsets, 10, num_threads);
    CHECK(single.docs == several.docs);
    CHECK(single.scores == several.scores);
    CHECK(single.offsets == several.offsets);
}

std::vector<std::int64_t> no_timeouts(std::size_t n) {
    return std::vector<std::int64_t>(n, -1);
}

TEST(searches_at_once_give_what_each_gives_alone) {
    random_index::Random random(13);
    const auto index = make_index(random);
    const auto requests = make_requests(random);
    Budget budget;
    std::vector<const plan::Request*> each;
    for (const auto& request : requests) each.push_back(&request);
    const search::HitLists lists =
        search::search_all(*index, each, each.size(), {}, no_timeouts(each.size()), num_threads, budget);
    CHECK_EQUAL(requests.size() + 1, lists.offsets.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto hits = search::search(*index, requests[i], 1).hits;
        std::vector<IndexHit> found;
        for (auto at = lists.offsets[i]; at < lists.offsets[i + 1]; ++at)
            found.push_back(
                {IndexDoc{lists.docs[static_cast<std::size_t>(at)]}, lists.scores[static_cast<std::size_t>(at)]});
        CHECK(keys_of(hits) == keys_of(found));
    }
    CHECK_THROWS(InvalidArgument, "3 requests are wanted, or one, not 2",
                 search::search_all(*index, std::span(each).first(2), 3, {}, no_timeouts(2), 1, budget));
}

/// A text that comes with each search is one that was there from the beginning.
TEST(a_template_gives_what_the_request_with_its_text_gives) {
    random_index::Random random(14);
    const auto index = make_index(random);
    const auto asked = [](plan::GivenText::As as, std::uint32_t number) {
        return plan::make(plan::GivenText{random_index::title, text::Analyzer::named("standard"), number, as});
    };
    plan::Request request;
    request.query = asked(plan::GivenText::As::match, 0);
    request.post_filter = asked(plan::GivenText::As::match, 1);
    request.stages = {{20, plan::QueryStage{asked(plan::GivenText::As::phrase, 0)}}};
    CHECK_EQUAL(2u, plan::num_texts(request));
    Budget budget;
    const plan::Request* one[] = {&request};
    std::vector<std::string> texts;
    for (std::uint32_t i = 0; i < 2 * num_requests; ++i)
        texts.push_back(random_index::word(random.below(12)) + " " + random_index::word(random.below(12)));
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    const search::HitLists lists =
        search::search_all(*index, one, num_requests, views, no_timeouts(1), num_threads, budget);
    for (std::size_t i = 0; i < num_requests; ++i) {
        const auto hits = search::search(*index, plan::fill(request, std::span(views).subspan(2 * i, 2)), 1).hits;
        CHECK_EQUAL(static_cast<std::int64_t>(hits.size()), lists.offsets[i + 1] - lists.offsets[i]);
        for (std::size_t h = 0; h < hits.size(); ++h) {
            const std::size_t at = static_cast<std::size_t>(lists.offsets[i]) + h;
            CHECK_EQUAL(static_cast<std::uint32_t>(hits[h].doc), lists.docs[at]);
            CHECK_EQUAL(hits[h].score, lists.scores[at]);
        }
    }
    CHECK_THROWS(InvalidArgument, "4 texts are wanted, not 3",
                 search::search_all(*index, one, 2, std::span(views).first(3), no_timeouts(1), 1, budget));
}

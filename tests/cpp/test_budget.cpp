/// Budgets: deadlines by an injected clock and by number of questions, cancellation, threads.
#include "base/budget.h"
#include "base/parallel.h"
#include "check.h"
#include "random_index.h"
#include "search/search.h"

namespace {

using namespace rescora;

Budget::Nanoseconds now = 0;

Budget::Nanoseconds injected_clock() {
    return now;
}

/// Why the budget says to stop; none if it lets go on.
StopReason answer(Budget& budget) {
    try {
        budget.ask();
        return StopReason::none;
    } catch (const Stopped& stopped) {
        return stopped.reason;
    }
}

struct Interrupted final : Budget {
    using Budget::Budget;
    bool interrupted() noexcept override { return ++looked >= 2; }
    int looked = 0;
};

}  // namespace

TEST(the_time_is_over_at_the_deadline_and_not_before) {
    now = 1'000;
    Budget budget(&injected_clock);
    CHECK(!budget.is_timed());
    budget.set_deadline(500);
    CHECK(budget.is_timed());
    now = 1'499;
    CHECK(StopReason::none == answer(budget));
    now = 1'500;
    CHECK(StopReason::deadline == answer(budget));
    now = 0;
    CHECK(StopReason::deadline == answer(budget));  // what was over stays over
    budget.forget_deadline();
    now = 1'000'000;
    CHECK(StopReason::none == answer(budget));
}

TEST(a_number_of_questions_is_answered) {
    Budget budget(&injected_clock);
    budget.set_questions(3);
    for (int i = 0; i < 3; ++i) CHECK(StopReason::none == answer(budget));
    CHECK(StopReason::deadline == answer(budget));
}

TEST(any_flag_cancels_and_the_first_reason_stands) {
    const auto one = std::make_shared<std::atomic<bool>>(false), other = std::make_shared<std::atomic<bool>>(false);
    Budget budget(&injected_clock);
    budget.add_cancellation(one);
    budget.add_cancellation(other);
    CHECK(StopReason::none == answer(budget));
    *other = true;
    CHECK(StopReason::cancelled == answer(budget));
    budget.forget_deadline();
    CHECK(StopReason::cancelled == answer(budget));
}

TEST(signals_are_looked_for_each_twenty_milliseconds_and_not_at_first) {
    now = 0;
    Interrupted budget(&injected_clock);
    CHECK(StopReason::none == answer(budget));
    CHECK_EQUAL(0, budget.looked);
    now = Budget::between_signals - 1;
    CHECK(StopReason::none == answer(budget));
    CHECK_EQUAL(0, budget.looked);
    now = Budget::between_signals;
    CHECK(StopReason::none == answer(budget));
    CHECK(StopReason::none == answer(budget));
    CHECK_EQUAL(1, budget.looked);
    now = 2 * Budget::between_signals;
    CHECK(StopReason::interrupted == answer(budget));
}

TEST(a_request_of_a_call_ends_with_the_call_and_not_the_other_way_round) {
    const auto flag = std::make_shared<std::atomic<bool>>(false);
    Budget call(&injected_clock);
    call.add_cancellation(flag);
    Budget late(call), other(call);
    late.set_deadline(0);
    CHECK(StopReason::deadline == answer(late));
    CHECK(StopReason::none == answer(other));
    *flag = true;
    CHECK(StopReason::cancelled == answer(other));
    CHECK(StopReason::cancelled == answer(call));
}

TEST(the_failure_of_the_least_piece_is_thrown_on_any_number_of_threads) {
    for (std::size_t threads : {1u, 2u, 4u}) {
        for (int round = 0; round < 20; ++round) {
            std::string said;
            try {
                parallel_for(40, threads, [](std::size_t i) {
                    if (i % 3 == 2) throw InvalidArgument("piece " + std::to_string(i));
                });
            } catch (const InvalidArgument& error) {
                said = error.what();
            }
            CHECK_EQUAL(std::string("piece 2"), said);
        }
    }
}

TEST(the_thread_that_waits_looks_for_signals) {
    now = 0;
    Interrupted budget(&Budget::steady_clock);
    std::atomic<int> stopped = 0;
    const auto work = [&](std::size_t i) {
        if (i == 0) return;  // the calling thread, or a piece that ends at once
        try {
            for (;;) budget.ask();
        } catch (const Stopped&) {
            ++stopped;
            throw;
        }
    };
    CHECK_THROWS(Stopped, "the request was interrupted", parallel_for(2, 2, work, &budget));
    CHECK_EQUAL(1, stopped.load());
}

namespace {

std::shared_ptr<const index::Snapshot> make_index(random_index::Random& random) {
    std::vector<std::shared_ptr<const segment::Segment>> shards;
    for (int s = 0; s < 3; ++s) shards.push_back(random_index::make_segment(400, random));
    const std::vector<std::string> names = {"title", "body", "tag", "number", "fraction", "missing"};
    return std::make_shared<const index::Snapshot>(random_index::one_each(shards), names);
}

template <class Hits>
std::vector<std::uint64_t> keys_of(const Hits& hits) {
    std::vector<std::uint64_t> keys;
    for (const auto& one : hits) keys.push_back(rank_key(one));
    return keys;
}

/// The request with its first stages alone.
plan::Request with_stages(plan::Request request, std::size_t count) {
    request.stages.erase(request.stages.begin() + static_cast<std::ptrdiff_t>(count), request.stages.end());
    return request;
}

}  // namespace

TEST(a_stopped_search_has_the_list_of_its_last_complete_step) {
    random_index::Random random(21);
    const auto index = make_index(random);
    random_index::Queries queries(random);
    for (int round = 0; round < 60; ++round) {
        plan::Request request;
        request.query = queries.any();
        request.size = 30;
        for (const std::uint32_t window : {350u, 20u, 300u})
            request.stages.push_back({window, plan::QueryStage{queries.any(), 0.7f, 1.2f}});
        for (const std::size_t threads : {1u, 3u})
            for (std::int64_t questions = 0; questions < 40; ++questions) {
                Budget budget;
                budget.set_questions(questions);
                const search::Page page = search::search(*index, request, threads, &budget);
                std::size_t complete = 0;
                while (complete < page.steps.size() && page.steps[complete].complete) ++complete;
                CHECK_EQUAL(page.timed_out, complete < page.steps.size());
                for (std::size_t i = complete; i < page.steps.size(); ++i) CHECK(!page.steps[i].complete);
                if (complete == 0) continue;  // a part of the first pass
                // the first window is the widest, so that fewer stages keep as many hits
                plan::Request before = with_stages(request, complete - 1);
                const search::Page want = search::search(*index, before, 1);
                CHECK_EQUAL(keys_of(want.hits), keys_of(page.hits));
            }
    }
}

TEST(a_cancelled_search_gives_nothing_and_the_next_one_everything) {
    random_index::Random random(22);
    const auto index = make_index(random);
    random_index::Queries queries(random);
    plan::Request request;
    request.query = queries.any();
    request.stages = {{300, plan::QueryStage{queries.any()}}};
    const auto want = keys_of(search::search(*index, request, 1).hits);
    const auto flag = std::make_shared<std::atomic<bool>>(true);
    Budget budget;
    budget.add_cancellation(flag);
    CHECK_THROWS(Stopped, "the request was cancelled", search::search(*index, request, 2, &budget));
    CHECK_EQUAL(want, keys_of(search::search(*index, request, 2).hits));
}

/// Batches: each list is computed by itself, and results keep the order of the lists.
#include "search/many.h"

#include <optional>
#include <string>

#include "base/budget.h"
#include "base/error.h"
#include "base/parallel.h"
#include "plan/template.h"
#include "search/lengths.h"
#include "search/search.h"

namespace rescora::search {

namespace {

void check_offsets(std::span<const std::int64_t> offsets, std::size_t count) {
    if (offsets.empty() || offsets.front() != 0 || offsets.back() != static_cast<std::int64_t>(count))
        throw InvalidArgument("offsets must begin with 0 and end with " + std::to_string(count) +
                              ", the length of docs");
    for (std::size_t i = 1; i < offsets.size(); ++i)
        if (offsets[i] < offsets[i - 1])
            throw InvalidArgument("offsets must not descend: offsets[" + std::to_string(i) + "] is " +
                                  std::to_string(offsets[i]) + " after " + std::to_string(offsets[i - 1]));
}

/// Where the texts of each list begin among those of all; the last entry is their number.
template <class NumTexts>
std::vector<std::size_t> first_texts(std::size_t n, std::size_t given, const NumTexts& num_texts) {
    std::vector<std::size_t> first(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) first[i + 1] = first[i] + num_texts(i);
    if (first.back() != given)
        throw InvalidArgument(std::to_string(first.back()) + " texts are wanted, not " + std::to_string(given));
    return first;
}

/// Calls work(i, budget) for each list, whose scripts have a budget of their own, and puts the answers together.
template <class Work>
HitLists lists_of(std::size_t n, std::size_t threads, Budget* budget, const char* what, const Work& work) {
    std::vector<std::vector<IndexHit>> lists(n);
    const auto make = [&](std::size_t i) {
        ask_after(16, i, budget);  // short lists do not ask
        std::optional<Budget> own;
        if (budget != nullptr) own.emplace(*budget);
        try {
            lists[i] = work(i, own ? &*own : nullptr);
        } catch (const InvalidArgument& error) {
            throw InvalidArgument(what + (" " + std::to_string(i)) + ": " + error.what());
        }
    };
    parallel_for(n, thread_count(threads, n), make, budget);

    HitLists all;
    all.offsets.push_back(0);
    for (const auto& list : lists) {
        for (const IndexHit& hit : list) {
            all.docs.push_back(static_cast<std::uint32_t>(hit.doc));
            all.scores.push_back(hit.score);
        }
        all.offsets.push_back(static_cast<std::int64_t>(all.docs.size()));
    }
    return all;
}

}  // namespace

HitLists rescore_windows(std::span<const Rescorer* const> rescorers, std::span<const std::uint32_t> docs,
                         std::span<const float> scores, std::span<const std::int64_t> offsets, std::size_t size,
                         std::size_t threads, std::span<const std::string_view> texts, Budget* budget) {
    const std::vector<std::int64_t> bounds(offsets.begin(), offsets.end());  // another thread may write into offsets
    check_offsets(bounds, docs.size());
    check_lengths(docs, scores);
    const std::size_t n = bounds.size() - 1;
    if (rescorers.size() != 1 && rescorers.size() != n)
        throw InvalidArgument("params must be one for each of the " + std::to_string(n) + " windows, not " +
                              std::to_string(rescorers.size()));
    const auto rescorer = [&](std::size_t i) -> const Rescorer& { return *rescorers[rescorers.size() == 1 ? 0 : i]; };
    const auto first = first_texts(n, texts.size(), [&](std::size_t i) { return rescorer(i).num_texts(); });
    return lists_of(n, threads, budget, "window", [&](std::size_t i, Budget* own) {
        const auto begin = static_cast<std::size_t>(bounds[i]), count = static_cast<std::size_t>(bounds[i + 1]) - begin;
        const auto its_texts = texts.subspan(first[i], rescorer(i).num_texts());
        return rescorer(i)(docs.subspan(begin, count), scores.subspan(begin, count), size, its_texts, own);
    });
}

HitLists search_all(const index::Snapshot& index, std::span<const plan::Request* const> requests, std::size_t n,
                    std::span<const std::string_view> texts, std::span<const std::int64_t> timeouts,
                    std::size_t threads, Budget& budget) {
    if (requests.size() != 1 && requests.size() != n)
        throw InvalidArgument(std::to_string(n) + " requests are wanted, or one, not " +
                              std::to_string(requests.size()));
    if (timeouts.size() != requests.size()) throw InvalidArgument("timeouts must be one for each request");
    const auto place = [&](std::size_t i) { return requests.size() == 1 ? 0 : i; };
    std::vector<std::uint32_t> num_texts;
    for (const plan::Request* one : requests) num_texts.push_back(plan::num_texts(*one));
    const auto first = first_texts(n, texts.size(), [&](std::size_t i) { return num_texts[place(i)]; });
    return lists_of(n, threads, &budget, "search", [&](std::size_t i, Budget* own) {
        const std::size_t at = place(i);
        plan::Request request = plan::fill(*requests[at], texts.subspan(first[i], num_texts[at]));
        request.allow_partial_results = request.explain = false;  // lists have no room for either
        if (timeouts[at] >= 0) own->set_deadline(timeouts[at]);
        return search(index, request, 1, own).hits;
    });
}

}  // namespace rescora::search

/// Each window by itself; answers stand in the order of windows.
#include "search/windows.h"

#include <optional>
#include <string>

#include "base/budget.h"
#include "base/error.h"
#include "base/parallel.h"
#include "search/lengths.h"

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

}  // namespace

Windows rescore_windows(std::span<const Rescorer* const> rescorers, std::span<const DocId> docs,
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
    std::vector<std::size_t> first_text(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) first_text[i + 1] = first_text[i] + rescorer(i).num_texts();
    if (first_text.back() != texts.size())
        throw InvalidArgument(std::to_string(first_text.back()) + " texts are wanted, not " +
                              std::to_string(texts.size()));
    std::vector<std::vector<Hit>> windows(n);
    const auto rescore = [&](std::size_t i) {
        ask_after(16, i, budget);   // small windows do not ask
        std::optional<Budget> own;  // its scripts are not those of other windows
        if (budget != nullptr) own.emplace(*budget);
        const auto begin = static_cast<std::size_t>(bounds[i]), count = static_cast<std::size_t>(bounds[i + 1]) - begin;
        try {
            windows[i] = rescorer(i)(docs.subspan(begin, count), scores.subspan(begin, count), size,
                                     texts.subspan(first_text[i], rescorer(i).num_texts()), own ? &*own : nullptr);
        } catch (const InvalidArgument& error) {
            throw InvalidArgument("window " + std::to_string(i) + ": " + error.what());
        }
    };
    parallel_for(n, thread_count(threads, n), rescore, budget);

    Windows all;
    all.offsets.push_back(0);
    for (const auto& window : windows) {
        for (const Hit& hit : window) {
            all.docs.push_back(hit.doc);
            all.scores.push_back(hit.score);
        }
        all.offsets.push_back(static_cast<std::int64_t>(all.docs.size()));
    }
    return all;
}

}  // namespace rescora::search

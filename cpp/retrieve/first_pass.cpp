/// Documents are scored a range at a time; ranges whose best possible score cannot win are skipped.
#include "retrieve/first_pass.h"

#include "match/match.h"
#include "retrieve/bounds.h"
#include "retrieve/top_k.h"

namespace rescora::retrieve {

namespace {

/// Documents in one range: scores, flags and sums of a few clauses stay in the first caches.
constexpr std::uint32_t range_size = 1024;

/// Adds the hits of one scored range, and gives how many there were.
std::int64_t collect(const FirstPass& pass, const match::Batch& batch, const match::Scores& scores,
                     const std::uint8_t* wanted, TopK& top) {
    std::int64_t count = 0;
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        if (!scores.matched[i] || (wanted && !wanted[i])) continue;
        if (pass.min_score && !(scores.score[i] >= *pass.min_score)) continue;
        ++count;
        top.add({batch[i], scores.score[i]});
    }
    return count;
}

}  // namespace

Candidates find_candidates(const FirstPass& pass, Arena& arena) {
    const DocId num_docs = pass.query.segment->num_docs();
    match::Run run(pass.query, arena);
    std::optional<match::Run> filter_run;
    if (pass.post_filter) filter_run.emplace(*pass.post_filter, arena);
    TopK top(std::min<std::size_t>(pass.k, num_docs));
    Candidates found;

    for (DocId first = 0; first < num_docs;) {
        first = next_candidate(pass.query.root, first, run);
        if (first >= num_docs) break;
        const std::uint32_t n = std::min(range_size, num_docs - first);
        const bool counted_enough = found.total > pass.count_up_to;
        if (counted_enough &&
            (pass.k == 0 || !(best_score(pass.query.root, first, first + n - 1, run) > top.threshold()))) {
            if (pass.k == 0) break;
            first += n;
            continue;
        }
        const Arena::Scope scope(arena);
        const match::Batch batch{nullptr, first, n};
        const match::Scores scores = match::score(pass.query.root, batch, run);
        const std::uint8_t* wanted = filter_run ? match::matches(pass.post_filter->root, batch, *filter_run) : nullptr;
        found.total += collect(pass, batch, scores, wanted, top);
        first += n;
    }
    found.hits = top.take();
    return found;
}

}  // namespace rescora::retrieve

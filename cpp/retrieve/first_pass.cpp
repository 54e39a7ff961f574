/// Documents are scored a range at a time; ranges whose best possible score cannot win are skipped.
#include "retrieve/first_pass.h"

#include "match/match.h"
#include "retrieve/bounds.h"
#include "retrieve/disjunction.h"
#include "retrieve/top_k.h"

namespace rescora::retrieve {

namespace {

/// Documents in one range: scores, flags and sums of a few clauses stay in the first caches.
constexpr std::uint32_t range_size = 1024;
/// A disjunction touches little more than the documents that have its words, so a range costs it less.
constexpr std::uint32_t disjunction_range_size = 2048;

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

/// Scores a range and adds its hits; gives how many there were.
std::int64_t score_range(const FirstPass& pass, const match::Batch& batch, match::Run& run,
                         std::optional<match::Run>& filter_run, TopK& top) {
    const Arena::Scope scope(run.arena);
    const match::Run::Needing needing(run, pass.k > 0 || pass.min_score.has_value());
    const match::Scores scores = match::score(pass.query.root, batch, run);
    const std::uint8_t* wanted = filter_run ? match::matches(pass.post_filter->root, batch, *filter_run) : nullptr;
    if (filter_run) filter_run->raise_faults(batch, scores.matched, wanted);
    run.raise_faults(batch, scores.matched, wanted);
    return collect(pass, batch, scores, wanted, top);
}

}  // namespace

Candidates find_candidates(const FirstPass& pass, Arena& arena) {
    const DocId num_docs = pass.query.segment->num_docs();
    match::Run run(pass.query, arena);
    std::optional<match::Run> filter_run;
    if (pass.post_filter) filter_run.emplace(*pass.post_filter, arena);
    const bool whole = !pass.post_filter && !pass.min_score && num_docs > 0;
    std::optional<Disjunction> disjunction = whole ? Disjunction::of(pass.query.root, run) : std::nullopt;
    TopK top(std::min<std::size_t>(pass.k, num_docs));
    Candidates found;

    for (DocId first = 0; first < num_docs;) {
        const bool counted_enough = found.total > pass.count_up_to;
        if (counted_enough && pass.k == 0) break;
        const bool prune = counted_enough && disjunction && top.threshold() >= 0;
        first = prune ? disjunction->next(first, top.threshold()) : next_candidate(pass.query.root, first, run);
        if (first >= num_docs) break;
        const std::uint32_t n = std::min(disjunction ? disjunction_range_size : range_size, num_docs - first);
        if (prune)
            disjunction->collect(first, n, top);
        else if (disjunction && pass.k > 0)
            found.total += disjunction->collect_and_count(first, n, top);
        else if (!counted_enough || best_score(pass.query.root, first, first + n - 1, run) > top.threshold())
            found.total += score_range(pass, {nullptr, first, n}, run, filter_run, top);
        first += n;
    }
    found.hits = top.take(arena);
    return found;
}

}  // namespace rescora::retrieve

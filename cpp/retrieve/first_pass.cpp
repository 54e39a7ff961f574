/// The first pass scores a range of documents at a time, and skips ranges whose bound does not beat the threshold.
#include "retrieve/first_pass.h"

#include <algorithm>

#include "base/budget.h"
#include "query/bounds.h"
#include "query/score.h"
#include "retrieve/disjunction.h"

namespace rescora::retrieve {

namespace {

/// Documents in one range: scores, flags and sums of a few clauses stay in the first caches.
constexpr std::uint32_t range_size = 1024;
/// A disjunction touches little more than the documents that have its terms, so a range costs it less.
constexpr std::uint32_t disjunction_range_size = 2048;
/// What takes long within a range asks the budget there, too.
constexpr std::uint32_t ranges_between_questions = 4;

/// What decides beside the query which documents are hits, and how many of them are looked for.
class Masks {
 public:
    Masks(const FirstPass& pass, std::size_t segment, const index::Live& live, Arena& arena)
        : pass_(pass), live_(live) {
        if (pass.post_filter.empty()) return;
        post_filter_ = &pass.post_filter[segment];
        filter_run_.emplace(*post_filter_, arena);
    }

    /// The hits of a batch. It ends after the first hit beyond terminate_after: what follows does not count, faults
    /// included.
    HitBatch hits_of(const query::Batch& batch, const query::Scores& scores, query::Run& run, std::int64_t found) {
        const std::uint8_t* wanted = wanted_in(batch, scores, run.arena);
        HitBatch hits{batch, scores.matched, scores.score, run.base};
        if (wanted != nullptr || pass_.min_score) hits.is_hit = masked(batch, scores, wanted, run.arena);
        if (pass_.terminate_after != 0) hits.batch.n = looked_at_in(hits, found);
        if (filter_run_) filter_run_->raise_faults(hits.batch, scores.matched, wanted);
        run.raise_faults(hits.batch, scores.matched, wanted);
        return hits;
    }

 private:
    /// The mask of what the post filter and deletions leave; null for everything.
    const std::uint8_t* wanted_in(const query::Batch& batch, const query::Scores& scores, Arena& arena) {
        const std::uint8_t* wanted = filter_run_ ? query::matches(post_filter_->root, batch, *filter_run_) : nullptr;
        if (live_.is_all()) return wanted;
        auto* alive = arena.take<std::uint8_t>(batch.n);
        for (std::uint32_t i = 0; i < batch.n; ++i)
            alive[i] = scores.matched[i] && live_[batch[i]] && (wanted == nullptr || wanted[i]);
        return alive;
    }

    const std::uint8_t* masked(const query::Batch& batch, const query::Scores& scores, const std::uint8_t* wanted,
                               Arena& arena) const {
        auto* is_hit = arena.take<std::uint8_t>(batch.n);
        for (std::uint32_t i = 0; i < batch.n; ++i)
            is_hit[i] = scores.matched[i] && (wanted == nullptr || wanted[i]) &&
                        !(pass_.min_score && !(scores.score[i] >= *pass_.min_score));
        return is_hit;
    }

    std::uint32_t looked_at_in(const HitBatch& hits, std::int64_t found) const {
        for (std::uint32_t i = 0; i < hits.batch.n; ++i)
            if (hits.is_hit[i] && ++found > std::int64_t{pass_.terminate_after}) return i + 1;
        return hits.batch.n;
    }

    const FirstPass& pass_;
    const index::Live& live_;
    const plan::Plan* post_filter_ = nullptr;
    std::optional<query::Run> filter_run_;
};

/// The collectors of a pass.
class Collectors {
 public:
    Collectors(BestHits& best, std::span<Collector* const> others) : best_(best), others_(others) {}

    Needs need_of_others() const {
        Needs most = Needs::nothing;
        for (const Collector* other : others_) most = std::max(most, other->needs());
        return most;
    }
    Needs needs() const { return std::max(best_.needs(), need_of_others()); }
    TopK& top() { return best_.top(); }

    void collect(const HitBatch& hits) {
        best_.collect(hits);
        for (Collector* other : others_) other->collect(hits);
    }
    /// Of hits that `best` has looked at.
    void collect_number(std::uint32_t number) {
        for (Collector* other : others_) other->collect_number(number);
    }

 private:
    BestHits& best_;
    std::span<Collector* const> others_;
};

/// The first pass over one segment, a range at a time.
class Pass {
 public:
    Pass(const FirstPass& pass, std::size_t segment, Collectors& collectors, std::int64_t& found, Visited& visited,
         Arena& arena)
        : pass_(pass),
          query_(pass.query[segment]),
          num_docs_(query_.segment().num_docs()),
          run_(query_, arena),
          masks_(pass, segment, query_.live(), arena),
          disjunction_(is_plain() && num_docs_ > 0 ? Disjunction::of(query_.root, run_, query_.live()) : std::nullopt),
          collectors_(collectors),
          found_(found),
          visited_(visited) {}

    /// Whatever is thrown, the hits of the ranges before stand.
    void find() {
        for (std::uint32_t ranges = 0; visited_.end < num_docs_ && !visited_.terminated_early; ++ranges) {
            if (ranges % ranges_between_questions == 0) ask(run_.arena);
            if (!find_in_next_range()) break;
        }
        if (!visited_.terminated_early) visited_.end = num_docs_;
    }

 private:
    /// Whether every match that is alive is a hit.
    bool is_plain() const { return pass_.post_filter.empty() && !pass_.min_score && pass_.terminate_after == 0; }

    /// False when no later document can change what is collected.
    bool find_in_next_range() {
        const Needs others = pass_.terminate_after != 0 ? Needs::number : collectors_.need_of_others();
        const Needs needs = std::max(others, collectors_.needs());
        if (needs == Needs::nothing) return false;
        const bool only_best = others == Needs::nothing;
        const bool prune = only_best && disjunction_ && collectors_.top().threshold() >= 0;
        const DocId first = prune ? disjunction_->next(visited_.end, collectors_.top().threshold())
                                  : query::next(query_.root, visited_.end, run_);
        if (first >= num_docs_) return false;
        const std::uint32_t n = std::min(disjunction_ ? disjunction_range_size : range_size, num_docs_ - first);
        if (prune)
            disjunction_->collect(first, n, collectors_.top());
        else if (disjunction_ && needs == Needs::scores && others <= Needs::number)
            collectors_.collect_number(disjunction_->collect_and_count(first, n, collectors_.top()));
        else if (!only_best || query::best(query_.root, {first, first + n - 1, run_}) > collectors_.top().threshold())
            score_range({nullptr, first, n}, needs);
        if (!visited_.terminated_early) visited_.end = first + n;
        return true;
    }

    /// Scores a range and collects its hits.
    void score_range(const query::Batch& batch, Needs needs) {
        const Arena::Scope scope(run_.arena);
        const query::Run::Needing needing(run_, needs == Needs::scores || pass_.min_score.has_value());
        const query::Scores scores = query::score(query_.root, batch, run_);
        HitBatch hits = masks_.hits_of(batch, scores, run_, found_);
        if (pass_.terminate_after != 0) leave_out_one_too_many(hits);
        collectors_.collect(hits);
    }

    void leave_out_one_too_many(HitBatch& hits) {
        for (std::uint32_t i = 0; i < hits.batch.n; ++i) found_ += hits.is_hit[i];
        if (found_ <= std::int64_t{pass_.terminate_after}) return;
        --found_;
        --hits.batch.n;
        visited_.terminated_early = true;
        visited_.end = hits.batch[hits.batch.n];
    }

    const FirstPass& pass_;
    const plan::Plan& query_;
    const DocId num_docs_;
    query::Run run_;
    Masks masks_;
    std::optional<Disjunction> disjunction_;
    Collectors& collectors_;
    std::int64_t& found_;  ///< hits so far, in all segments, where not all are looked for
    Visited& visited_;
};

}  // namespace

Visited run(const FirstPass& pass, BestHits& best, std::span<Collector* const> others, Arena& arena) {
    Visited visited;
    Collectors collectors(best, others);
    std::int64_t found = 0;
    for (std::size_t s = 0; s < pass.query.size() && !visited.terminated_early; ++s) {
        visited.end = 0;
        visited.out_of_time = !in_time([&] {
            // there may be thousands of terms to prepare, so this asks, too
            Pass(pass, s, collectors, found, visited, arena).find();
        });
        visited.end += pass.query[s].base();
        if (visited.out_of_time) break;
    }
    return visited;
}

Candidates find_candidates(const FirstPass& pass, std::size_t k, std::int64_t count_up_to, Arena& arena) {
    BestHits best(std::min<std::size_t>(k, pass.query.front().shard->num_docs()));
    Count count(count_up_to);
    Collector* const others[] = {&count};
    Candidates found;
    found.visited = run(pass, best, others, arena);
    found.hits = best.take(arena);
    found.total = count.total();
    return found;
}

}  // namespace rescora::retrieve

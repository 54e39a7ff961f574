/// Documents are scored a range at a time; ranges whose best possible score cannot win are skipped.
#include "retrieve/first_pass.h"

#include "base/budget.h"
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
/// Whoever takes long within a range asks there, too.
constexpr std::uint32_t ranges_between_questions = 4;

/// Whether only hits that can be among the best are looked for: without a filter and with room for all that matters.
bool is_whole(const FirstPass& pass) {
    return pass.post_filter.empty() && !pass.min_score && pass.terminate_after == 0;
}

/// The first pass over one segment, a range at a time. What the segments before gave is known: `found` and `top` are
/// the whole shard's, but for found.visited, which is the segment's.
class Pass {
 public:
    Pass(const FirstPass& pass, std::size_t segment, Candidates& found, TopK& top, Arena& arena)
        : pass_(pass),
          query_(pass.query[segment]),
          base_(query_.base()),
          num_docs_(query_.segment().num_docs()),
          run_(query_, arena),
          disjunction_(is_whole(pass) && num_docs_ > 0 ? Disjunction::of(query_.root, run_) : std::nullopt),
          found_(found),
          top_(top) {
        if (!pass.post_filter.empty()) {
            post_filter_ = &pass.post_filter[segment];
            filter_run_.emplace(*post_filter_, arena);
        }
    }

    /// Whatever is thrown, the hits of the ranges before stand.
    void find() {
        for (std::uint32_t ranges = 0; found_.visited < num_docs_ && !found_.terminated_early; ++ranges) {
            if (ranges % ranges_between_questions == 0) ask(run_.arena);
            if (!find_in_next_range()) break;
        }
        if (!found_.terminated_early) found_.visited = num_docs_;
    }

 private:
    /// False when no later document can change what is found.
    bool find_in_next_range() {
        const bool limited = pass_.terminate_after != 0;
        const bool counted_enough = !limited && found_.total > pass_.count_up_to;
        if (counted_enough && pass_.k == 0) return false;
        const bool prune = counted_enough && disjunction_ && top_.threshold() >= 0;
        const DocId first = prune ? disjunction_->next(found_.visited, top_.threshold())
                                  : next_candidate(query_.root, found_.visited, run_);
        if (first >= num_docs_) return false;
        const std::uint32_t n = std::min(disjunction_ ? disjunction_range_size : range_size, num_docs_ - first);
        if (prune)
            disjunction_->collect(first, n, top_);
        else if (disjunction_ && pass_.k > 0)
            found_.total += disjunction_->collect_and_count(first, n, top_);
        else if (!counted_enough || best_score(query_.root, first, first + n - 1, run_) > top_.threshold())
            score_range(first, n);
        if (!found_.terminated_early) found_.visited = first + n;
        return true;
    }

    /// Scores a range and adds its hits.
    void score_range(DocId first, std::uint32_t n) {
        const match::Batch batch{nullptr, first, n};
        const Arena::Scope scope(run_.arena);
        const match::Run::Needing needing(run_, pass_.k > 0 || pass_.min_score.has_value());
        const match::Scores scores = match::score(query_.root, batch, run_);
        const std::uint8_t* wanted = filter_run_ ? match::matches(post_filter_->root, batch, *filter_run_) : nullptr;
        const match::Batch looked_at{nullptr, first, looked_at_in(scores, wanted, n)};
        if (filter_run_) filter_run_->raise_faults(looked_at, scores.matched, wanted);
        run_.raise_faults(looked_at, scores.matched, wanted);
        collect(looked_at, scores, wanted);
    }

    bool is_hit(const match::Scores& scores, const std::uint8_t* wanted, std::uint32_t i) const {
        return scores.matched[i] && (!wanted || wanted[i]) &&
               !(pass_.min_score && !(scores.score[i] >= *pass_.min_score));
    }

    /// The documents of a range before the one that shows that there are more hits than are looked for, and that one.
    std::uint32_t looked_at_in(const match::Scores& scores, const std::uint8_t* wanted, std::uint32_t n) const {
        if (pass_.terminate_after == 0) return n;
        std::int64_t hits = found_.total;
        for (std::uint32_t i = 0; i < n; ++i)
            if (is_hit(scores, wanted, i) && ++hits > std::int64_t{pass_.terminate_after}) return i + 1;
        return n;
    }

    void collect(const match::Batch& batch, const match::Scores& scores, const std::uint8_t* wanted) {
        for (std::uint32_t i = 0; i < batch.n; ++i) {
            if (!is_hit(scores, wanted, i)) continue;
            if (pass_.terminate_after != 0 && found_.total == std::int64_t{pass_.terminate_after}) {
                found_.terminated_early = true;
                found_.visited = batch[i];
                return;
            }
            ++found_.total;
            top_.add({base_ + batch[i], scores.score[i]});
        }
    }

    const FirstPass& pass_;
    const plan::Plan& query_;
    const plan::Plan* post_filter_ = nullptr;
    const DocId base_, num_docs_;
    match::Run run_;
    std::optional<match::Run> filter_run_;
    std::optional<Disjunction> disjunction_;
    Candidates& found_;
    TopK& top_;
};

/// One segment after another, until the time is over or enough was found.
void find_in_segments(const FirstPass& asked, Candidates& found, TopK& top, Arena& arena) {
    for (std::size_t s = 0; s < asked.query.size() && !found.terminated_early; ++s) {
        const DocId base = asked.query[s].base();
        found.visited = 0;
        const bool came_to_its_end = in_time([&] {
            Pass pass(asked, s, found, top, arena);  // asks too: there may be thousands of words to prepare
            pass.find();
        });
        found.visited += base;
        found.out_of_time = !came_to_its_end;
        if (found.out_of_time) return;
    }
}

}  // namespace

Candidates find_candidates(const FirstPass& asked, Arena& arena) {
    Candidates found;
    TopK top(std::min<std::size_t>(asked.k, asked.query.front().shard->num_docs()));
    find_in_segments(asked, found, top, arena);
    found.hits = top.take(arena);
    return found;
}

}  // namespace rescora::retrieve

/// Clauses are added up in double, in the order of the request, and rounded to float once, as Lucene's scorers do.
#include "match/compound.h"

#include <algorithm>

#include "match/leaves.h"

namespace rescora::match {

namespace {

/// What several clauses say together.
struct Sum {
    std::uint32_t* clauses;  ///< how many matched
    double* score;           ///< the sum of those
};

void add(const Scores& scores, std::uint32_t n, const Sum& sum) {
    for (std::uint32_t i = 0; i < n; ++i) {
        sum.clauses[i] += scores.matched[i];
        sum.score[i] += static_cast<double>(scores.score[i]);
    }
}

Sum add_clauses(const std::vector<plan::Node>& nodes, const Batch& batch, Run& run) {
    const Sum sum{run.arena.take_zeroed<std::uint32_t>(batch.n), run.arena.take_zeroed<double>(batch.n)};
    const Arena::Scope scope(run.arena);
    if (const auto words = words_to_score_together(nodes, batch, run); !words.empty()) {
        const Scores* scores = score_together(words, batch, run);
        for (std::size_t w = 0; w < words.size(); ++w) add(scores[w], batch.n, sum);
        return sum;
    }
    for (const plan::Node& node : nodes) {
        const Arena::Scope inner(run.arena);
        add(score(node, batch, run), batch.n, sum);
    }
    return sum;
}

/// matched[i] stays 1 only where `node` matches.
void keep_where(const plan::Node& node, const Batch& batch, Run& run, std::uint8_t* matched) {
    const Arena::Scope scope(run.arena);
    const std::uint8_t* said = matches(node, batch, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) matched[i] &= said[i];
}

/// matched[i] stays 1 only where `node` does not match. A document that fails in the node is not known to match, so it
/// is not excluded: if nothing else excludes it, its fault is raised.
void drop_where(const plan::Node& node, const Batch& batch, Run& run, std::uint8_t* matched) {
    const Arena::Scope scope(run.arena);
    const std::size_t before = run.num_faults();
    const std::uint8_t* said = matches(node, batch, run);
    std::uint8_t* kept = run.arena.take<std::uint8_t>(batch.n);
    for (std::uint32_t i = 0; i < batch.n; ++i) kept[i] = said[i] ^ 1u;
    for (const plan::Fault& fault : run.faults_since(before)) kept[batch.place(fault.doc)] = 1;
    for (std::uint32_t i = 0; i < batch.n; ++i) matched[i] &= kept[i];
}

bool any(const std::uint8_t* matched, std::uint32_t n) {
    return std::find(matched, matched + n, std::uint8_t{1}) != matched + n;
}

/// Required and optional halves are each rounded before they are added: Lucene's ReqOptSumScorer.
void add_optional(const Sum& optional, std::uint32_t required_should, bool has_must, const Batch& batch,
                  const Scores& scores) {
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        scores.matched[i] &= static_cast<std::uint8_t>(optional.clauses[i] >= required_should);
        if (optional.clauses[i] == 0) continue;
        const auto half = static_cast<float>(optional.score[i]);
        scores.score[i] = has_must ? scores.score[i] + half : half;
    }
}

}  // namespace

Scores score_node(const plan::ConstantNode& node, const Batch& batch, Run& run) {
    const Run::MatchesOnly matches_only(run);
    const Scores scores = score(node.filter.front(), batch, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.score[i] = scores.matched[i] ? node.score : 0.0f;
    return scores;
}

namespace {

/// Matches and scores of a bool; where nothing matches, scores are left as they came.
Scores score_clauses(const plan::BoolNode& node, const Batch& batch, Run& run) {
    const Scores scores{run.arena.take<std::uint8_t>(batch.n), run.arena.take_zeroed<float>(batch.n)};
    std::fill_n(scores.matched, batch.n, std::uint8_t{1});

    for (const plan::Node& filter : node.filter) keep_where(filter, batch, run, scores.matched);
    for (const plan::Node& prohibited : node.must_not) drop_where(prohibited, batch, run, scores.matched);
    if (!any(scores.matched, batch.n)) return scores;
    if (!node.must.empty()) {
        const Arena::Scope scope(run.arena);
        const Sum sum = add_clauses(node.must, batch, run);
        for (std::uint32_t i = 0; i < batch.n; ++i) {
            scores.matched[i] &= static_cast<std::uint8_t>(sum.clauses[i] == node.must.size());
            scores.score[i] = static_cast<float>(sum.score[i]);
        }
        if (!any(scores.matched, batch.n)) return scores;
    }
    if (!node.should.empty() || node.required_should() > 0) {
        const Arena::Scope scope(run.arena);
        add_optional(add_clauses(node.should, batch, run), node.required_should(), !node.must.empty(), batch, scores);
    }
    return scores;
}

}  // namespace

Scores score_node(const plan::BoolNode& node, const Batch& batch, Run& run) {
    const Scores scores = score_clauses(node, batch, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.score[i] = scores.matched[i] ? scores.score[i] : 0.0f;
    return scores;
}

Scores score_node(const plan::DisMaxNode& node, const Batch& batch, Run& run) {
    const Scores best = no_match(batch, run);
    const Arena::Scope scope(run.arena);
    double* others = run.arena.take_zeroed<double>(batch.n);
    for (const plan::Node& query : node.queries) {
        const Arena::Scope inner(run.arena);
        const Scores scores = score(query, batch, run);
        for (std::uint32_t i = 0; i < batch.n; ++i) {
            if (!scores.matched[i]) continue;
            const bool takes_over = scores.score[i] >= best.score[i];  // of equals, the later is the greatest
            others[i] += static_cast<double>(takes_over ? best.score[i] : scores.score[i]);
            if (takes_over) best.score[i] = scores.score[i];
            best.matched[i] = 1;
        }
    }
    const auto tie_breaker = static_cast<double>(node.tie_breaker);
    for (std::uint32_t i = 0; i < batch.n; ++i)
        best.score[i] = static_cast<float>(static_cast<double>(best.score[i]) + others[i] * tie_breaker);
    return best;
}

Scores score_node(const plan::BoostingNode& node, const Batch& batch, Run& run) {
    const Scores scores = score(node.clauses[0], batch, run);
    const Arena::Scope scope(run.arena);
    const std::uint8_t* negative = matches(node.clauses[1], batch, run);
    const auto negative_boost = static_cast<double>(node.negative_boost), boost = static_cast<double>(node.boost);
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        const double factor = static_cast<double>(scores.score[i]) * (negative[i] ? negative_boost : 1.0);
        scores.score[i] = static_cast<float>(factor * boost);
    }
    return scores;
}

}  // namespace rescora::match

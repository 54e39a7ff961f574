/// Clauses are added up in double, in the order of the request, and rounded to float once, as Lucene's scorers do.
#include "query/boolean.h"

#include <algorithm>
#include <iterator>

#include "query/explained_query.h"
#include "query/term.h"

namespace rescora::query {

namespace {

const char* sign_of(plan::Occur occur) {
    switch (occur) {
        case plan::Occur::must:
            return "+";
        case plan::Occur::filter:
            return "#";
        case plan::Occur::must_not:
            return "-";
        case plan::Occur::should:
            break;
    }
    return "";
}

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

/// What the clauses of a bool came to.
struct Clauses {
    std::vector<Explanation> details;
    bool fail = false;  ///< a required one does not match, or a prohibited one does
    std::uint32_t matched = 0, matched_shoulds = 0;
};

Scoring within(Scoring how, plan::Occur occur) {
    return occur == plan::Occur::must || occur == plan::Occur::should ? how : Scoring::none;
}

void add_clause(Clauses& clauses, const plan::Clause& clause, Explanation inner, Scoring how,
                const Explainer& explainer) {
    const plan::Occur occur = clause.occur;
    const bool required = occur == plan::Occur::must || occur == plan::Occur::filter;
    if (!inner.is_match) {
        if (!required) return;
        clauses.fail = true;
        clauses.details.push_back(explain_no_match(
            "no match on required clause (" + explainer.describe(clause.query) + ")", {std::move(inner)}));
        return;
    }
    clauses.matched += occur != plan::Occur::must_not;
    clauses.matched_shoulds += occur == plan::Occur::should;
    if (occur == plan::Occur::filter) {
        clauses.details.push_back(explain_match(
            0, "match on required clause, product of:", {explain_match(0, "# clause"), std::move(inner)}));
    } else if (occur == plan::Occur::must_not) {
        clauses.fail = true;
        clauses.details.push_back(explain_no_match(
            "match on prohibited clause (" + explainer.describe(clause.query) + ")", {std::move(inner)}));
    } else if (how != Scoring::unknown) {  // rather no numbers than wrong ones
        clauses.details.push_back(std::move(inner));
    }
}

/// The first of Lucene's three reasons that holds.
Explanation failure(Clauses clauses, std::uint32_t minimum_should_match) {
    std::string reason = "Failure to match minimum number of optional clauses: " + std::to_string(minimum_should_match);
    if (clauses.matched == 0) reason = "No matching clauses";
    if (clauses.fail) reason = "Failure to meet condition(s) of required/prohibited clause(s)";
    return explain_no_match(std::move(reason), std::move(clauses.details));
}

/// What Lucene's scorer of a bool gives where nobody asked for a score: an only required clause speaks for itself even
/// when it is a filter, of several those that are not filters add up, and optional ones count when some have to match.
float unscored_value(const plan::BoolNode& bound, Explainer& explainer) {
    const auto sum = [&](const std::vector<plan::Node>& nodes) {
        double total = 0;
        for (const plan::Node& node : nodes)
            if (const Explanation inner = explainer.explain(node, Scoring::none); inner.is_match)
                total += static_cast<double>(inner.value);
        return static_cast<float>(total);
    };
    const bool lone_filter = bound.must.empty() && bound.filter.size() == 1;
    const float required = sum(lone_filter ? bound.filter : bound.must);
    const float optional = bound.required_should() > 0 ? sum(bound.should) : 0.0f;
    return required + optional;
}

}  // namespace

/// Lucene leaves clauses that cannot match in a shard out before it decides which are required. When all that are
/// left of the optional ones have to match, they are required, and are summed with the others as such: in one sum.
void weigh(const plan::Bool& query, plan::Weighted& weighted, Weigher& weigher) {
    bool has_required = false, possible = true;
    std::size_t optional = 0;
    weighted.inner.reserve(query.clauses.size());
    for (const plan::Clause& clause : query.clauses) {
        const bool counts = clause.occur == plan::Occur::must || clause.occur == plan::Occur::should;
        const Scored scored = counts ? weigher.scored() : Scored::no;
        const plan::Weighted& inner = weigher.add_inner(weighted, clause.query, weighted.boost, scored);
        const bool required = clause.occur == plan::Occur::must || clause.occur == plan::Occur::filter;
        possible = possible && (!required || inner.can_match);
        has_required |= required;
        optional += clause.occur == plan::Occur::should && inner.can_match;
    }
    const std::uint32_t wanted = query.minimum_should_match;
    if (!possible || optional < (wanted == 0 && !has_required ? 1 : wanted)) return Weigher::cannot_match(weighted);
    weighted.needs_all_should = wanted != 0 && optional == wanted;
}

plan::Node bind(const plan::Bool& query, const plan::Weighted& weighted, Binder& binder) {
    plan::BoolNode node{{}, {}, {}, {}, query.minimum_should_match};
    for (std::size_t i = 0; i < query.clauses.size(); ++i) {
        if (!weighted.inner[i].can_match) continue;
        const plan::Occur occur = query.clauses[i].occur;
        auto& side = occur == plan::Occur::must     ? node.must
                     : occur == plan::Occur::filter ? node.filter
                     : occur == plan::Occur::should ? node.should
                                                    : node.must_not;
        side.push_back(binder.bind(weighted.inner[i]));
    }
    if (weighted.needs_all_should) {
        std::ranges::move(node.should, std::back_inserter(node.must));
        node.should.clear();
        node.minimum_should_match = 0;
    }
    std::erase_if(node.should, Binder::is_nothing);
    std::erase_if(node.must_not, Binder::is_nothing);
    return {std::move(node), nullptr};
}

std::string describe(const plan::Bool& query, const Describer& describer) {
    std::string clauses;
    for (const plan::Clause& clause : query.clauses)
        clauses += (clauses.empty() ? "" : " ") + (sign_of(clause.occur) + describer.nested(clause.query));
    if (query.minimum_should_match == 0) return clauses;
    return "(" + clauses + ")~" + std::to_string(query.minimum_should_match);
}

void collect(const plan::Bool& query, Scored scored, StatisticsCollector& collector) {
    for (const plan::Clause& clause : query.clauses) {
        const bool counts = clause.occur == plan::Occur::must || clause.occur == plan::Occur::should;
        collector.visit(clause.query, counts ? scored : Scored::no);
    }
}

Scores score(const plan::BoolNode& node, const Batch& batch, Run& run) {
    const Scores scores = score_clauses(node, batch, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.score[i] = scores.matched[i] ? scores.score[i] : 0.0f;
    return scores;
}

/// In the order of the query's clauses. The binder left out those that cannot match, and may have put the optional
/// ones behind the required.
Explanation explain(const plan::BoolNode& bound, const plan::Node& node, Scoring how, Explainer& explainer) {
    const auto& query = *plan::as<plan::Bool>(node.origin);
    const auto musts = std::ranges::count(query.clauses, plan::Occur::must, &plan::Clause::occur);
    auto must = bound.must.begin(), filter = bound.filter.begin(), must_not = bound.must_not.begin();
    const bool moved = bound.should.empty();
    auto should = moved ? bound.must.begin() + musts : bound.should.begin();
    const auto should_end = moved ? bound.must.end() : bound.should.end();

    Clauses clauses;
    for (const plan::Clause& clause : query.clauses) {
        const plan::QueryPtr origin = without_boosts(clause.query);
        const plan::Node* found = nullptr;
        const auto take = [&](auto& next, auto end) {
            if (next != end && next->origin == origin) found = &*next++;
        };
        if (clause.occur == plan::Occur::must) take(must, bound.must.begin() + musts);
        if (clause.occur == plan::Occur::filter) take(filter, bound.filter.end());
        if (clause.occur == plan::Occur::should) take(should, should_end);
        if (clause.occur == plan::Occur::must_not) take(must_not, bound.must_not.end());
        const Scoring inside = within(how, clause.occur);
        if (found) add_clause(clauses, clause, explainer.explain_clause(*found, inside), inside, explainer);
    }
    const Explainer::Outcome result = explainer.outcome(node);
    if (!result.matched) return failure(std::move(clauses), query.minimum_should_match);
    return explain_match(how == Scoring::full ? result.score : unscored_value(bound, explainer),
                         "sum of:", std::move(clauses.details));
}

Explanation explain_none(const plan::Bool& query, const plan::QueryPtr&, Scoring how, Explainer& explainer) {
    Clauses clauses;
    for (const plan::Clause& clause : query.clauses) {
        const Scoring inside = within(apart(how), clause.occur);
        add_clause(clauses, clause, explainer.explain_clause_apart(clause.query, inside), inside, explainer);
    }
    return failure(std::move(clauses), query.minimum_should_match);
}

float best(const plan::BoolNode& node, const Range& range) {
    double required = 0, optional = 0;
    std::uint32_t possible = 0;
    for (const plan::Node& filter : node.filter)
        if (best(filter, range) == out_of_reach) return out_of_reach;
    for (const plan::Node& must : node.must) {
        const float bound = best(must, range);
        if (bound == out_of_reach) return out_of_reach;
        required += static_cast<double>(bound);
    }
    for (const plan::Node& should : node.should)
        if (const float bound = best(should, range); bound != out_of_reach) {
            optional += static_cast<double>(std::max(bound, 0.0f));
            ++possible;
        }
    if (possible < node.required_should()) return out_of_reach;
    return static_cast<float>(required) + static_cast<float>(optional);
}

DocId next(const plan::BoolNode& node, DocId from, Run& run) {
    DocId reached = from;
    for (const plan::Node& must : node.must) reached = std::max(reached, next(must, from, run));
    for (const plan::Node& filter : node.filter) reached = std::max(reached, next(filter, from, run));
    if (node.required_should() > 0) reached = std::max(reached, least_next(node.should, from, run));
    return reached;
}

}  // namespace rescora::query

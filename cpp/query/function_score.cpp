/// A function at a time over the documents that it is for: columns of doubles.
#include "query/function_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/budget.h"
#include "base/java_math.h"
#include "base/java_text.h"
#include "query/explain_functions.h"
#include "query/functions.h"
#include "query/matched.h"

namespace rescora::query {

namespace {

/// What the functions said of each lane so far.
struct Factors {
    double* factor;
    double* weights;       ///< the sum of the weights of the functions that had a say
    std::uint8_t* spoken;  ///< whether any had
};

/// The lanes that one function is for, as numbers into the matched lanes.
struct Selection {
    std::uint32_t* which;
    std::uint32_t n;
};

/// The lanes that no function has spoken for.
Selection unspoken(const Matched& matched, const Factors& factors, Run& run) {
    Selection left{run.arena.take<std::uint32_t>(matched.lanes.n), 0};
    for (std::uint32_t lane = 0; lane < matched.lanes.n; ++lane)
        if (!factors.spoken[lane]) left.which[left.n++] = lane;
    return left;
}

/// Of the first function that a document's filter lets it have, later filters are not even asked: they might fail.
Selection select_first(const plan::BoundFunction& function, const Matched& matched, const Factors& factors, Run& run) {
    Selection selection = unspoken(matched, factors, run);
    if (function.filter.empty() || selection.n == 0) return selection;
    auto* docs = run.arena.take<DocId>(selection.n);
    for (std::uint32_t i = 0; i < selection.n; ++i) docs[i] = matched.lanes.docs[selection.which[i]];
    const std::uint8_t* let_through = matches(function.filter.front(), {docs, 0, selection.n}, run);
    const std::uint32_t asked = std::exchange(selection.n, 0);
    for (std::uint32_t i = 0; i < asked; ++i)
        if (let_through[i]) selection.which[selection.n++] = selection.which[i];
    return selection;
}

Selection select(const plan::FunctionScoreNode& node, const plan::BoundFunction& function, const Batch& batch,
                 const Matched& matched, const Factors& factors, Run& run) {
    const bool is_first = &function == &node.functions.front();
    if (node.mode == plan::FunctionMode::first && !is_first) return select_first(function, matched, factors, run);
    auto* which = run.arena.take<std::uint32_t>(matched.lanes.n);
    const std::uint8_t* let_through = function.filter.empty() ? nullptr : matches(function.filter.front(), batch, run);
    std::uint32_t n = 0;
    for (std::uint32_t lane = 0; lane < matched.lanes.n; ++lane)
        if (!let_through || let_through[matched.places[lane]]) which[n++] = lane;
    return {which, n};
}

Lanes lanes_of(const Matched& matched, const Selection& selection, Run& run) {
    if (selection.n == matched.lanes.n) return matched.lanes;
    auto* docs = run.arena.take<DocId>(selection.n);
    auto* scores = run.arena.take<float>(selection.n);
    for (std::uint32_t i = 0; i < selection.n; ++i) {
        docs[i] = matched.lanes.docs[selection.which[i]];
        scores[i] = matched.lanes.scores[selection.which[i]];
    }
    return {docs, scores, selection.n};
}

double start_of(plan::FunctionMode mode) {
    switch (mode) {
        case plan::FunctionMode::max:
            return -std::numeric_limits<double>::infinity();
        case plan::FunctionMode::min:
            return std::numeric_limits<double>::infinity();
        case plan::FunctionMode::avg:
        case plan::FunctionMode::sum:
            return 0;
        case plan::FunctionMode::multiply:
        case plan::FunctionMode::first:
            break;
    }
    return 1;
}

double joined(plan::FunctionMode mode, double before, double value) {
    switch (mode) {
        case plan::FunctionMode::multiply:
            return before * value;
        case plan::FunctionMode::avg:
        case plan::FunctionMode::sum:
            return before + value;
        case plan::FunctionMode::max:
            return java::max(value, before);
        case plan::FunctionMode::min:
            return java::min(value, before);
        case plan::FunctionMode::first:
            break;
    }
    return value;
}

/// 1 where no function had a say, or none that tells anything: nothing but infinities, weights that add up to 0.
double settled(plan::FunctionMode mode, double factor, double weights) {
    switch (mode) {
        case plan::FunctionMode::avg:
            return weights == 0 ? 1 : factor / weights;
        case plan::FunctionMode::sum:
            return weights == 0 ? 1 : factor;
        case plan::FunctionMode::max:
        case plan::FunctionMode::min:
            return factor == start_of(mode) ? 1 : factor;
        case plan::FunctionMode::multiply:
        case plan::FunctionMode::first:
            break;
    }
    return factor;
}

/// The factor of each matched lane.
const double* make_factors(const plan::FunctionScoreNode& node, const Batch& batch, const Matched& matched, Run& run) {
    const std::uint32_t n = matched.lanes.n;
    const Factors factors{run.arena.take<double>(n), run.arena.take_zeroed<double>(n),
                          run.arena.take_zeroed<std::uint8_t>(n)};
    std::fill_n(factors.factor, n, start_of(node.mode));
    for (const plan::BoundFunction& function : node.functions) {
        ask_for_work(run.arena, 64 + 8 * std::uint64_t{n});
        const Arena::Scope scope(run.arena);
        const Selection selection = select(node, function, batch, matched, factors, run);
        double* values = run.arena.take<double>(selection.n);
        evaluate(function, lanes_of(matched, selection, run), values, run);
        const auto weight = static_cast<double>(function.weight.value_or(1.0f));
        for (std::uint32_t i = 0; i < selection.n; ++i) {
            const std::uint32_t lane = selection.which[i];
            factors.factor[lane] = joined(node.mode, factors.factor[lane], values[i]);
            factors.weights[lane] += weight;
            factors.spoken[lane] = 1;
        }
    }
    for (std::uint32_t i = 0; i < n; ++i) factors.factor[i] = settled(node.mode, factors.factor[i], factors.weights[i]);
    return factors.factor;
}

float combine(plan::BoostMode mode, double query, double factor) {
    switch (mode) {
        case plan::BoostMode::multiply:
            return static_cast<float>(query * factor);
        case plan::BoostMode::replace:
            break;
        case plan::BoostMode::sum:
            return static_cast<float>(query + factor);
        case plan::BoostMode::avg:
            return static_cast<float>((factor + query) / 2.0);
        case plan::BoostMode::max:
            return static_cast<float>(java::max(query, factor));
        case plan::BoostMode::min:
            return static_cast<float>(java::min(query, factor));
    }
    return static_cast<float>(factor);
}

void apply_functions(const plan::FunctionScoreNode& node, const Batch& batch, const Scores& scores, Run& run) {
    const Arena::Scope scope(run.arena);
    const Matched matched = gather_matched(batch, scores, run);
    if (matched.lanes.n == 0) return;
    const double* factor = make_factors(node, batch, matched, run);
    const auto max_boost = static_cast<double>(node.max_boost);
    for (std::uint32_t i = 0; i < matched.lanes.n; ++i) {
        const auto query = static_cast<double>(matched.lanes.scores[i]);
        const float score = combine(node.boost_mode, query, java::min(factor[i], max_boost));
        if (!(score >= 0))  // of a document that a function failed on this is the second fault, and so does not count
            run.fail({.doc = matched.lanes.docs[i],
                      .code = plan::FaultCode::function_score,
                      .number = static_cast<double>(score)});
        scores.score[matched.places[i]] = score >= 0 ? score : std::numeric_limits<float>::quiet_NaN();
    }
}

/// The factor for one document that the query gave `query_score`, before it is cut to max_boost.
double factor_of(const plan::FunctionScoreNode& node, DocId doc, float query_score, Run& run) {
    const Arena::Scope scope(run.arena);
    const Batch batch{&doc, 0, 1};
    std::uint32_t place = 0;
    return *make_factors(node, batch, {&place, {&doc, &query_score, 1}}, run);
}

Explanation explain_factor(const plan::FunctionScoreNode& scored, const plan::FunctionScore& asked,
                           const Explanation& query, Explainer& explainer) {
    std::vector<Explanation> each;
    for (std::size_t i = 0; i < scored.functions.size(); ++i) {
        const plan::BoundFunction& function = scored.functions[i];
        const bool filtered = !function.filter.empty();
        if (filtered && !explainer.outcome(function.filter.front()).matched) continue;
        Explanation explanation =
            explain_function(function, explainer.doc(), query, explainer.names(), explainer.run());
        if (filtered) {
            const float value = explanation.value;
            auto filter = explain_match(1, "match filter: " + explainer.describe(asked.functions[i].filter));
            explanation =
                explain_match(value, "function score, product of:", {std::move(filter), std::move(explanation)});
        }
        each.push_back(std::move(explanation));
    }
    if (each.empty()) return explain_match(1, "No function matched");
    if (scored.functions.size() == 1 && scored.functions.front().filter.empty()) return std::move(each.front());
    return explain_match(static_cast<float>(factor_of(scored, explainer.doc(), query.value, explainer.run())),
                         std::string("function score, score mode [") + name_of(scored.mode) + "]", std::move(each));
}

bool needs_query_score(const plan::FunctionScore& query) {
    const auto asks = [](const plan::ScoreFunction& function) {
        const auto* scripted = std::get_if<plan::ScriptFunction>(&function.function);
        return scripted != nullptr && scripted->script->program->uses_score;
    };
    return query.boost_mode != plan::BoostMode::replace || query.functions.empty() ||
           std::ranges::any_of(query.functions, asks);
}

}  // namespace

/// The boost is the query's: with BoostMode::replace nothing is left of it.
void weigh(const plan::FunctionScore& query, plan::Weighted& weighted, Weigher& weigher) {
    const bool functions_run = weigher.scored() == Scored::yes || query.min_score;
    weigher.weigh_inner(weighted, query.query, weighted.boost, functions_run ? Scored::yes : Scored::no);
    if (!weighted.can_match) return;
    for (const plan::ScoreFunction& function : query.functions)
        if (function.filter) weigher.add_inner(weighted, function.filter, 1, Scored::no);
}

plan::Node bind(const plan::FunctionScore& query, const plan::Weighted& weighted, Binder& binder) {
    plan::FunctionScoreNode node{{}, {}, query.mode, query.boost_mode, query.max_boost, query.min_score};
    auto inner = weighted.inner.begin();
    node.query.push_back(binder.bind(*inner++));
    for (const plan::ScoreFunction& asked : query.functions) {
        plan::BoundFunction function{bind_function(asked.function, binder), asked.weight, {}};
        if (asked.filter) function.filter.push_back(binder.bind(*inner++));
        node.functions.push_back(std::move(function));
    }
    return {std::move(node), nullptr};
}

std::string describe(const plan::FunctionScore& query, const Describer& describer) {
    std::string functions;
    for (const plan::ScoreFunction& asked : query.functions) {
        std::string function = describe_function(asked.function, describer.names);
        if (asked.weight) function += " * " + java_float(*asked.weight);
        if (asked.filter) function.insert(0, "filter(" + describer.of(asked.filter) + "), function [").append("]");
        functions.append("{").append(function).append("}");
    }
    return "function score (" + describer.of(query.query) + ", functions: [" + functions + "])";
}

void collect(const plan::FunctionScore& query, Scored scored, StatisticsCollector& collector) {
    const bool functions_run = scored == Scored::yes || query.min_score;
    for (const plan::ScoreFunction& function : query.functions)
        if (functions_run && function.filter) collector.visit(function.filter, Scored::no);
    collector.visit(query.query, functions_run && needs_query_score(query) ? Scored::yes : Scored::no);
}

Scores score(const plan::FunctionScoreNode& node, const Batch& batch, Run& run) {
    if (!run.scores_needed() && !node.min_score) return score(node.query.front(), batch, run);
    const std::size_t faults = run.num_faults();
    const Run::Needing needing(run, node.needs_query_score());
    const Scores scores = score(node.query.front(), batch, run);
    if (!node.functions.empty()) apply_functions(node, batch, scores, run);
    if (node.min_score) drop_below(*node.min_score, faults, batch, scores, run);
    return scores;
}

Explanation explain(const plan::FunctionScoreNode& scored, const plan::Node& node, Scoring how, Explainer& explainer) {
    if (how != Scoring::full && !scored.min_score) return explainer.explain(scored.query.front(), how);
    Explanation explanation =
        explainer.explain(scored.query.front(), scored.needs_query_score() ? Scoring::full : Scoring::none);
    if (!explanation.is_match) return explanation;
    if (!scored.functions.empty()) {
        Explanation functions =
            explain_factor(scored, *plan::as<plan::FunctionScore>(node.origin), explanation, explainer);
        explanation = explain_boost(scored, std::move(explanation), std::move(functions));
    }
    explainer.outcome(node);  // notes why the document cannot be scored, where it cannot
    if (scored.min_score && explanation.value < *scored.min_score)
        return too_low(*scored.min_score, std::move(explanation));
    return explanation;
}

/// What a function can give is not known.
float best(const plan::FunctionScoreNode& node, const Range& range) {
    return best(node.query.front(), range) == out_of_reach ? out_of_reach : unbounded;
}

DocId next(const plan::FunctionScoreNode& node, DocId from, Run& run) {
    return next(node.query.front(), from, run);
}

}  // namespace rescora::query

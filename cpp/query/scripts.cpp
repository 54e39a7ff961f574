/// Documents that match are gathered, the script runs over them at once, and what it gives is put back.
#include "query/scripts.h"

#include <algorithm>

#include "query/matched.h"
#include "script/run.h"

namespace rescora::query {

namespace {

void note(std::vector<plan::Fault>& faults, Run& run) {
    for (plan::Fault& fault : faults) run.fail(std::move(fault));
}

}  // namespace

plan::Fault score_fault(plan::FaultCode code, DocId doc, double score) {
    plan::Fault fault;
    fault.doc = doc;
    fault.code = code;
    fault.number = score;
    return fault;
}

std::string describe_script(const plan::Script& script) {
    return "script score function, computed with script:\"" + script.description + "\"";
}

Explanation explain_script(std::string description, float score, Explanation before) {
    const float value = before.value;
    return explain_match(score, std::move(description), {explain_match(value, "_score: ", {std::move(before)})});
}

void run_script(const plan::ScriptPtr& script, plan::Slot slot, std::span<const DocId> docs, const float* scores,
                double* out, Run& run) {
    std::vector<plan::Fault> faults;
    const script::Lanes lanes{docs.data(), static_cast<std::uint32_t>(docs.size()), scores};
    script::run_reals(run.script(slot, script), lanes, out, run.arena, faults);
    note(faults, run);
}

/// The query is scored with boost 1: Elasticsearch multiplies the finished score. Where nobody asks for that, it hands
/// the boost on, and a minimum score further in meets it.
void weigh(const plan::ScriptScore& query, plan::Weighted& weighted, Weigher& weigher) {
    const bool runs = weigher.scored() == Scored::yes || query.min_score;
    weigher.weigh_inner(weighted, query.query, runs ? 1 : weighted.boost, runs ? Scored::yes : Scored::no);
}
void weigh(const plan::ScriptFilter&, plan::Weighted&, Weigher&) {}

plan::Node bind(const plan::ScriptScore& query, const plan::Weighted& weighted, Binder& binder) {
    plan::ScriptScoreNode node{{}, &query.script, binder.take_script(), weighted.boost, query.min_score};
    node.query.push_back(binder.bind(weighted.inner.front()));
    return {std::move(node), nullptr};
}
plan::Node bind(const plan::ScriptFilter& query, const plan::Weighted& weighted, Binder& binder) {
    return {plan::ScriptFilterNode{&query.script, binder.take_script(), weighted.boost}, nullptr};
}

std::string describe(const plan::ScriptScore& query, const Describer& describer) {
    return "script_score (" + describer.of(query.query) + ", script: {" + query.script->description + "})";
}
std::string describe(const plan::ScriptFilter& query, const Describer&) {
    return "ScriptQuery(" + query.script->description + ")";
}

void collect(const plan::ScriptScore& query, Scored scored, StatisticsCollector& collector) {
    const bool runs = scored == Scored::yes || query.min_score;
    collector.visit(query.query, runs && query.script->program->uses_score ? Scored::yes : Scored::no);
}

Scores score(const plan::ScriptScoreNode& node, const Batch& batch, Run& run) {
    if (!run.scores_needed() && !node.min_score) return score(node.query.front(), batch, run);
    const std::size_t faults = run.num_faults();
    const Scores scores = [&] {
        const Run::Needing needing(run, (*node.script)->program->uses_score);
        return score(node.query.front(), batch, run);
    }();
    const Arena::Scope scope(run.arena);
    const Matched matched = gather_matched(batch, scores, run);
    const Lanes& lanes = matched.lanes;
    double* given = run.arena.take<double>(lanes.n);
    run_script(*node.script, node.slot, {lanes.docs, lanes.n}, lanes.scores, given, run);
    for (std::uint32_t i = 0; i < lanes.n; ++i) {
        const auto given_score = static_cast<float>(given[i]);
        if (!(given_score >= 0))
            run.fail(score_fault(plan::FaultCode::script_score, lanes.docs[i], static_cast<double>(given_score)));
        scores.score[matched.places[i]] = given_score * node.boost;
    }
    if (node.min_score) drop_below(*node.min_score, faults, batch, scores, run);
    return scores;
}

Scores score(const plan::ScriptFilterNode& node, const Batch& batch, Run& run) {
    const Scores scores{run.arena.take<std::uint8_t>(batch.n), run.arena.take<float>(batch.n)};
    const Arena::Scope scope(run.arena);
    DocId* docs = run.arena.take<DocId>(batch.n);
    for (std::uint32_t i = 0; i < batch.n; ++i) docs[i] = batch[i];
    std::vector<plan::Fault> faults;
    script::run_booleans(run.script(node.slot, *node.script), {docs, batch.n, nullptr}, scores.matched, run.arena,
                         faults);
    for (const plan::Fault& fault : faults)  // may match, for all that is known
        scores.matched[std::lower_bound(docs, docs + batch.n, fault.doc) - docs] = 1;
    note(faults, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.score[i] = scores.matched[i] ? node.score : 0.0f;
    return scores;
}

Explanation explain(const plan::ScriptScoreNode& scored, const plan::Node& node, Scoring how, Explainer& explainer) {
    const bool reads = (*scored.script)->program->uses_score;
    if (how != Scoring::full && !scored.min_score) return explainer.explain(scored.query.front(), how);
    Explanation inner = explainer.explain(scored.query.front(), reads ? Scoring::full : Scoring::none);
    if (!inner.is_match) return inner;
    const float before = reads ? explainer.outcome(scored.query.front()).score : 0;
    const DocId doc = explainer.doc();
    double given = 0;
    run_script(*scored.script, scored.slot, {&doc, 1}, &before, &given, explainer.run());
    std::string description = describe_script(**scored.script);
    const auto score = static_cast<float>(given);
    Explanation explanation = reads ? explain_script(std::move(description), score, std::move(inner))
                                    : explain_match(score, std::move(description));
    if (scored.boost != 1) {
        const float boosted = explanation.value * scored.boost;
        explanation = explain_match(
            boosted, "Boosted score, product of:", {explain_match(scored.boost, "boost"), std::move(explanation)});
    }
    if (explainer.outcome(node).matched) return explanation;
    return too_low(*scored.min_score, std::move(explanation));
}

Explanation explain(const plan::ScriptFilterNode& filter, const plan::Node& node, Scoring, Explainer& explainer) {
    if (!explainer.outcome(node).matched) return explainer.no_constant(explainer.describe(node.origin));
    return explain_match(filter.score, "ScriptQuery");
}

float best(const plan::ScriptScoreNode& node, const Range& range) {
    return best(node.query.front(), range) == out_of_reach ? out_of_reach : unbounded;
}
float best(const plan::ScriptFilterNode& node, const Range&) {
    return node.score;
}

DocId next(const plan::ScriptScoreNode& node, DocId from, Run& run) {
    return next(node.query.front(), from, run);
}

}  // namespace rescora::query

/// Documents that match are gathered, the script runs over them at once, and what it gives is put back.
#include "match/scripts.h"

#include <algorithm>

#include "match/matched.h"
#include "script/run.h"

namespace rescora::match {

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

Scores score_node(const plan::ScriptScoreNode& node, const Batch& batch, Run& run) {
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

Scores score_node(const plan::ScriptFilterNode& node, const Batch& batch, Run& run) {
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

}  // namespace rescora::match

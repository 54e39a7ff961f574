/// The script rescorer, with Elasticsearch's arithmetic and explanations: a script_score query over the window.
#include "rescore/script_stage.h"

#include <algorithm>
#include <string>

#include "query/scripts.h"
#include "script/run.h"

namespace rescora::rescore {

namespace {

[[noreturn]] void raise(const segment::Segment& segment, DocId base, plan::Fault fault) {
    std::string id(segment.id(fault.doc));
    fault.doc += base;
    throw plan::DocumentError(std::move(fault), std::move(id));
}

/// The hits of one segment.
void rescore_in(const script::BoundScript& script, const segment::Segment& segment, std::span<Hit> head, Arena& arena) {
    const Arena::Scope scope(arena);
    const auto n = static_cast<std::uint32_t>(head.size());
    DocId* docs = arena.take<DocId>(n);
    float* scores = arena.take<float>(n);
    for (std::uint32_t i = 0; i < n; ++i) {
        docs[i] = in_segment(script.base(), head[i].doc);
        scores[i] = head[i].score;
    }
    double* given = arena.take<double>(n);
    std::vector<plan::Fault> faults;
    script::run_reals(script, {docs, n, scores, true}, given, arena, faults);
    const auto first = std::ranges::min_element(faults, {}, &plan::Fault::doc);
    const DocId failed = first == faults.end() ? no_doc : first->doc;
    for (std::uint32_t i = 0; i < n && docs[i] < failed; ++i) {
        head[i].score = static_cast<float>(given[i]);
        if (!(head[i].score >= 0))
            raise(segment, script.base(),
                  query::score_fault(plan::FaultCode::script_score, docs[i], static_cast<double>(head[i].score)));
    }
    if (failed != no_doc) raise(segment, script.base(), std::move(*first));
}

}  // namespace

std::size_t rescore(const BoundScriptStage& stage, std::span<Hit> head, Arena& arena) {
    const auto doc_at = [&](std::size_t i) { return head[i].doc; };
    stage.shard->for_each_segment(head.size(), doc_at, [&](std::size_t segment, std::size_t begin, std::size_t end) {
        rescore_in(stage.script[segment], stage.shard->segment(segment), head.subspan(begin, end - begin), arena);
    });
    return head.size();
}

Explanation explain(const BoundScriptStage& stage, ShardDoc doc, bool in_window, query::FieldNames, Explanation before,
                    Arena& arena) {
    if (!before.is_match) return explain_no_match("no match", {std::move(before)});
    if (!in_window) return before;
    const Arena::Scope scope(arena);
    Hit hit{doc, before.value};
    rescore(stage, {&hit, 1}, arena);
    const plan::Script& script = stage.script.front().script();
    std::string description = query::describe_script(script);
    if (!script.program->uses_score) return explain_match(hit.score, std::move(description));
    return query::explain_script(description + ", computed as:", hit.score, std::move(before));
}

}  // namespace rescora::rescore

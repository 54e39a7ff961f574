/// Sends each kind of node to its `score`.
#include "query/score.h"

#include <algorithm>
#include <limits>

#include "base/budget.h"
#include "query/contest.h"
#include "query/kinds.h"
#include "query/memo.h"

namespace rescora::query {

namespace {

/// What a leaf takes, in nanoseconds; whoever takes longer asks itself.
std::uint64_t work_of_node(const Batch& batch) {
    constexpr std::uint64_t any = 128, row = 32;
    return batch.is_range() ? batch.n : any + row * batch.n;
}

Scores score_anew(const plan::Node& node, const Batch& batch, Run& run) {
    ask_for_work(run.arena, work_of_node(batch));
    return std::visit([&](const auto& kind) { return score(kind, batch, run); }, node.kind);
}

}  // namespace

Scores score(const plan::Node& node, const Batch& batch, Run& run) {
    if (run.memo == nullptr || !run.scores_needed() || !run.memo->knows(node, batch))
        return score_anew(node, batch, run);
    if (const Scores known = run.memo->find(node, run); known.score != nullptr) return known;
    const Scores scores = score_anew(node, batch, run);
    run.memo->keep(node, scores);
    return scores;
}

bool contend(const plan::Node& node, const Batch& batch, Run& run, Contest& contest) {
    const auto* phrase = std::get_if<plan::PhraseNode>(&node.kind);
    return phrase != nullptr && contend(*phrase, batch, run, contest);
}

Scores no_match(const Batch& batch, Run& run) {
    return {run.arena.take_zeroed<std::uint8_t>(batch.n), run.arena.take_zeroed<float>(batch.n)};
}

void drop_below(float min_score, std::size_t faults, const Batch& batch, const Scores& scores, const Run& run) {
    for (const plan::Fault& fault : run.faults_since(faults)) {
        const std::uint32_t place = batch.place(fault.doc);
        if (scores.matched[place]) scores.score[place] = std::numeric_limits<float>::quiet_NaN();
    }
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        if (!(scores.score[i] < min_score)) continue;
        scores.matched[i] = 0;
        scores.score[i] = 0;
    }
}

const DocumentSet& Run::documents(const plan::WordSetNode& node) {
    if (sets_.empty()) sets_.resize(plan_.num_document_sets);
    auto& set = sets_[node.documents];
    if (set) return *set;
    set.emplace(segment.num_docs());
    const auto add = [&](TermId term) {
        ask(arena);
        postings::Cursor cursor(node.field->list(term, segment.num_docs()));
        for (DocId doc = cursor.seek(0); doc != no_doc; doc = cursor.next()) set->add(doc);
    };
    for (const TermId term : node.terms) add(term);
    for (TermId term = node.first; term < node.last; ++term) add(term);
    return *set;
}

void Run::raise_faults(const Batch& batch, const std::uint8_t* matched, const std::uint8_t* wanted) {
    if (faults_.empty()) return;
    std::ranges::stable_sort(faults_, {}, &plan::Fault::doc);
    auto fault = faults_.begin();
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        while (fault != faults_.end() && fault->doc < batch[i]) ++fault;
        if (fault == faults_.end()) break;
        if (fault->doc != batch[i] || !matched[i] || (wanted != nullptr && !wanted[i])) continue;
        fault->doc += base;
        throw plan::DocumentError(std::move(*fault), std::string(segment.id(batch[i])));
    }
    faults_.clear();
}

}  // namespace rescora::query

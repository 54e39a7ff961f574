/// Sends each kind of node to the function that scores it. A new kind of node is added to plan/node.h, and here it
/// finds its score_node by itself.
#include "match/match.h"

#include <algorithm>
#include <limits>

#include "base/budget.h"
#include "match/compound.h"
#include "match/feature.h"
#include "match/function_score.h"
#include "match/leaves.h"
#include "match/memo.h"
#include "match/phrase.h"
#include "match/scripts.h"

namespace rescora::match {

namespace {

/// What a leaf takes, in nanoseconds; whoever takes longer asks itself.
std::uint64_t work_of_node(const Batch& batch) {
    constexpr std::uint64_t any = 128, row = 32;
    return batch.is_range() ? batch.n : any + row * batch.n;
}

Scores score_anew(const plan::Node& node, const Batch& batch, Run& run) {
    ask_for_work(run.arena, work_of_node(batch));
    return std::visit([&](const auto& kind) { return score_node(kind, batch, run); }, node.kind);
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

}  // namespace rescora::match

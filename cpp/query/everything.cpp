/// All documents, or none.
#include "query/everything.h"

#include "query/constants.h"

namespace rescora::query {

void weigh(const plan::MatchAll&, plan::Weighted&, Weigher&) {}
void weigh(const plan::MatchNone&, plan::Weighted& weighted, Weigher&) {
    Weigher::cannot_match(weighted);
}

plan::Node bind(const plan::MatchAll&, const plan::Weighted& weighted, Binder&) {
    return {plan::EverythingNode{weighted.boost}, nullptr};
}
plan::Node bind(const plan::MatchNone&, const plan::Weighted&, Binder&) {
    return Binder::nothing();
}

std::string describe(const plan::MatchAll&, const Describer&) {
    return "*:*";
}
std::string describe(const plan::MatchNone&, const Describer&) {
    return "MatchNoDocsQuery(\"\")";
}

Scores score(const plan::EverythingNode& node, const Batch& batch, Run& run) {
    return score_where(batch, run, node.score, [](DocId) { return true; });
}
Scores score(const plan::NothingNode&, const Batch& batch, Run& run) {
    return no_match(batch, run);
}

float best(const plan::EverythingNode& node, const Range&) {
    return node.score;
}
float best(const plan::NothingNode&, const Range&) {
    return out_of_reach;
}

DocId next(const plan::NothingNode&, DocId, Run&) {
    return no_doc;
}

}  // namespace rescora::query

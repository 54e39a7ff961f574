/// Bounds of leaves come from the headers of their lists' blocks; those of clauses are put together as scores are.
#include "retrieve/bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rescora::retrieve {

namespace {

constexpr float cannot_match = -std::numeric_limits<float>::infinity();

constexpr float unbounded = std::numeric_limits<float>::infinity();

struct Range {
    DocId first, last;
    match::Run& run;
};

/// As a float; what came of an infinite bound times 0 is infinite.
float bounded(double value) {
    return std::isnan(value) ? unbounded : static_cast<float>(value);
}

float best(const plan::Node& node, const Range& range) {
    return best_score(node, range.first, range.last, range.run);
}

float best_of(const plan::NothingNode&, const Range&) {
    return cannot_match;
}
float best_of(const plan::EverythingNode& node, const Range&) {
    return node.score;
}

float best_of(const plan::TermNode& node, const Range& range) {
    const postings::Cursor& cursor = range.run.cursor(node.cursor, *node.field, node.term);
    const postings::PostingList& list = cursor.list();
    std::uint32_t block = cursor.block_of(range.first);
    float greatest = cannot_match;
    DocId begins = 0;  // documents before this were in blocks already seen
    for (; block < list.num_blocks() && begins <= range.last; ++block) {
        const postings::BlockHeader header = list.header(block);
        for (const postings::Impact impact : header.impacts)
            greatest = std::max(greatest, std::max(node.weight->score(impact.frequency(), impact.norm), 0.0f));
        if (header.last_doc >= range.last) break;
        begins = header.last_doc + 1;
    }
    return greatest;
}

/// A phrase's frequency is not bounded by its words' in a block, but the score never reaches the weight.
float best_of(const plan::PhraseNode& node, const Range&) {
    return std::max(node.weight->weight, 0.0f);
}

float best_of(const plan::WordSetNode& node, const Range&) {
    return node.score;
}
template <class T>
float best_of(const plan::NumberNode<T>& node, const Range&) {
    return node.score;
}
float best_of(const plan::ExistsNode& node, const Range&) {
    return node.score;
}
float best_of(const plan::DocumentsNode& node, const Range&) {
    return node.score;
}

float best_of(const plan::ConstantNode& node, const Range& range) {
    return best(node.filter.front(), range) == cannot_match ? cannot_match : node.score;
}

float best_of(const plan::BoolNode& node, const Range& range) {
    double required = 0, optional = 0;
    std::uint32_t possible = 0;
    for (const plan::Node& filter : node.filter)
        if (best(filter, range) == cannot_match) return cannot_match;
    for (const plan::Node& must : node.must) {
        const float bound = best(must, range);
        if (bound == cannot_match) return cannot_match;
        required += static_cast<double>(bound);
    }
    for (const plan::Node& should : node.should)
        if (const float bound = best(should, range); bound != cannot_match) {
            optional += static_cast<double>(std::max(bound, 0.0f));
            ++possible;
        }
    if (possible < node.required_should()) return cannot_match;
    return static_cast<float>(required) + static_cast<float>(optional);
}

float best_of(const plan::DisMaxNode& node, const Range& range) {
    double others = 0;
    float greatest = cannot_match;
    for (const plan::Node& query : node.queries) {
        const float bound = best(query, range);
        if (bound == cannot_match) continue;
        others += static_cast<double>(std::max(0.0f, std::min(bound, greatest)));
        greatest = std::max({greatest, bound, 0.0f});
    }
    return greatest == cannot_match
               ? cannot_match
               : bounded(static_cast<double>(greatest) + others * static_cast<double>(node.tie_breaker));
}

float best_of(const plan::BoostingNode& node, const Range& range) {
    const float positive = best(node.clauses[0], range);
    if (positive == cannot_match) return cannot_match;
    const double factor = std::max(1.0, static_cast<double>(node.negative_boost));
    return bounded(static_cast<double>(std::max(positive, 0.0f)) * factor * static_cast<double>(node.boost));
}

/// What a function can give is not known.
float best_of(const plan::FunctionScoreNode& node, const Range& range) {
    return best(node.query.front(), range) == cannot_match ? cannot_match : unbounded;
}

float best_of(const plan::ScriptScoreNode& node, const Range& range) {
    return best(node.query.front(), range) == cannot_match ? cannot_match : unbounded;
}
float best_of(const plan::ScriptFilterNode& node, const Range&) {
    return node.score;
}

/// Saturation and sigmoid stay below the boost; rounded, they reach it.
float best_of(const plan::RankFeatureNode& node, const Range&) {
    const bool bounded_above = node.asked->function == plan::FeatureFunction::saturation ||
                               node.asked->function == plan::FeatureFunction::sigmoid;
    return bounded_above ? node.boost : unbounded;
}

/// What stands at the origin gets the whole boost.
float best_of(const plan::DistanceFeatureNode& node, const Range&) {
    return node.boost;
}

DocId next_of(const plan::NothingNode&, DocId, match::Run&) {
    return no_doc;
}
DocId next_of(const plan::TermNode& node, DocId from, match::Run& run) {
    return run.cursor(node.cursor, *node.field, node.term).seek(from);
}
DocId next_of(const plan::PhraseNode& node, DocId from, match::Run& run) {
    if (node.required.empty()) return from;  // alternatives at every position: no single word has to be there
    return run.cursor(node.cursors.front(), *node.field, node.required.front()).seek(from);
}
DocId next_of(const plan::DocumentsNode& node, DocId from, match::Run&) {
    const auto at = std::ranges::lower_bound(node.docs, from);
    return at == node.docs.end() ? no_doc : *at;
}
DocId next_of(const plan::ConstantNode& node, DocId from, match::Run& run) {
    return next_candidate(node.filter.front(), from, run);
}

DocId least_next(const std::vector<plan::Node>& nodes, DocId from, match::Run& run) {
    DocId next = no_doc;
    for (const plan::Node& node : nodes) next = std::min(next, next_candidate(node, from, run));
    return next;
}

DocId next_of(const plan::BoolNode& node, DocId from, match::Run& run) {
    DocId next = from;
    for (const plan::Node& must : node.must) next = std::max(next, next_candidate(must, from, run));
    for (const plan::Node& filter : node.filter) next = std::max(next, next_candidate(filter, from, run));
    if (node.required_should() > 0) next = std::max(next, least_next(node.should, from, run));
    return next;
}
DocId next_of(const plan::DisMaxNode& node, DocId from, match::Run& run) {
    return least_next(node.queries, from, run);
}
DocId next_of(const plan::BoostingNode& node, DocId from, match::Run& run) {
    return next_candidate(node.clauses.front(), from, run);
}
DocId next_of(const plan::ScriptScoreNode& node, DocId from, match::Run& run) {
    return next_candidate(node.query.front(), from, run);
}
DocId next_of(const plan::FunctionScoreNode& node, DocId from, match::Run& run) {
    return next_candidate(node.query.front(), from, run);
}

/// The others cannot tell more cheaply than by being scored.
template <class Node>
DocId next_of(const Node&, DocId from, match::Run&) {
    return from;
}

}  // namespace

float best_score(const plan::Node& node, DocId first, DocId last, match::Run& run) {
    return std::visit([&](const auto& kind) { return best_of(kind, Range{first, last, run}); }, node.kind);
}

DocId next_candidate(const plan::Node& node, DocId from, match::Run& run) {
    return std::visit([&](const auto& kind) { return next_of(kind, from, run); }, node.kind);
}

}  // namespace rescora::retrieve

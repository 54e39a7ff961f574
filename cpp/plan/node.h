/// What exactly will be done to one segment: a weighed query with its words and columns looked up.
///
/// Plain data; `query` makes it and knows what to do with it. Pointers reach into the shard, which must outlive it,
/// and into the weighed query, which a plan keeps.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/types.h"
#include "plan/weighted.h"
#include "segment/segment.h"

namespace rescora::plan {

struct Node;

/// State that a run keeps for a node (a cursor, a set of documents) stands at this place of its context.
using Slot = std::uint32_t;

struct NothingNode {};

/// Every document, at a constant score.
struct EverythingNode {
    float score;
};

/// One word, by BM25.
struct TermNode {
    const segment::Field* field;
    TermId term;
    const Bm25Weight* weight;
    std::uint64_t document_frequency;  ///< in the shard
    Slot cursor;
};

/// Words near one another, by BM25 of the phrase's frequency.
struct PhraseNode {
    const segment::Field* field;
    std::span<const std::vector<TermId>> terms;  ///< the alternatives at each position, those that the field has
    std::span<const std::uint32_t> positions;
    std::uint32_t slop;
    const Bm25Weight* weight;
    std::vector<Slot> cursors;     ///< one for each position that has a single word, rarest first
    std::vector<TermId> required;  ///< the words of these cursors
};

/// Documents that have any of a set of words, at a constant score.
struct WordSetNode {
    const segment::Field* field;
    std::vector<TermId> terms;  ///< ascending; empty when [first, last) says it all
    TermId first, last;
    float score;
    Slot documents;
};

/// Documents with a value in [low, high], or equal to one of `values`, at a constant score.
template <class T>
struct NumberNode {
    const segment::Field* field;
    T low, high;
    std::vector<T> values;  ///< ascending; empty when the range says it all
    float score;
};

/// Documents with one of a boolean field's values, by BM25 of a word without a length: the same score for all.
struct FlagNode : NumberNode<std::int64_t> {
    const Bm25Weight* weight;
};

/// Documents that have the field, at a constant score.
struct ExistsNode {
    const segment::Field* field;
    float score;
};

/// These documents, at a constant score.
struct DocumentsNode {
    std::vector<DocId> docs;  ///< ascending
    float score;
};

/// What `filter` matches, at a constant score.
struct ConstantNode {
    std::vector<Node> filter;  ///< exactly one
    float score;
};

struct BoolNode {
    std::vector<Node> must, filter, should, must_not;
    std::uint32_t minimum_should_match;  ///< as the request says; 0 may still mean 1, see required_should()

    /// Of a bool without must and filter at least one should clause has to match.
    std::uint32_t required_should() const {
        return minimum_should_match != 0 || !must.empty() || !filter.empty() ? minimum_should_match : 1;
    }
};

struct DisMaxNode {
    std::vector<Node> queries;
    float tie_breaker;
};

struct BoostingNode {
    std::vector<Node> clauses;  ///< exactly two: positive, negative
    float negative_boost, boost;
};

// The functions of a function_score bound to a segment. `asked` lies in the query that the node was bound from.

struct OneFunction {};

struct FieldValueFunction {
    const FieldValueFactor* asked;
    const segment::Field* field;  ///< null: no document of the segment has it
};

struct RandomFunction {
    const RandomScore* asked;
    const segment::Field* field;  ///< null: no document of the segment has it, or none is needed
    std::uint32_t salted_seed;
};

struct DecayFunction {
    const Decay* asked;
    const segment::Field* field;  ///< null: no document of the segment has it
    double scale;                 ///< as the shape's formula takes it
};

struct BoundScriptFunction {
    const ScriptPtr* script;
    Slot slot;
};

/// Every kind of bound function.
using FunctionKind = std::variant<OneFunction, FieldValueFunction, RandomFunction, DecayFunction, BoundScriptFunction>;

struct BoundFunction {
    FunctionKind kind;
    std::optional<float> weight;
    std::vector<Node> filter;  ///< one, or none for every document

    bool needs_query_score() const {
        const auto* scripted = std::get_if<BoundScriptFunction>(&kind);
        return scripted != nullptr && (*scripted->script)->program->uses_score;
    }
};

struct FunctionScoreNode {
    std::vector<Node> query;  ///< exactly one
    std::vector<BoundFunction> functions;
    FunctionMode mode;
    BoostMode boost_mode;
    float max_boost;
    std::optional<float> min_score;

    bool needs_query_score() const {
        return boost_mode != BoostMode::replace || functions.empty() ||
               std::ranges::any_of(functions, [](const BoundFunction& f) { return f.needs_query_score(); });
    }
};

struct ScriptScoreNode {
    std::vector<Node> query;  ///< exactly one
    const ScriptPtr* script;  ///< in the query that the node was bound from
    Slot slot;
    float boost;
    std::optional<float> min_score;
};

/// What a script says true of, at a constant score.
struct ScriptFilterNode {
    const ScriptPtr* script;  ///< in the query that the node was bound from
    Slot slot;
    float score;
};

struct RankFeatureNode {
    const segment::Field* field;
    const RankFeature* asked;  ///< in the query that the node was bound from; has a scale, unless it is linear
    double power;              ///< of a sigmoid: scale^exponent
    float boost;
};

struct DistanceFeatureNode {
    const segment::Field* field;
    const DistanceFeature* asked;  ///< in the query that the node was bound from
    float boost;
};

struct Node {
    std::variant<NothingNode, EverythingNode, TermNode, PhraseNode, WordSetNode, NumberNode<std::int64_t>,
                 NumberNode<double>, FlagNode, ExistsNode, DocumentsNode, ConstantNode, BoolNode, DisMaxNode,
                 BoostingNode, FunctionScoreNode, DistanceFeatureNode, RankFeatureNode, ScriptScoreNode,
                 ScriptFilterNode>
        kind;
    QueryPtr origin;  ///< what it was bound from, for explanations
};

/// A query bound to a segment, and how much state a run of it needs.
struct Plan {
    const index::ShardReader* shard = nullptr;
    std::size_t segment_number = 0;  ///< in the shard
    std::shared_ptr<const Weighted> weighted;
    Node root;
    Slot num_cursors = 0, num_document_sets = 0, num_scripts = 0;

    Plan() = default;
    /// Made where it stays: nodes are dear to move. query/binder.h has the binder.
    template <class Binder>
    Plan(const WeightedQuery& query, std::size_t segment, Binder& binder)
        : shard(query.shard),
          segment_number(segment),
          weighted(query.root),
          root(binder.bind(*query.root)),
          num_cursors(binder.num_cursors()),
          num_document_sets(binder.num_document_sets()),
          num_scripts(binder.num_scripts()) {}

    const segment::Segment& segment() const { return shard->segment(segment_number); }
    /// The number in the shard of the segment's first document.
    DocId base() const { return shard->base(segment_number); }
    const index::Live& live() const { return shard->live(segment_number); }
};

}  // namespace rescora::plan

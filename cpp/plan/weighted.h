/// A query weighed in one shard: what each part of it counts for there, before any segment is looked at.
///
/// query/weigh.h makes it, once a shard; query/bind.h makes of it what is done to one segment. Whether a clause can
/// match, and so how a bool adds its clauses up, is decided here for the whole shard: scores do not depend on where
/// segments end.
#pragma once
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "index/shard_reader.h"
#include "plan/bm25.h"
#include "plan/query.h"

namespace rescora::plan {

/// A term of a text or keyword field.
struct WeightedTerm {
    const index::ShardField* field = nullptr;
    index::SegmentTerms ids;
    std::uint64_t document_frequency = 0;  ///< in the shard
    Bm25Weight weight;
};

/// A value of a boolean field.
struct WeightedFlag {
    const index::ShardField* field = nullptr;
    std::int64_t value = 0;
    Bm25Weight weight;
};

struct WeightedPhrase {
    const index::ShardField* field = nullptr;
    /// The alternatives at each position that the shard has, by their numbers in a segment; segment by segment. One
    /// that a segment has not still tells repeated terms apart: it has a number there that none of the segment's terms
    /// has.
    std::vector<std::vector<TermId>> terms;
    std::size_t num_positions = 0;
    Bm25Weight weight;

    std::size_t num_segments() const { return terms.size() / num_positions; }
    std::vector<TermId>& at(std::size_t segment, std::size_t position) {
        return terms[segment * num_positions + position];
    }
    std::span<const std::vector<TermId>> in(std::size_t segment) const {
        return std::span(terms).subspan(segment * num_positions, num_positions);
    }
};

/// A query and the boost that comes down to it. Boosts themselves leave no trace.
struct Weighted {
    QueryPtr query;
    float boost = 1;
    bool can_match = true;          ///< in this shard; of what cannot, nothing else is kept
    bool needs_all_should = false;  ///< of a bool: all its optional clauses have to match, and count as required
    std::vector<Weighted> inner;    ///< of the queries directly inside, in their order (plan/inner.h)
    std::variant<std::monostate, WeightedTerm, WeightedFlag, WeightedPhrase> words;
};

/// A whole query in one shard, which must outlive it.
struct WeightedQuery {
    std::shared_ptr<const Weighted> root;
    const index::ShardReader* shard = nullptr;
};

}  // namespace rescora::plan

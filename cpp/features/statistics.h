/// Term statistics as features: count, tf, df, ttf and idf of a text's terms, aggregated.
#pragma once
#include "features/features.h"

namespace rescora::features {

BoundStatistic bind_statistic(const plan::TermStatisticColumn& column, const index::ShardReader& shard,
                              std::size_t segment, const plan::Statistics& statistics);

/// out[i] = the aggregate over the terms' frequencies in document i, or the value that all documents share.
void statistic(const BoundStatistic& bound, std::span<const DocId> docs, float* out, Arena& arena);

}  // namespace rescora::features

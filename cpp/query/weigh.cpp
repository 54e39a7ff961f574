/// Sends each kind of query to its `weigh`, and makes BM25 weights of statistics.
#include "query/weigh.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "plan/blend.h"
#include "plan/prepare.h"
#include "query/kinds.h"

namespace rescora::query {

void Weigher::weigh_query(const plan::QueryPtr& query, float boost, plan::Weighted& weighted) {
    weighted.boost = boost;
    std::visit([&](const auto& kind) { weigh(kind, weighted, *this); }, query->node);
    if (!weighted.query) weighted.query = query;
}

void Weigher::weigh_by_bm25(const index::ShardField& field, std::vector<plan::TermStatistics> terms, float boost,
                            plan::Bm25Weight& weight) const {
    const plan::FieldStatistics all = field_statistics(field);
    weight.boost = boost;
    weight.k1 = field.k1();
    weight.b = field.b();
    weight.document_count = all.document_count;
    weight.average_length = segment::average_length(all.sum_term_frequency, all.document_count);
    double sum = 0;
    for (const plan::TermStatistics& term : terms) sum += static_cast<double>(term.idf);
    weight.idf = static_cast<float>(sum);
    weight.terms = std::move(terms);
    weight.weight = weight.scaled_boost() * weight.idf;
    if (!std::isfinite(weight.weight)) throw InvalidArgument("a boost makes the weight of a word infinite");
    weight.inverse_norms = field.inverse_norms().data();
    if (statistics_.of() == plan::StatisticsOf::all_shards || field.type() == segment::FieldType::integer) {
        weight.own_norms = std::make_shared<const std::array<float, 256>>(
            segment::make_inverse_norms(weight.k1, weight.b, weight.average_length));
        weight.inverse_norms = weight.own_norms->data();
    }
}

std::uint64_t Weigher::blended_frequency(const plan::Term& query) {
    if (blended_ != query.blended_with) {
        frequencies_ = plan::blend(*query.blended_with, shard);
        blended_ = query.blended_with;
    }
    return frequencies_[static_cast<std::size_t>(std::ranges::find(*blended_, query) - blended_->begin())];
}

plan::WeightedQuery weigh(const plan::QueryPtr& query, const index::ShardReader& shard,
                          const plan::Statistics& statistics, Scored scored) {
    auto root = std::make_shared<plan::Weighted>();
    Weigher(shard, statistics, scored).weigh_query(plan::resolve(query, shard), 1, *root);
    return {std::move(root), &shard};
}

}  // namespace rescora::query

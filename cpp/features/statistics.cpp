/// Term statistics, aggregated in float64 in the order of the text and rounded once.
#include "features/statistics.h"

#include <algorithm>
#include <limits>

#include "base/budget.h"
#include "kernels/table.h"
#include "plan/bm25.h"

namespace rescora::features {

namespace {

constexpr float nothing = std::numeric_limits<float>::quiet_NaN();

/// A running minimum, maximum, sum and count.
class Aggregator {
 public:
    void add(double value) {
        least_ = count_ == 0 ? value : std::min(least_, value);
        most_ = count_ == 0 ? value : std::max(most_, value);
        sum_ += value;
        ++count_;
    }
    float result(plan::Aggregate aggregate) const {
        if (count_ == 0) return nothing;
        switch (aggregate) {
            case plan::Aggregate::min:
                return static_cast<float>(least_);
            case plan::Aggregate::max:
                return static_cast<float>(most_);
            case plan::Aggregate::mean:
                return static_cast<float>(sum_ / static_cast<double>(count_));
            case plan::Aggregate::sum:
                return static_cast<float>(sum_);
        }
        return nothing;
    }

 private:
    double least_ = 0, most_ = 0, sum_ = 0;
    std::size_t count_ = 0;
};

double of_word(const plan::TermStatisticColumn& column, const std::string& word, const index::ShardReader& shard,
               const plan::Statistics& statistics) {
    const plan::TermFrequencies of_term = statistics.total(shard, column.field, word);
    if (column.statistic == plan::TermStatistic::ttf) return static_cast<double>(of_term.total_term_frequency);
    if (column.statistic == plan::TermStatistic::df) return static_cast<double>(of_term.document_frequency);
    const std::uint64_t documents = statistics.total(shard, column.field).document_count;
    return static_cast<double>(plan::idf(of_term.document_frequency, documents));
}

std::uint32_t frequency(const segment::Field& field, const postings::WordList& words, DocId doc, TermId word,
                        const kernels::Table& kernels) {
    if (field.norms.empty()) return std::ranges::binary_search(field.ordinals.values(doc), word) ? 1 : 0;
    const std::uint32_t at = words.find(word, kernels);
    return at < words.size() ? words.term_frequency(at) : 0;
}

}  // namespace

BoundStatistic bind_statistic(const plan::TermStatisticColumn& column, const index::ShardReader& shard,
                              std::size_t segment, const plan::Statistics& statistics) {
    BoundStatistic bound{&column, shard.segment(segment).field(column.field), {}, nothing};
    if (column.statistic == plan::TermStatistic::count) {
        bound.value = static_cast<float>(column.words.size());
    } else if (column.statistic == plan::TermStatistic::tf) {
        for (const std::string& word : column.words)
            bound.words.push_back(bound.field == nullptr ? no_term : bound.field->words.find(word));
    } else {
        Aggregator all;
        for (const std::string& word : column.words) all.add(of_word(column, word, shard, statistics));
        bound.value = all.result(column.aggregate);
    }
    return bound;
}

void statistic(const BoundStatistic& bound, std::span<const DocId> docs, float* out, Arena& arena) {
    if (bound.column->statistic != plan::TermStatistic::tf) {
        std::fill_n(out, docs.size(), bound.value);
        return;
    }
    const kernels::Table& kernels = kernels::active();
    for (std::size_t i = 0; i < docs.size(); ++i) {
        ask_for_work(arena, 32 + 16 * bound.words.size());
        const postings::WordList words = bound.field == nullptr || bound.field->norms.empty()
                                             ? postings::WordList{}
                                             : bound.field->forward.words(docs[i]);
        Aggregator all;
        for (const TermId word : bound.words)
            all.add(word == no_term ? 0 : frequency(*bound.field, words, docs[i], word, kernels));
        out[i] = all.result(bound.column->aggregate);
    }
}

}  // namespace rescora::features

/// Terms by falling frequency, each step down one more than the step before.
#include "plan/blend.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "plan/statistics.h"

namespace rescora::plan {

std::vector<std::uint64_t> blend(std::span<const Term> terms, const index::ShardReader& shard) {
    const Statistics statistics(std::span(&shard, 1));
    std::vector<std::uint64_t> frequencies;
    std::uint64_t greatest = 0, most = shard.num_docs();
    for (const Term& term : terms) {
        frequencies.push_back(statistics.document_frequency(term.field, term.term));
        greatest = std::max(greatest, frequencies.back());
        if (frequencies.back() != 0) most = std::min(most, statistics.field(term.field).sum_term_frequency);
    }
    std::vector<std::size_t> order(terms.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return frequencies[i]; });

    std::vector<std::uint64_t> blended(terms.size(), 0);
    std::uint64_t actual = std::min(most, greatest), previous = greatest;
    for (const std::size_t i : order) {
        if (frequencies[i] == 0) break;
        if (previous > frequencies[i]) ++actual;
        blended[i] = std::min({most, actual, statistics.field(terms[i].field).document_count});
        previous = frequencies[i];
    }
    return blended;
}

}  // namespace rescora::plan

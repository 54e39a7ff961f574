/// Terms by falling frequency, each step down one more than the step before.
#include "plan/blend.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace rescora::plan {

std::vector<std::uint64_t> blend(std::span<const Term> terms, const index::ShardReader& shard) {
    std::vector<std::uint64_t> frequencies;
    const auto field_of = [&](const Term& term) { return shard.field(term.field); };
    std::uint64_t greatest = 0, most = shard.num_docs();
    for (const Term& term : terms) {
        const auto* field = field_of(term);
        frequencies.push_back(field == nullptr ? 0 : field->statistics(term.term).document_frequency);
        greatest = std::max(greatest, frequencies.back());
        if (frequencies.back() != 0) most = std::min(most, field->statistics().sum_term_frequency);
    }
    std::vector<std::size_t> order(terms.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return frequencies[i]; });

    std::vector<std::uint64_t> blended(terms.size(), 0);
    std::uint64_t actual = std::min(most, greatest), previous = greatest;
    for (const std::size_t i : order) {
        if (frequencies[i] == 0) break;
        if (previous > frequencies[i]) ++actual;
        blended[i] = std::min({most, actual, field_of(terms[i])->statistics().document_count});
        previous = frequencies[i];
    }
    return blended;
}

}  // namespace rescora::plan

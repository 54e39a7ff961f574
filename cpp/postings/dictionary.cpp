/// Look-up of terms: by hash table, or by binary search in byte order.
#include "postings/dictionary.h"

#include <algorithm>
#include <bit>

#include "base/budget.h"
#include "base/hash.h"

namespace rescora::postings {

namespace {

std::uint64_t hash_of(std::string_view word) {
    return hash64(std::as_bytes(std::span(word.data(), word.size())));
}

}  // namespace

std::string_view Dictionary::word(TermId id) const {
    if (id >= size()) return {};
    const std::uint64_t begin = starts_[id], end = starts_[id + 1];
    if (begin > end || end > bytes_.size()) return {};
    return bytes_.substr(begin, end - begin);
}

TermId Dictionary::find(std::string_view word) const {
    if (table_.empty()) return no_term;
    const std::size_t mask = table_.size() - 1;
    // files of version 2 do not list crowded terms, however long a search is
    const std::size_t most = crowded_ ? std::min(most_probes, table_.size()) : table_.size();
    std::size_t slot = hash_of(word) & mask;
    for (std::size_t probes = 0; probes < most; ++probes, slot = (slot + 1) & mask) {
        const std::uint32_t entry = table_[slot];
        if (entry == 0) return no_term;
        if (entry <= size() && this->word(entry - 1) == word) return entry - 1;
    }
    return crowded_ ? find_crowded(word) : no_term;
}

TermId Dictionary::find_crowded(std::string_view word) const {
    const auto at =
        std::ranges::lower_bound(*crowded_, word, {}, [this](std::uint32_t rank) { return this->word(rank); });
    return at != crowded_->end() && *at < size() && this->word(*at) == word ? *at : no_term;
}

std::array<TermId, Dictionary::most_fetched> Dictionary::fetch_ahead(std::span<const std::string_view> words) const {
    std::array<TermId, most_fetched> ranks;
    ranks.fill(no_term);
    if (table_.empty()) return ranks;
    std::array<std::size_t, most_fetched> slots;
    const std::size_t n = std::min(words.size(), most_fetched);
    for (std::size_t i = 0; i < n; ++i) {
        slots[i] = hash_of(words[i]) & (table_.size() - 1);
        __builtin_prefetch(&table_[slots[i]]);
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t entry = table_[slots[i]];
        if (entry == 0 || entry > size()) continue;
        ranks[i] = entry - 1;
        __builtin_prefetch(&starts_[ranks[i]]);
    }
    for (std::size_t i = 0; i < n; ++i)
        if (ranks[i] != no_term && starts_[ranks[i]] < bytes_.size())
            __builtin_prefetch(bytes_.data() + starts_[ranks[i]]);
    return ranks;
}

TermId Dictionary::lower_bound(std::string_view word) const {
    TermId first = 0, count = size();
    while (count > 0) {
        const TermId half = count / 2;
        if (this->word(first + half) < word) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

std::pair<TermId, TermId> Dictionary::with_prefix(std::string_view prefix) const {
    const TermId first = lower_bound(prefix);
    TermId low = first, high = size();
    while (low < high) {
        const TermId middle = low + (high - low) / 2;
        if (word(middle).starts_with(prefix))
            low = middle + 1;
        else
            high = middle;
    }
    return {first, low};
}

DictionaryParts make_dictionary(std::span<const std::string_view> words, Budget* budget) {
    DictionaryParts parts;
    std::size_t total = 0;
    for (const auto word : words) total += word.size();
    parts.bytes.reserve(total);
    parts.starts.reserve(words.size() + 1);
    parts.starts.push_back(0);
    parts.table.assign(std::bit_ceil(words.size() * 2 + 1), 0);
    const std::size_t mask = parts.table.size() - 1;
    for (std::uint32_t rank = 0; rank < words.size(); ++rank) {
        ask_after(4096, rank, budget);
        const auto word = words[rank];
        parts.bytes.insert(parts.bytes.end(), word.begin(), word.end());
        parts.starts.push_back(parts.bytes.size());
        std::size_t slot = hash_of(word) & mask, probes = 1;
        for (; parts.table[slot] != 0 && probes < Dictionary::most_probes; ++probes) slot = (slot + 1) & mask;
        if (parts.table[slot] == 0)
            parts.table[slot] = rank + 1;
        else
            parts.crowded.push_back(rank);
    }
    std::ranges::sort(parts.crowded, {}, [&](std::uint32_t rank) { return words[rank]; });
    return parts;
}

}  // namespace rescora::postings

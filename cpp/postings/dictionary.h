/// A field's term dictionary: terms in byte order, with a hash table for look-up in one probe.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/types.h"

namespace rescora {
class Budget;
}

namespace rescora::postings {

/// A view of its sections. Damaged bytes give wrong terms, never a read out of bounds.
class Dictionary {
 public:
    Dictionary() = default;

    /// `starts`: one more than there are terms, into `bytes`. `table`: open addressing, a power of two of slots,
    /// each a term's rank plus 1, or 0 where it is empty; a term's slot is hash64 of its bytes, then the next ones.
    /// `crowded`: the ranks of the terms that found most_probes slots taken, in byte order. Anybody can choose terms
    /// that collide; so probing ends after some slots, and these terms are found by binary search. Nothing, not an
    /// empty list, in files of version 2, which do not have it: there a search ends at an empty slot.
    Dictionary(std::span<const std::uint64_t> starts, std::string_view bytes, std::span<const std::uint32_t> table,
               std::optional<std::span<const std::uint32_t>> crowded = std::nullopt)
        : starts_(starts), bytes_(bytes), table_(table), crowded_(crowded) {}

    /// Of terms that nobody chose to collide, four in a million meet with so many.
    static constexpr std::size_t most_probes = 64;

    std::uint32_t size() const { return starts_.empty() ? 0 : static_cast<std::uint32_t>(starts_.size() - 1); }

    /// The term of a rank; empty for a rank that is not there.
    std::string_view word(TermId id) const;

    /// The rank of a term, or no_term.
    TermId find(std::string_view word) const;

    /// Prefetches what finding these terms will read, step by step for all of them at once: one after the other each
    /// would wait for memory three times. Gives the rank that each probably has, or no_term.
    static constexpr std::size_t most_fetched = 16;
    std::array<TermId, most_fetched> fetch_ahead(std::span<const std::string_view> words) const;

    /// The rank of the first term that is not before `word` in byte order.
    TermId lower_bound(std::string_view word) const;

    /// The ranks [first, last) of the terms that begin with `prefix`.
    std::pair<TermId, TermId> with_prefix(std::string_view prefix) const;

 private:
    TermId find_crowded(std::string_view word) const;

    std::span<const std::uint64_t> starts_;
    std::string_view bytes_;
    std::span<const std::uint32_t> table_;
    std::optional<std::span<const std::uint32_t>> crowded_;
};

/// The sections of a dictionary over terms that are given in byte order.
struct DictionaryParts {
    std::vector<std::uint64_t> starts;
    std::vector<char> bytes;
    std::vector<std::uint32_t> table, crowded;
};

DictionaryParts make_dictionary(std::span<const std::string_view> words, Budget* budget = nullptr);

}  // namespace rescora::postings

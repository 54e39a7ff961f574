/// A field's words: in byte order, each found by its bytes in one look.
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

/// A view of three sections. Damaged bytes give wrong words, never a read out of bounds.
class Dictionary {
 public:
    Dictionary() = default;

    /// `starts`: one more than there are words, into `bytes`. `table`: open addressing, a power of two of slots,
    /// each a word's rank plus 1, or 0 where it is empty; a word's slot is hash64 of its bytes, then the next ones.
    /// `crowded`: the ranks of the words that found most_probes slots taken, in byte order of the words. Anybody can
    /// choose words that want one slot; so a search ends after some probes, and what is left is halved. Nothing, not an
    /// empty list, where no words were told apart, as in files of version 2: there a search ends at an empty slot.
    Dictionary(std::span<const std::uint64_t> starts, std::string_view bytes, std::span<const std::uint32_t> table,
               std::optional<std::span<const std::uint32_t>> crowded = std::nullopt)
        : starts_(starts), bytes_(bytes), table_(table), crowded_(crowded) {}

    /// Of words that nobody chose, four in a million meet with so many.
    static constexpr std::size_t most_probes = 64;

    std::uint32_t size() const { return starts_.empty() ? 0 : static_cast<std::uint32_t>(starts_.size() - 1); }

    /// The word of a rank; empty for a rank that is not there.
    std::string_view word(TermId id) const;

    /// The rank of a word, or no_term.
    TermId find(std::string_view word) const;

    /// Asks the processor to fetch what finding these words will read, step by step for all of them at once: one after
    /// the other each would wait for memory three times. Gives the rank that each probably has, or no_term.
    static constexpr std::size_t most_fetched = 16;
    std::array<TermId, most_fetched> fetch_ahead(std::span<const std::string_view> words) const;

    /// The rank of the first word that is not before `word` in byte order.
    TermId lower_bound(std::string_view word) const;

    /// The ranks [first, last) of the words that begin with `prefix`.
    std::pair<TermId, TermId> with_prefix(std::string_view prefix) const;

 private:
    TermId find_crowded(std::string_view word) const;

    std::span<const std::uint64_t> starts_;
    std::string_view bytes_;
    std::span<const std::uint32_t> table_;
    std::optional<std::span<const std::uint32_t>> crowded_;
};

/// The sections of a dictionary over words that are given in their order.
struct DictionaryParts {
    std::vector<std::uint64_t> starts;
    std::vector<char> bytes;
    std::vector<std::uint32_t> table, crowded;
};

DictionaryParts make_dictionary(std::span<const std::string_view> words, Budget* budget = nullptr);

}  // namespace rescora::postings

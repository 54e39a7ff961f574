/// Distinct words, numbered in order of first appearance.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace rescora::segment {

class WordTable {
 public:
    /// The word's number; a new one when it was not seen before.
    std::uint32_t number(std::string_view word) {
        if ((words_.size() + 1) * 2 > slots_.size()) grow();
        const std::uint64_t hash = hash64(std::as_bytes(std::span(word.data(), word.size())));
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
            Slot& entry = slots_[slot];
            if (entry.number == 0) {
                words_.push_back(keep(word));
                entry = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(words_.size())};
                return entry.number - 1;
            }
            if (entry.hash == static_cast<std::uint32_t>(hash >> 32) && words_[entry.number - 1] == word)
                return entry.number - 1;
        }
    }

    const std::vector<std::string_view>& words() const { return words_; }

 private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t number = 0;  ///< plus 1; 0 for an empty slot
    };
    static constexpr std::size_t chunk_size = 1 << 16;

    void grow() {
        std::vector<Slot> bigger(slots_.empty() ? 1024 : slots_.size() * 2);
        const std::size_t mask = bigger.size() - 1;
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const std::uint64_t hash = hash64(std::as_bytes(std::span(words_[i].data(), words_[i].size())));
            std::size_t slot = hash & mask;
            while (bigger[slot].number != 0) slot = (slot + 1) & mask;
            bigger[slot] = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(i + 1)};
        }
        slots_ = std::move(bigger);
    }

    /// Copies a word to memory that does not move.
    std::string_view keep(std::string_view word) {
        if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < word.size()) {
            chunks_.emplace_back();
            chunks_.back().reserve(word.size() > chunk_size ? word.size() : chunk_size);
        }
        std::string& chunk = chunks_.back();
        const std::size_t at = chunk.size();
        chunk.append(word);
        return {chunk.data() + at, word.size()};
    }

    std::deque<std::string> chunks_;
    std::vector<std::string_view> words_;
    std::vector<Slot> slots_;
};

}  // namespace rescora::segment

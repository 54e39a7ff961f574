/// A hash table that numbers distinct tokens in order of first appearance.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/keyed_hash.h"
#include "text/segmenter.h"

namespace rescora::segment {

/// A slot holds a short token itself, as most are, so that finding it again takes one memory access.
class WordTable {
 public:
    /// The token's number; a new one when it was not seen before.
    std::uint32_t number(std::string_view word) {
        make_room(1);
        const Key key = key_of(word, word.size());
        return number(word, key, hash_of(key));
    }

    /// Hands over the number of each of a text's tokens, in order. Slots are prefetched some tokens ahead: most of a
    /// token's time is spent waiting for its slot.
    template <class Take>
    void number_each(std::string_view text, std::span<const text::Word> words, const Take& take) {
        constexpr std::size_t ahead = 16;
        std::array<Key, ahead> keys;
        std::array<std::uint64_t, ahead> hashes;
        const auto word_at = [&](std::size_t i) { return text.substr(words[i].begin, words[i].end - words[i].begin); };
        for (std::size_t first = 0; first < words.size(); first += ahead) {
            const std::size_t n = std::min(ahead, words.size() - first);
            make_room(n);
            for (std::size_t i = 0; i < n; ++i) {
                keys[i] = key_of(word_at(first + i), text.size() - words[first + i].begin);
                hashes[i] = hash_of(keys[i]);
                __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
            }
            for (std::size_t i = 0; i < n; ++i) take(number(word_at(first + i), keys[i], hashes[i]));
        }
    }

    const std::vector<std::string_view>& words() const { return words_; }

 private:
    /// A short token's bytes, or a long one's hash; and the length.
    struct Key {
        std::uint64_t first = 0, second = 0;
        std::uint32_t length = 0;

        static constexpr std::size_t most = 2 * sizeof(std::uint64_t);
        bool is_whole() const { return length <= most; }
    };
    struct Slot {
        std::uint64_t first = 0, second = 0;
        std::uint32_t length = 0;
        std::uint32_t number = 0;  ///< plus 1; 0 for an empty slot

        bool holds(const Key& key) const { return first == key.first && second == key.second && length == key.length; }
    };
    static constexpr std::size_t chunk_size = 1 << 16;

    static std::uint64_t hash_of(const Key& key) {
        return key.is_whole() ? keyed_hash(key.first, key.second, key.length) : key.first;
    }

    static Key key_of(std::string_view word, std::size_t readable) {
        const auto length = static_cast<std::uint32_t>(word.size());
        if (length > Key::most) return {keyed_hash(word), 0, length};
        std::array<std::uint64_t, 2> bytes{};
        if (readable >= sizeof bytes) {
            std::memcpy(bytes.data(), word.data(), sizeof bytes);
            bytes[0] &= low_bytes[std::min(length, 8u)];
            bytes[1] &= low_bytes[std::max(length, 8u) - 8];
        } else if (length > 0) {
            std::memcpy(bytes.data(), word.data(), length);
        }
        return {bytes[0], bytes[1], length};
    }

    /// Masks of the n lowest bytes.
    static constexpr std::array<std::uint64_t, 9> low_bytes = [] {
        std::array<std::uint64_t, 9> masks{};
        for (std::size_t n = 1; n < masks.size(); ++n) masks[n] = masks[n - 1] << 8 | 0xFF;
        return masks;
    }();

    void make_room(std::size_t words) {
        while ((words_.size() + words) * 2 > slots_.size()) grow();
    }

    std::uint32_t number(std::string_view word, const Key& key, std::uint64_t hash) {
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
            Slot& entry = slots_[slot];
            if (entry.number == 0) return add(word, key, entry);
            if (entry.holds(key) && (key.is_whole() || words_[entry.number - 1] == word)) return entry.number - 1;
        }
    }

    std::uint32_t add(std::string_view word, const Key& key, Slot& slot) {
        words_.push_back(keep(word));
        slot = {key.first, key.second, key.length, static_cast<std::uint32_t>(words_.size())};
        return slot.number - 1;
    }

    void grow() {
        std::vector<Slot> bigger(slots_.empty() ? 1024 : slots_.size() * 2);
        const std::size_t mask = bigger.size() - 1;
        for (const Slot& entry : slots_) {
            if (entry.number == 0) continue;
            std::size_t slot = hash_of({entry.first, entry.second, entry.length}) & mask;
            while (bigger[slot].number != 0) slot = (slot + 1) & mask;
            bigger[slot] = entry;
        }
        slots_ = std::move(bigger);
    }

    /// Copies a token to memory that does not move.
    std::string_view keep(std::string_view word) {
        if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < word.size()) {
            chunks_.emplace_back();
            chunks_.back().reserve(std::max(word.size(), chunk_size));
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

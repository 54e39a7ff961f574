/// Encoding and decoding of the forward index's blocks.
#include "postings/forward.h"

#include <algorithm>
#include <cstring>

namespace rescora::postings {

namespace {

constexpr std::size_t header_size = 8;
constexpr std::uint32_t item_count_bits = 30;
constexpr std::uint32_t item_count_mask = (1u << item_count_bits) - 1;

/// Widths are kept as 0, 1, 2 for one, two, four bytes.
constexpr std::uint32_t width_code(std::uint32_t greatest) {
    return greatest < 0x100 ? 0 : greatest < 0x10000 ? 1 : 2;
}

std::size_t whole_units(std::size_t size) {
    return (size + Forward::unit - 1) / Forward::unit * Forward::unit;
}

template <class T>
void store(std::byte* at, T value) {
    std::memcpy(at, &value, sizeof value);
}

/// Writes numbers of one width, one after another.
class Numbers {
 public:
    Numbers(std::byte* at, std::size_t width) : at_(at), width_(width) {}
    void add(std::uint32_t number) {
        std::memcpy(at_, &number, width_);  // little-endian: the lowest bytes come first
        at_ += width_;
    }

 private:
    std::byte* at_;
    std::size_t width_;
};

}  // namespace

std::uint32_t WordList::lower_bound(TermId word) const {
    std::uint32_t first = 0, count = count_;
    while (count > 0) {
        const std::uint32_t half = count / 2;
        if (this->word(first + half) < word) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

WordList Forward::words(Extent extent) const {
    WordList list;
    const std::size_t begin = std::size_t{extent.begin} * unit, end = std::size_t{extent.end} * unit;
    if (end > bytes_.size() || end < begin + header_size) return list;
    const std::byte* at = bytes_.data() + begin;
    const auto count = load<std::uint32_t>(at);
    const auto packed = load<std::uint32_t>(at + 4);
    const std::uint32_t code = packed >> item_count_bits;
    if (code > 2) return list;
    const std::uint32_t items = packed & item_count_mask, width = 1u << code;
    const std::uint32_t stride = WordList::word_size + width;

    const std::size_t entries_at = header_size + whole_units(count);
    const std::size_t items_at = entries_at + std::size_t{count} * stride;
    if (items_at + std::size_t{items} * width > end - begin) return list;
    list.count_ = count;
    list.item_count_ = items;
    list.width_ = static_cast<std::uint8_t>(width);
    list.stride_ = stride;
    list.fingerprints_ = at + header_size;
    list.entries_ = at + entries_at;
    list.items_ = at + items_at;
    return list;
}

namespace {

/// The occurrences of one term.
using Word = std::span<const Occurrence>;

template <class Use>
void each_word(std::span<const Occurrence> occurrences, const Use& use) {
    for (std::size_t begin = 0, end; begin < occurrences.size(); begin = end) {
        end = begin + 1;
        while (end < occurrences.size() && occurrences[end].word == occurrences[begin].word) ++end;
        use(occurrences.subspan(begin, end - begin));
    }
}

/// The counts that decide a block's size.
struct Size {
    std::uint32_t words, items, greatest_position;
};

/// Counts without a branch: whether a term occurs once or more often cannot be predicted.
Size size_of(std::span<const Occurrence> occurrences) {
    std::uint32_t words = 0, single = 0, greatest = 0;
    bool first = true;
    for (std::size_t i = 0; i < occurrences.size(); ++i) {
        const bool last = i + 1 == occurrences.size() || occurrences[i + 1].word != occurrences[i].word;
        words += last;
        single += first && last;
        first = last;
        greatest = std::max(greatest, occurrences[i].position);
    }
    const auto all = static_cast<std::uint32_t>(occurrences.size());
    return {words, all - single + (words - single), greatest};
}

}  // namespace

void encode_words(std::span<const Occurrence> occurrences, std::vector<std::byte>& out) {
    if (occurrences.empty()) return;
    const auto [count, items, greatest] = size_of(occurrences);
    const std::uint32_t code = width_code(std::max(greatest, items));
    const std::size_t width = std::size_t{1} << code, entries_at = header_size + whole_units(count);
    const std::size_t items_at = entries_at + count * (4 + width), begin = out.size();
    out.resize(begin + whole_units(items_at + items * width));
    std::byte *block = out.data() + begin, *fingerprint_at = block + header_size, *entry = block + entries_at;
    Numbers item(block + items_at, width);
    store(block, count);
    store(block + 4, items | (code << item_count_bits));

    std::uint32_t start = 0;
    each_word(occurrences, [&](Word word) {
        const TermId term = word.front().word;
        const bool once = word.size() == 1;
        store(fingerprint_at++, fingerprint(term));
        store(entry, term | (once ? stands_once : 0));
        Numbers(entry + 4, width).add(once ? word.front().position : start);
        entry += 4 + width;
        if (once) return;
        item.add(static_cast<std::uint32_t>(word.size()));
        for (const Occurrence& occurrence : word) item.add(occurrence.position);
        start += static_cast<std::uint32_t>(word.size()) + 1;
    });
}

}  // namespace rescora::postings

/// Writing and reading one document's block.
#include "postings/forward.h"

#include <algorithm>

namespace rescora::postings {

namespace {

constexpr std::size_t header_size = 8;
constexpr std::uint32_t position_count_bits = 28;
constexpr std::uint32_t position_count_mask = (1u << position_count_bits) - 1;

/// Widths are kept as 0, 1, 2 for one, two, four bytes.
constexpr std::uint32_t width_code(std::uint32_t greatest) {
    return greatest < 0x100 ? 0 : greatest < 0x10000 ? 1 : 2;
}

std::size_t whole_units(std::size_t size) {
    return (size + Forward::unit - 1) / Forward::unit * Forward::unit;
}

std::uint32_t load_width(const std::byte* at, std::uint32_t i, std::uint8_t width) {
    return Positions(at, i + 1, width)[i];
}

template <class T>
void append(std::vector<std::byte>& out, T value) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    out.insert(out.end(), bytes, bytes + sizeof value);
}

void append_width(std::vector<std::byte>& out, std::uint32_t value, std::uint32_t code) {
    if (code == 0)
        append(out, static_cast<std::uint8_t>(value));
    else if (code == 1)
        append(out, static_cast<std::uint16_t>(value));
    else
        append(out, value);
}

}  // namespace

std::uint32_t WordList::start(std::uint32_t i) const {
    return i >= count_ ? position_count_ : std::min(load_width(starts_, i, start_width_), position_count_);
}

Positions WordList::positions(std::uint32_t i) const {
    const std::uint32_t begin = start(i), end = start(i + 1);
    if (end <= begin) return {};
    return {positions_ + std::size_t{begin} * position_width_, end - begin, position_width_};
}

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

WordList Forward::words(DocId doc) const {
    WordList list;
    const std::size_t begin = std::size_t{offsets_[doc]} * unit, end = std::size_t{offsets_[doc + 1]} * unit;
    if (end > bytes_.size() || end < begin + header_size) return list;
    const std::byte* at = bytes_.data() + begin;
    const auto count = load<std::uint32_t>(at);
    const auto packed = load<std::uint32_t>(at + 4);
    const std::uint32_t start_code = (packed >> position_count_bits) & 3u, position_code = packed >> 30;
    if (start_code > 2 || position_code > 2) return list;
    list.position_count_ = packed & position_count_mask;
    list.start_width_ = static_cast<std::uint8_t>(1u << start_code);
    list.position_width_ = static_cast<std::uint8_t>(1u << position_code);

    const std::size_t words_at = header_size + whole_units(count);
    const std::size_t starts_at = words_at + std::size_t{count} * 4;
    const std::size_t positions_at = starts_at + std::size_t{count} * list.start_width_;
    if (positions_at + std::size_t{list.position_count_} * list.position_width_ > end - begin) return WordList{};
    list.count_ = count;
    list.fingerprints_ = at + header_size;
    list.words_ = at + words_at;
    list.starts_ = at + starts_at;
    list.positions_ = at + positions_at;
    return list;
}

void encode_words(std::span<const Occurrence> occurrences, std::vector<std::byte>& out) {
    if (occurrences.empty()) return;
    std::uint32_t count = 0, greatest = 0;
    for (std::size_t i = 0; i < occurrences.size(); ++i) {
        count += i == 0 || occurrences[i].word != occurrences[i - 1].word;
        greatest = std::max(greatest, occurrences[i].position);
    }
    const auto total = static_cast<std::uint32_t>(occurrences.size());
    const std::uint32_t start_code = width_code(total), position_code = width_code(greatest);
    append(out, count);
    append(out, total | (start_code << position_count_bits) | (position_code << 30));

    const auto each_word = [&](const auto& give) {
        for (std::uint32_t i = 0; i < total; ++i)
            if (i == 0 || occurrences[i].word != occurrences[i - 1].word) give(occurrences[i].word, i);
    };
    each_word([&](TermId word, std::uint32_t) { append(out, fingerprint(word)); });
    out.resize(whole_units(out.size()));
    each_word([&](TermId word, std::uint32_t) { append(out, word); });
    each_word([&](TermId, std::uint32_t start) { append_width(out, start, start_code); });
    for (const Occurrence& occurrence : occurrences) append_width(out, occurrence.position, position_code);
    out.resize(whole_units(out.size()));
}

}  // namespace rescora::postings

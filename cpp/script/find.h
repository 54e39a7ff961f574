/// Substring search in linear time.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rescora::script {

/// Calls use(place) with each place where `part`, which is not empty, stands in [begin, end), until use says false.
///
/// Source  Knuth, Morris, Pratt, "Fast pattern matching in strings", 1977.
template <class Iterator, class Use>
void find_by_table(const Iterator& begin, const Iterator& end, const Iterator& part, std::size_t size, Use use) {
    std::vector<std::uint32_t> border(size + 1, 0);  // of each beginning of the part: its longest border
    const auto unit_of = [&](std::uint32_t place) { return part[static_cast<std::ptrdiff_t>(place)]; };
    const auto longer = [&](std::uint32_t matched, auto unit) {
        while (matched > 0 && unit_of(matched) != unit) matched = border[matched];
        return matched + (unit_of(matched) == unit ? 1u : 0u);
    };
    for (std::uint32_t i = 1; i < size; ++i) border[i + 1] = longer(border[i], unit_of(i));
    std::uint32_t matched = 0;
    for (Iterator at = begin; at != end; ++at) {
        matched = longer(matched, *at);
        if (matched < size) continue;
        if (!use(static_cast<std::size_t>(at - begin) + 1 - size)) return;
        matched = border[matched];
    }
}

/// The library's functions compare the part at any place where its first unit stands: good while that is little.
constexpr std::size_t short_part = 8, short_text = 128;

/// As View::find.
template <class View>
std::size_t find_first(View text, View part, std::size_t from = 0) {
    if (part.size() <= short_part || text.size() <= short_text) return text.find(part, from);
    std::size_t found = View::npos;
    if (from > text.size()) return found;
    const View rest = text.substr(from);
    find_by_table(rest.begin(), rest.end(), part.begin(), part.size(), [&](std::size_t place) {
        found = from + place;
        return false;
    });
    return found;
}

/// As View::rfind.
template <class View>
std::size_t find_last(View text, View part) {
    if (part.size() <= short_part || text.size() <= short_text) return text.rfind(part);
    std::size_t found = View::npos;
    find_by_table(text.rbegin(), text.rend(), part.rbegin(), part.size(), [&](std::size_t place) {
        found = text.size() - place - part.size();
        return false;
    });
    return found;
}

/// All places where a part that is not empty stands, none over another.
template <class View>
std::vector<std::size_t> find_all(View text, View part) {
    std::vector<std::size_t> places;
    if (part.size() <= short_part || text.size() <= short_text) {
        for (std::size_t at = text.find(part); at != View::npos; at = text.find(part, at + part.size()))
            places.push_back(at);
    } else {
        std::size_t free = 0;
        find_by_table(text.begin(), text.end(), part.begin(), part.size(), [&](std::size_t place) {
            if (place >= free) {
                places.push_back(place);
                free = place + part.size();
            }
            return true;
        });
    }
    return places;
}

}  // namespace rescora::script

/// Porter's stemmer, step by step.
#include "text/porter.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "text/utf8.h"

namespace rescora::text {
namespace {

struct Ending {
    std::string_view suffix, replacement;
};

/// In each list the first ending that fits decides, so an ending stands before its own ending (ement, ment, ent).
constexpr Ending step_2[] = {
    {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
    {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"}, {"eli", "e"},     {"ousli", "ous"},
    {"ization", "ize"}, {"ation", "ate"},   {"ator", "ate"},  {"alism", "al"},  {"iveness", "ive"},
    {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},  {"iviti", "ive"}, {"biliti", "ble"},
    {"logi", "log"},
};
constexpr Ending step_3[] = {
    {"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""},
};
constexpr std::string_view step_4[] = {
    "al",  "ance", "ence", "er",  "ic",  "able", "ible", "ant", "ement", "ment",
    "ent", "ion",  "ou",   "ism", "ate", "iti",  "ous",  "ive", "ize",
};

/// A word of more than two units, on its way to its stem. Text is std::string or std::u16string: one unit, one letter.
template <class Text>
class Stemmer {
 public:
    explicit Stemmer(Text& word) : word_(word) {}

    void run() {
        drop_plural();
        drop_past_and_progressive();
        if (ends("y") && has_vowel(word_.size() - 1)) word_.back() = 'i';
        replace_first(step_2);
        replace_first(step_3);
        drop_first();
        drop_final_e();
        if (word_.back() == 'l' && ends_doubled() && measure(word_.size()) > 1) word_.pop_back();
    }

 private:
    bool ends(std::string_view suffix) const {
        return word_.size() >= suffix.size() && std::equal(suffix.begin(), suffix.end(), word_.end() - length(suffix));
    }

    static std::ptrdiff_t length(std::string_view text) { return static_cast<std::ptrdiff_t>(text.size()); }

    void drop(std::size_t letters) { word_.erase(word_.size() - letters); }

    void put(std::string_view letters) {
        // Not append: GCC 12 wrongly warns of an overlap in it.
        for (const char letter : letters) word_.push_back(static_cast<typename Text::value_type>(letter));
    }

    /// A y is a vowel after a consonant, so a run of them alternates.
    bool is_consonant(std::size_t at) const {
        std::size_t first = at;
        while (first > 0 && word_[first] == 'y') --first;
        const bool run_opens = is_consonant_after(first, false);
        return (at - first) % 2 == 0 ? run_opens : !run_opens;
    }

    bool is_consonant_after(std::size_t at, bool after_consonant) const {
        switch (word_[at]) {
            case 'a':
            case 'e':
            case 'i':
            case 'o':
            case 'u':
                return false;
            case 'y':
                return !after_consonant;
            default:
                return true;
        }
    }

    /// m: how often a vowel is followed by a consonant in the first `size` letters.
    int measure(std::size_t size) const {
        int times = 0;
        bool consonant = false;
        for (std::size_t at = 0; at < size; ++at) {
            const bool before = consonant;
            consonant = is_consonant_after(at, before);
            if (at > 0 && consonant && !before) ++times;
        }
        return times;
    }

    bool has_vowel(std::size_t size) const {
        bool consonant = false;
        for (std::size_t at = 0; at < size; ++at) {
            consonant = is_consonant_after(at, consonant);
            if (!consonant) return true;
        }
        return false;
    }

    bool ends_doubled() const {
        const std::size_t size = word_.size();
        return size >= 2 && word_[size - 1] == word_[size - 2] && is_consonant(size - 1);
    }

    /// Whether the first `size` letters end like "hop": consonant, vowel, consonant other than w, x and y.
    bool ends_short(std::size_t size) const {
        if (size < 3 || !is_consonant(size - 1) || is_consonant(size - 2) || !is_consonant(size - 3)) return false;
        const auto last = word_[size - 1];
        return last != 'w' && last != 'x' && last != 'y';
    }

    void drop_plural() {  // step 1a
        if (ends("sses") || ends("ies")) {
            drop(2);
        } else if (ends("s") && !ends("ss")) {
            drop(1);
        }
    }

    void drop_past_and_progressive() {  // step 1b
        if (ends("eed")) {
            if (measure(word_.size() - 3) > 0) drop(1);
            return;
        }
        const std::size_t suffix = ends("ed") ? 2 : ends("ing") ? 3 : 0;
        if (suffix == 0 || !has_vowel(word_.size() - suffix)) return;
        drop(suffix);
        if (ends("at") || ends("bl") || ends("iz")) {
            put("e");
        } else if (ends_doubled()) {
            const auto last = word_.back();
            if (last != 'l' && last != 's' && last != 'z') drop(1);
        } else if (measure(word_.size()) == 1 && ends_short(word_.size())) {
            put("e");
        }
    }

    void replace_first(std::span<const Ending> endings) {  // steps 2 and 3
        for (const auto& [suffix, replacement] : endings) {
            if (!ends(suffix)) continue;
            if (measure(word_.size() - suffix.size()) > 0) {
                drop(suffix.size());
                put(replacement);
            }
            return;
        }
    }

    void drop_first() {  // step 4
        for (const std::string_view suffix : step_4) {
            if (!ends(suffix)) continue;
            const std::size_t stem = word_.size() - suffix.size();
            if (suffix == "ion" && (stem == 0 || (word_[stem - 1] != 's' && word_[stem - 1] != 't'))) return;
            if (measure(stem) > 1) drop(suffix.size());
            return;
        }
    }

    void drop_final_e() {  // step 5a
        if (word_.back() != 'e') return;
        const int m = measure(word_.size());
        if (m > 1 || (m == 1 && !ends_short(word_.size() - 1))) word_.pop_back();
    }

    Text& word_;
};

/// Lucene's letters are UTF-16 units: the stemmer must count, and find doubled, the same ones.
std::u16string to_utf16(std::string_view text) {
    std::u16string units;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code_point, bytes] = decode(text, at);
        if (utf16_units(code_point) == 2) {
            units.push_back(static_cast<char16_t>(0xD7C0 + (code_point >> 10)));
            units.push_back(static_cast<char16_t>(0xDC00 + (code_point & 0x3FF)));
        } else {
            units.push_back(static_cast<char16_t>(code_point));
        }
        at += bytes;
    }
    return units;
}

/// The way back. Surrogates come in pairs still: no ending has one, and no two equal ones stand side by side.
std::string to_utf8(std::u16string_view units) {
    std::string text;
    for (std::size_t at = 0; at < units.size(); ++at) {
        char32_t code_point = units[at];
        if (code_point >= 0xD800 && code_point <= 0xDBFF) {
            code_point = ((code_point - 0xD7C0) << 10) + (units[++at] - 0xDC00U);
        }
        append(text, code_point);
    }
    return text;
}

constexpr std::size_t untouched = 2;  // Porter's own program leaves words of two letters alone

}  // namespace

void porter_stem(std::string& word) {
    if (std::ranges::all_of(word, is_ascii)) {
        if (word.size() > untouched) Stemmer(word).run();
        return;
    }
    std::u16string units = to_utf16(word);
    if (units.size() <= untouched) return;
    Stemmer(units).run();
    word = to_utf8(units);
}

}  // namespace rescora::text

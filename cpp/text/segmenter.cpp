/// Tokenizers: a fast path for ASCII, and the word-break automaton for everything else.
#include "text/segmenter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <string>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/error.h"
#include "text/characters.h"
#include "text/classes.h"
#include "text/utf8.h"

namespace rescora::text {
namespace {

void push(std::vector<Word>& words, std::size_t begin, std::size_t end) {
    words.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
}

/// What a byte can do in the fast path of the standard tokenizer.
enum class Role : std::uint8_t {
    none,        ///< ASCII that opens no word: blanks, most punctuation
    may_open,    ///< opens a word only before what is not ASCII: # and *, in keycaps
    other,       ///< a part of a character beyond ASCII
    underscore,  ///< continues a word, and opens one that has something else too
    alnum,       ///< an ASCII letter or digit: a word by itself
};

constexpr bool continues(Role role) {
    return role >= Role::underscore;
}

constexpr std::array<Role, 256> make_roles() {
    std::array<Role, 256> roles{};
    roles.fill(Role::other);
    for (unsigned byte = 0; byte < 0x80; ++byte) {
        const unsigned state = step(start_state, word_class(byte));
        const Role opening = state == lost_state ? Role::none : Role::may_open;
        roles[byte] = state >= tables::first_accepting ? Role::alnum : opening;
    }
    roles['_'] = Role::underscore;
    return roles;
}

constexpr std::array<Role, 256> roles = make_roles();

Role role_at(std::string_view text, std::size_t at) {
    return roles[static_cast<unsigned char>(text[at])];
}

#if defined(__SSE2__)
/// One bit for each of 16 bytes: whether it is an ASCII letter, digit or underscore.
unsigned word_bytes(const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // there is no comparison without signs, so both sides are moved to where signed order is the same
    const auto within = [](__m128i some, char first, char count) {
        const __m128i moved = _mm_add_epi8(some, _mm_set1_epi8(static_cast<char>(-128 - first)));
        return _mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>(-128 + count)));
    };
    const __m128i letter = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
    const __m128i digit = within(bytes, '0', 10), underscore = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letter, digit), underscore)));
}

constexpr bool continue_as_vectors_say() {
    for (unsigned byte = 0; byte < 256; ++byte) {
        const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z', digit = byte >= '0' && byte <= '9';
        if (continues(roles[byte]) != (letter || digit || byte == '_')) return false;
    }
    return true;
}
static_assert(continue_as_vectors_say());
#endif

/// The end of the run of bytes from `at` on, below `limit`, that continue a word by themselves.
std::size_t run_end(std::string_view text, std::size_t at, std::size_t limit) {
#if defined(__SSE2__)
    for (; at + 16 <= limit; at += 16)
        if (const unsigned others = ~word_bytes(text.data() + at) & 0xFFFFu; others != 0)
            return at + static_cast<std::size_t>(std::countr_zero(others));
#endif
    while (at < limit && continues(role_at(text, at))) ++at;
    return at;
}

/// The end of the longest word that begins at `begin`, or `begin` when there is none: the rule, for any characters.
std::size_t word_end(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    std::uint32_t units = 0;
    unsigned state = start_state;
    for (std::size_t at = begin; at < text.size();) {
        const auto [code_point, bytes] = decode(text, at);
        units += utf16_units(code_point);
        if (units > longest_word) break;
        state = step(state, word_class(code_point));
        if (state == lost_state) break;
        at += bytes;
        if (state >= tables::first_accepting) end = at;
    }
    return end;
}

/// Whether a mark between two ASCII characters joins them, as the dot of 3.5 does.
bool joined(char before, char mark, char after) {
    unsigned state = start_state;
    for (const char character : {before, mark, after})
        state = step(state, word_class(static_cast<unsigned char>(character)));
    return state >= tables::first_accepting;
}

/// The same as word_end for a word that begins with an ASCII letter or digit. As long as nothing else is met, the
/// bytes decide by themselves; the first byte beyond ASCII hands the word over to the rule.
std::size_t ascii_word_end(std::string_view text, std::size_t begin) {
    const std::size_t limit = std::min<std::size_t>(text.size(), begin + longest_word);
    std::size_t end = begin + 1;
    for (;;) {
        end = run_end(text, end, limit);
        if (end == limit) return end;
        if (!is_ascii(text[end])) return word_end(text, begin);
        if (text[end] == ' ' || end + 1 == limit) return end;
        if (!is_ascii(text[end + 1])) return word_end(text, begin);
        if (!joined(text[end - 1], text[end], text[end + 1])) return end;
        end += 2;
    }
}

void split_standard(std::string_view text, std::vector<Word>& words) {
    for (std::size_t at = 0; at < text.size();) {
        const Role role = role_at(text, at);
        if (role == Role::none) {
            ++at;
            continue;
        }
        const std::size_t end = role == Role::alnum ? ascii_word_end(text, at) : word_end(text, at);
        if (end == at) {
            at += decode(text, at).bytes;
            continue;
        }
        push(words, at, end);
        at = end;
    }
}

/// Runs of the characters that `belongs` accepts, cut when they reach the longest word.
template <class Predicate>
void split_runs(std::string_view text, Predicate belongs, std::vector<Word>& words) {
    std::size_t begin = 0;
    std::uint32_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code_point, bytes] = decode(text, at);
        if (!belongs(code_point)) {
            if (units > 0) push(words, begin, at);
            at += bytes;
            begin = at;
            units = 0;
            continue;
        }
        at += bytes;
        units += utf16_units(code_point);
        if (units >= longest_word) {
            push(words, begin, at);
            begin = at;
            units = 0;
        }
    }
    if (units > 0) push(words, begin, text.size());
}

}  // namespace

void split(Tokenizer tokenizer, std::string_view utf8, std::vector<Word>& words) {
    words.clear();
    if (utf8.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw InvalidArgument("a text has " + std::to_string(utf8.size()) + " bytes; the most is 4294967295");
    }
    switch (tokenizer) {
        case Tokenizer::standard:
            return split_standard(utf8, words);
        case Tokenizer::whitespace:
            return split_runs(utf8, [](char32_t c) { return !is_whitespace(c); }, words);
        case Tokenizer::letter:
            return split_runs(utf8, [](char32_t c) { return is_letter(c); }, words);
        case Tokenizer::keyword:
            push(words, 0, utf8.size());  // of no text, the empty word
    }
}

}  // namespace rescora::text

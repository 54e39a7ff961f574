/// Character properties of Java 17, looked up in tables.
#include "text/characters.h"

#include <algorithm>
#include <iterator>

#include "text/classes.h"
#include "text/tables/lower_case.h"
#include "text/tables/upper_case.h"

namespace rescora::text {

bool is_letter(char32_t code_point) {
    return (class_byte(code_point) & tables::letter_bit) != 0;
}

bool is_whitespace(char32_t code_point) {
    if (code_point < 0x80) {
        return code_point == ' ' || (code_point >= 0x09 && code_point <= 0x0D) ||
               (code_point >= 0x1C && code_point <= 0x1F);
    }
    if (code_point >= 0x2000 && code_point <= 0x200A) return code_point != 0x2007;  // U+2007 forbids a line break
    return code_point == 0x1680 || code_point == 0x2028 || code_point == 0x2029 || code_point == 0x205F ||
           code_point == 0x3000;
}

namespace {

/// The runs are in order and do not overlap.
template <class Run, std::size_t size>
char32_t mapped(const Run (&runs)[size], char32_t code_point) {
    const auto run = std::ranges::lower_bound(runs, code_point, {}, &Run::last);
    if (run == std::end(runs) || code_point < run->first || (code_point - run->first) % run->step != 0)
        return code_point;
    return static_cast<char32_t>(static_cast<std::int32_t>(code_point) + run->difference);
}

}  // namespace

char32_t to_lower(char32_t code_point) {
    if (code_point < 0x80) return code_point >= 'A' && code_point <= 'Z' ? code_point + 32 : code_point;
    return mapped(tables::lower_runs, code_point);
}

char32_t to_upper(char32_t code_point) {
    if (code_point < 0x80) return code_point >= 'a' && code_point <= 'z' ? code_point - 32 : code_point;
    return mapped(tables::upper_runs, code_point);
}

}  // namespace rescora::text

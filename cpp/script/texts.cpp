/// Operations of java.lang.String. ASCII texts, the most frequent, are read as bytes; others as UTF-16 units.
#include <algorithm>
#include <optional>

#include "base/java_text.h"
#include "script/find.h"
#include "script/operations.h"
#include "script/parse.h"
#include "script/utf16.h"
#include "text/casing.h"

namespace rescora::script {

namespace {

using plan::FaultCode;
using plan::Operation;
using plan::Text;
using std::string_view;
using Long = std::int64_t;

constexpr string_view null_text = "null";  // what Java writes for it

/// A text as UTF-16, which takes longer than to look at its bytes.
std::u16string units_of(const Lane& lane, string_view text) {
    lane.charge(work_of_a_unit * text.size());
    return to_utf16(text);
}

std::size_t length_of(const Lane& lane, string_view text) {
    if (is_ascii(text)) return text.size();
    lane.charge(work_of_a_unit * text.size());
    return utf16_length(text);
}

/// Charges for a substring search.
void charge_finding(const Lane& lane, string_view text) {
    lane.charge(work_of_a_unit * text.size());
}

bool equal(const Text* a, const Text* b) {
    return a == b || (a != nullptr && b != nullptr && a->view() == b->view());
}

bool is_null(const Text* text) {
    return text == nullptr;
}

const Text* concat(const Lane& lane, const Text* a, const Text* b) {
    const string_view left = a == nullptr ? null_text : a->view(), right = b == nullptr ? null_text : b->view();
    if (!lane.may_make(left.size() + right.size())) return nullptr;
    const std::string made = std::string(left) + std::string(right);
    // two halves that meet become one character
    return lane.keep(has_open_end(left) && has_open_end(right) ? to_utf8(units_of(lane, made)) : made);
}

/// String.compareTo: the difference of the first units that differ, else of the lengths.
template <class View>
Long compare_units(View a, View b) {
    const auto [l, r] = std::ranges::mismatch(a, b);
    if (l == a.end() || r == b.end()) return static_cast<Long>(a.size()) - static_cast<Long>(b.size());
    return static_cast<Long>(*l) - static_cast<Long>(*r);
}

Long compare(const Lane& lane, string_view a, string_view b) {
    if (is_ascii(a) && is_ascii(b)) return compare_units(a, b);
    return compare_units(units_of(lane, a), units_of(lane, b));
}

bool equal_ignoring_case(const Lane& lane, const Text* a, const Text* b) {
    if (a == nullptr) return lane.fail(FaultCode::null);
    lane.charge(work_of_a_unit * a->size);
    return b != nullptr && text::equal_ignoring_case(a->view(), b->view());
}

/// Whether looking at bytes finds what looking at units does.
bool bytes_tell(string_view part) {
    return !has_open_end(part);
}

bool contains(const Lane& lane, string_view text, string_view part) {
    charge_finding(lane, text);
    if (bytes_tell(part)) return find_first(text, part) != string_view::npos;
    const auto units = units_of(lane, text), wanted = units_of(lane, part);
    return find_first(std::u16string_view(units), std::u16string_view(wanted)) != std::u16string::npos;
}

bool starts_with(const Lane& lane, string_view text, string_view part) {
    return bytes_tell(part) ? text.starts_with(part) : units_of(lane, text).starts_with(units_of(lane, part));
}

bool ends_with(const Lane& lane, string_view text, string_view part) {
    return bytes_tell(part) ? text.ends_with(part) : units_of(lane, text).ends_with(units_of(lane, part));
}

Long length(const Lane& lane, string_view text) {
    return static_cast<Long>(length_of(lane, text));
}

const Text* lower(const Lane& lane, string_view text) {
    lane.charge(work_of_a_unit * text.size());
    return lane.keep(text::lower(text));
}

const Text* upper(const Lane& lane, string_view text) {
    lane.charge(work_of_a_unit * text.size());
    return lane.keep(text::upper(text));
}

const Text* trim(const Lane& lane, string_view text) {
    return lane.frame.view(trimmed(text));
}

template <class View>
Long found(View, typename View::size_type at) {
    return at == View::npos ? -1 : static_cast<Long>(at);
}

template <class View>
Long find(View text, View part, Long from) {
    const auto begin = static_cast<std::size_t>(std::clamp<Long>(from, 0, static_cast<Long>(text.size())));
    return found(text, find_first(text, part, begin));
}

Long index_of(const Lane& lane, string_view text, string_view part, Long from) {
    charge_finding(lane, text);
    if (is_ascii(text) && is_ascii(part)) return find(text, part, from);
    const auto units = units_of(lane, text), wanted = units_of(lane, part);
    return find(std::u16string_view(units), std::u16string_view(wanted), from);
}

Long last_index_of(const Lane& lane, string_view text, string_view part) {
    charge_finding(lane, text);
    if (is_ascii(text) && is_ascii(part)) return found(text, find_last(text, part));
    const auto units = units_of(lane, text), wanted = units_of(lane, part);
    return found(std::u16string_view(units), find_last(std::u16string_view(units), std::u16string_view(wanted)));
}

template <class View>
Long unit_at(const Lane& lane, View units, Long index) {
    if (index < 0 || index >= static_cast<Long>(units.size()))
        return lane.fail(FaultCode::index, static_cast<double>(index),
                         "index " + std::to_string(index) + ", length " + std::to_string(units.size()));
    return static_cast<Long>(units[static_cast<std::size_t>(index)]);
}

Long char_at(const Lane& lane, string_view text, Long index) {
    if (is_ascii(text)) return unit_at(lane, text, index);
    return unit_at(lane, std::u16string_view(units_of(lane, text)), index);
}

const Text* substring(const Lane& lane, string_view text, Long begin, Long end) {
    const std::size_t size = length_of(lane, text);
    if (begin < 0 || end > static_cast<Long>(size) || begin > end)
        return lane.fail(
            FaultCode::index, static_cast<double>(begin),
            "begin " + std::to_string(begin) + ", end " + std::to_string(end) + ", length " + std::to_string(size));
    const auto first = static_cast<std::size_t>(begin), count = static_cast<std::size_t>(end - begin);
    if (size == text.size()) return lane.frame.view(text.substr(first, count));
    return lane.keep(to_utf8(std::u16string_view(units_of(lane, text)).substr(first, count)));
}

template <class View>
auto replaced(View text, View part, View by) {
    std::basic_string<typename View::value_type> made;
    std::size_t done = 0;
    for (const std::size_t at : find_all(text, part)) {
        made.append(text.substr(done, at - done)).append(by);
        done = at + part.size();
    }
    return made.append(text.substr(done));
}

/// An empty part stands before, between and after all units.
std::u16string interspersed(std::u16string_view text, std::u16string_view by) {
    std::u16string made(by);
    for (const char16_t unit : text) (made += unit).append(by);
    return made;
}

/// The size is known before the text is made, for it may be far too great.
const Text* replace(const Lane& lane, string_view text, string_view part, string_view by) {
    charge_finding(lane, text);
    if (part.empty()) {
        const auto units = units_of(lane, text);
        if (!lane.may_make(text.size() + (units.size() + 1) * by.size())) return nullptr;
        return lane.keep(to_utf8(interspersed(units, to_utf16(by))));
    }
    const std::size_t times = bytes_tell(part) ? find_all(text, part).size() : length_of(lane, text);
    if (!lane.may_make(text.size() + times * by.size() - (bytes_tell(part) ? times * part.size() : 0))) return nullptr;
    if (bytes_tell(part) && bytes_tell(by)) return lane.keep(replaced(text, part, by));
    const auto units = units_of(lane, text), from = units_of(lane, part), to = units_of(lane, by);
    return lane.keep(to_utf8(replaced(std::u16string_view(units), std::u16string_view(from), std::u16string_view(to))));
}

template <class View>
Long hash_units(View units) {
    std::uint32_t hash = 0;
    for (const auto unit : units) hash = hash * 31 + static_cast<std::uint16_t>(unit);
    return static_cast<std::int32_t>(hash);
}

Long hash(const Lane& lane, string_view text) {
    lane.charge(work_of_a_byte * text.size());
    return is_ascii(text) ? hash_units(text) : hash_units(std::u16string_view(units_of(lane, text)));
}

// -- values as texts; small, so nothing fails

const Text* of_long(const Lane& lane, Long value) {
    return lane.frame.keep(std::to_string(value));
}

const Text* of_double(const Lane& lane, double value) {
    return lane.frame.keep(java_double(value));
}

const Text* of_float(const Lane& lane, float value) {
    return lane.frame.keep(java_float(value));
}

const Text* of_boolean(const Lane& lane, bool value) {
    return lane.frame.view(value ? "true" : "false");
}

const Text* of_char(const Lane& lane, Long unit) {
    const auto units = static_cast<char16_t>(unit);
    return lane.frame.keep(to_utf8({&units, 1}));
}

// -- texts as values

/// As much of a text as a message shows: many documents may fail on one long text.
std::string beginning(string_view text) {
    constexpr std::size_t most = 512;
    if (text.size() <= most) return std::string(text);
    std::size_t size = most;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return std::string(text.substr(0, size));
}

/// Before a real is read, whose digits may be many.
void charge_parsing(const Lane& lane, string_view text) {
    lane.charge(3 * work_of_a_byte * text.size());
}

template <class Value>
Value parsed(const Lane& lane, const std::optional<Value>& value, string_view text) {
    if (!value) return lane.fail(FaultCode::number_format, 0, beginning(text));
    return *value;
}

Long as_int(const Lane& lane, const Text* text) {
    if (text == nullptr) return lane.fail(FaultCode::number_format, 0, std::string(null_text));
    return parsed(lane, parse_int(text->view()), text->view());
}

Long as_long(const Lane& lane, const Text* text) {
    if (text == nullptr) return lane.fail(FaultCode::number_format, 0, std::string(null_text));
    return parsed(lane, parse_long(text->view()), text->view());
}

double as_double(const Lane& lane, string_view text) {
    charge_parsing(lane, text);
    return parsed(lane, parse_double(text), text);
}

float as_float(const Lane& lane, string_view text) {
    charge_parsing(lane, text);
    return parsed(lane, parse_float(text), text);
}

bool as_boolean(const Text* text) {
    return text != nullptr && text::equal_ignoring_case(text->view(), "true");
}

}  // namespace

void add_texts(Functions& functions) {
    functions[Operation::text_equal] = each_lane<&equal>;
    functions[Operation::text_is_null] = each_lane<&is_null>;
    functions[Operation::text_concat] = each_lane<&concat>;
    functions[Operation::text_compare] = each_lane<&compare>;
    functions[Operation::text_equal_ignoring_case] = each_lane<&equal_ignoring_case>;
    functions[Operation::text_contains] = each_lane<&contains>;
    functions[Operation::text_starts_with] = each_lane<&starts_with>;
    functions[Operation::text_ends_with] = each_lane<&ends_with>;
    functions[Operation::text_length] = each_lane<&length>;
    functions[Operation::text_lower] = each_lane<&lower>;
    functions[Operation::text_upper] = each_lane<&upper>;
    functions[Operation::text_trim] = each_lane<&trim>;
    functions[Operation::text_index_of] = each_lane<&index_of>;
    functions[Operation::text_last_index_of] = each_lane<&last_index_of>;
    functions[Operation::text_char_at] = each_lane<&char_at>;
    functions[Operation::text_substring] = each_lane<&substring>;
    functions[Operation::text_replace] = each_lane<&replace>;
    functions[Operation::text_hash] = each_lane<&hash>;
    functions[Operation::text_of_long] = each_lane<&of_long>;
    functions[Operation::text_of_double] = each_lane<&of_double>;
    functions[Operation::text_of_float] = each_lane<&of_float>;
    functions[Operation::text_of_boolean] = each_lane<&of_boolean>;
    functions[Operation::text_of_char] = each_lane<&of_char>;
    functions[Operation::parse_int] = each_lane<&as_int>;
    functions[Operation::parse_long] = each_lane<&as_long>;
    functions[Operation::parse_double] = each_lane<&as_double>;
    functions[Operation::parse_float] = each_lane<&as_float>;
    functions[Operation::parse_boolean] = each_lane<&as_boolean>;
}

}  // namespace rescora::script

/// Single operations of scripts give Java's values: texts, parsing, dates, defs, lists.
#include "check.h"
#include "programs.h"
#include "query/describe.h"
#include "script/calendar.h"

namespace {

using namespace programs;
using plan::DatePart;
using plan::DateUnit;
using plan::DefOperator;

std::string text(Operation operation, std::vector<plan::InputValue> inputs) {
    return apply(operation, std::move(inputs), Kind::text);
}
std::string number(Operation operation, std::vector<plan::InputValue> inputs) {
    return apply(operation, std::move(inputs), Kind::long_);
}
std::string real(Operation operation, std::vector<plan::InputValue> inputs) {
    return apply(operation, std::move(inputs), Kind::double_);
}
std::int64_t n(std::int64_t value) {
    return value;
}
std::string s(std::string value) {
    return value;
}

TEST(texts_are_counted_in_utf16_units) {
    CHECK_EQUAL("0", number(text_length, {s("")}));
    CHECK_EQUAL("5", number(text_length, {s("caf\u00e9s")}));
    CHECK_EQUAL("2", number(text_length, {s("\U0001F600")}));
    CHECK_EQUAL("55357", number(text_char_at, {s("a\U0001F600"), n(1)}));
    CHECK_EQUAL("56832", number(text_char_at, {s("a\U0001F600"), n(2)}));
    CHECK_EQUAL("index", number(text_char_at, {s("a\U0001F600"), n(3)}));
    CHECK_EQUAL("index", number(text_char_at, {s("abc"), n(-1)}));
    CHECK_EQUAL("\u00e9s", text(text_substring, {s("caf\u00e9s"), n(3), n(5)}));
    CHECK_EQUAL("", text(text_substring, {s("abc"), n(3), n(3)}));
    CHECK_EQUAL("index", text(text_substring, {s("abc"), n(2), n(1)}));
    CHECK_EQUAL("index", text(text_substring, {s("abc"), n(0), n(4)}));
    CHECK_EQUAL("4", number(text_index_of, {s("\U0001F600\U0001F600x"), s("x"), n(0)}));
    CHECK_EQUAL("3", number(text_index_of, {s("abc"), s(""), n(9)}));
    CHECK_EQUAL("-1", number(text_index_of, {s("abc"), s("a"), n(1)}));
    CHECK_EQUAL("3", number(text_last_index_of, {s("abcabc"), s("abc")}));
    CHECK_EQUAL("1", number(text_index_of, {s("\u00e9\u00e9"), s("\u00e9"), n(1)}));
}

TEST(halves_of_pairs_become_whole_again) {
    Source source{{put(text_substring, 10, 0, 1, 2), put(text_substring, 11, 0, 2, 3), put(text_concat, 12, 10, 11)},
                  12,
                  Kind::text,
                  {s("\U0001F600"), n(0), n(1), n(2)}};
    CHECK_EQUAL("\U0001F600", value(source));
    source.result = 10;
    CHECK_EQUAL("\xED\xA0\xBD", value(source));
}

TEST(texts_are_compared_as_java_compares) {
    CHECK_EQUAL("-1", number(text_compare, {s("a"), s("b")}));
    CHECK_EQUAL("2", number(text_compare, {s("abc"), s("a")}));
    CHECK_EQUAL("-2048", number(text_compare, {s("\U00010000"), s("\uE000")}));  // by units, not by characters
    CHECK_EQUAL("96354", number(text_hash, {s("abc")}));
    CHECK_EQUAL("248974969", number(text_hash, {s("Rescora rescores")}));
    CHECK_EQUAL("1", number(text_equal_ignoring_case, {s("Stra\u00DFe"), s("stra\u00DFE")}));
    CHECK_EQUAL("0", number(text_equal_ignoring_case, {s("\u00DF"), s("ss")}));
    CHECK_EQUAL("1", number(text_contains, {s("abc"), s("bc")}));
    CHECK_EQUAL("1", number(text_starts_with, {s("abc"), s("")}));
    CHECK_EQUAL("0", number(text_ends_with, {s("abc"), s("ab")}));
}

TEST(texts_change_as_java_changes_them) {
    CHECK_EQUAL("i\u0307\u00e9abc", text(text_lower, {s("\u0130\u00c9ABC")}));
    CHECK_EQUAL("\u03bf\u03b4\u03bf\u03c2 \u03c3", text(text_lower, {s("\u039f\u0394\u039f\u03a3 \u03a3")}));
    CHECK_EQUAL("STRASSE \u00c9\u0416", text(text_upper, {s("stra\u00dfe \u00e9\u0436")}));
    CHECK_EQUAL("ST", text(text_upper, {s("\uFB05")}));
    CHECK_EQUAL("a b", text(text_trim, {s(" \t\na b\r ")}));
    CHECK_EQUAL("xaxbx", text(text_replace, {s("ab"), s(""), s("x")}));
    CHECK_EQUAL("ba", text(text_replace, {s("aaa"), s("aa"), s("b")}));
    CHECK_EQUAL("size_limit", text(text_replace, {std::string(60'000, 'a'), s("a"), s("bb")}));
    CHECK_EQUAL("size_limit", text(text_concat, {std::string(40'000, 'a'), std::string(40'000, 'b')}));
}

TEST(numbers_are_written_and_read_as_java_does) {
    CHECK_EQUAL("1.0E10", text(text_of_double, {1e10}));
    CHECK_EQUAL("4.9E-324", text(text_of_double, {5e-324}));
    CHECK_EQUAL("0.1", text(text_of_float, {static_cast<double>(0.1f)}));
    CHECK_EQUAL("-7", text(text_of_long, {n(-7)}));
    CHECK_EQUAL("true", text(text_of_boolean, {n(1)}));
    CHECK_EQUAL("\u00e9", text(text_of_char, {n(0xE9)}));

    CHECK_EQUAL("12", number(parse_int, {s("+12")}));
    CHECK_EQUAL("-2147483648", number(parse_int, {s("-2147483648")}));
    for (const char* wrong : {"", "+", "-", "+-1", "1 ", " 1", "2147483648", "1.0", "0x1", "1L"})
        CHECK_EQUAL("number_format", number(parse_int, {s(wrong)}));
    CHECK_EQUAL("-9223372036854775808", number(parse_long, {s("-9223372036854775808")}));
    CHECK_EQUAL("number_format", number(parse_long, {s("9223372036854775808")}));

    for (const auto& [written, expected] :
         std::initializer_list<std::pair<const char*, const char*>>{{" 1.5 ", "1.5"},
                                                                    {"1.", "1.0"},
                                                                    {".5", "0.5"},
                                                                    {"1e3", "1000.0"},
                                                                    {"1E+3d", "1000.0"},
                                                                    {"2f", "2.0"},
                                                                    {"-0", "-0.0"},
                                                                    {"NaN", "NaN"},
                                                                    {"-Infinity", "-Infinity"},
                                                                    {"1e400", "Infinity"},
                                                                    {"1e-400", "0.0"},
                                                                    {"-1e-400", "-0.0"},
                                                                    {"0x1.8p1", "3.0"},
                                                                    {"0X.8P-1", "0.25"},
                                                                    {"0x1p2000", "Infinity"},
                                                                    {"4.9e-324", "4.9E-324"},
                                                                    {"0e99999999999", "0.0"},
                                                                    {"1e99999999999", "Infinity"},
                                                                    {"1e-99999999999", "0.0"}})
        CHECK_EQUAL(expected, real(parse_double, {s(written)}));
    for (const char* wrong :
         {"", " ", ".", "e5", "1e", "1e+", "0x1", "0x1.8", "nan", "infinity", "1_000", "1,5", "1dd", "--1"})
        CHECK_EQUAL("number_format", real(parse_double, {s(wrong)}));
    CHECK_EQUAL("1", number(parse_boolean, {s("TrUe")}));
    CHECK_EQUAL("0", number(parse_boolean, {s("yes")}));
}

std::string date(Operation operation, std::vector<plan::InputValue> inputs, auto aux) {
    return apply(operation, std::move(inputs), operation == date_text ? Kind::text : Kind::long_,
                 static_cast<std::uint32_t>(aux));
}

TEST(dates_follow_the_gregorian_calendar_in_both_directions) {
    constexpr std::int64_t leap_day = 1709209800123;  // 2024-02-29T12:30:00.123Z, a Thursday
    CHECK_EQUAL("2024-02-29T12:30:00.123Z", date(date_text, {leap_day}, 0));
    CHECK_EQUAL("1970-01-01T00:00Z", date(date_text, {n(0)}, 0));
    CHECK_EQUAL("1969-12-31T23:59:59.999Z", date(date_text, {n(-1)}, 0));
    CHECK_EQUAL("0000-03-01T00:00Z", date(date_text, {n(-62162035200000)}, 0));
    CHECK_EQUAL("-0001-12-31T00:00:01Z", date(date_text, {n(-62167305599000)}, 0));
    CHECK_EQUAL("+10000-01-01T00:00Z", date(date_text, {n(253402300800000)}, 0));
    CHECK_EQUAL("2024", date(date_part, {leap_day}, DatePart::year));
    CHECK_EQUAL("2", date(date_part, {leap_day}, DatePart::month));
    CHECK_EQUAL("29", date(date_part, {leap_day}, DatePart::day_of_month));
    CHECK_EQUAL("60", date(date_part, {leap_day}, DatePart::day_of_year));
    CHECK_EQUAL("4", date(date_part, {leap_day}, DatePart::day_of_week));
    CHECK_EQUAL("3", date(date_part, {n(-1)}, DatePart::day_of_week));
    CHECK_EQUAL("123000000", date(date_part, {leap_day}, DatePart::nano));
    CHECK_EQUAL("-1", date(date_part, {n(-1)}, DatePart::epoch_second));
    CHECK_EQUAL("750", date(date_part, {leap_day}, DatePart::minute_of_day));
    const auto plus = [](std::int64_t from, std::int64_t amount, DateUnit unit) {
        return date(date_text, {n(std::stoll(date(date_plus, {from, amount}, unit)))}, 0);
    };
    CHECK_EQUAL("2025-02-28T12:30:00.123Z", plus(leap_day, 1, DateUnit::years));
    CHECK_EQUAL("2023-11-29T12:30:00.123Z", plus(leap_day, -3, DateUnit::months));
    CHECK_EQUAL("1969-11-30T00:00Z", plus(30ll * 86'400'000, -2, DateUnit::months));
    CHECK_EQUAL("2024-03-07T12:30:00.123Z", plus(leap_day, 1, DateUnit::weeks));
    CHECK_EQUAL("overflow", date(date_plus, {leap_day, n(1) << 62}, DateUnit::days));
    CHECK_EQUAL("overflow", date(date_plus, {leap_day, n(1) << 62}, DateUnit::years));
    CHECK_EQUAL("overflow", date(date_plus, {leap_day, n(400'000'000)}, DateUnit::years));
    CHECK_EQUAL("11", date(date_between, {leap_day, leap_day + 365ll * 86'400'000}, DateUnit::months));
    CHECK_EQUAL("-1", date(date_between, {leap_day, leap_day - 366ll * 86'400'000}, DateUnit::years));
    CHECK_EQUAL("0", date(date_between, {n(0), n(-86'399'999)}, DateUnit::days));
}

TEST(every_day_has_its_date_and_the_next_day_the_next) {
    script::Date before = script::date_of(-800'001);
    int wrong = 0;
    for (std::int64_t days = -800'000; days <= 800'000; ++days) {
        const script::Date date = script::date_of(days);
        const bool next_day = date.day == before.day + 1 && date.month == before.month && date.year == before.year;
        const bool next_month = date.day == 1 && before.day >= 28 &&
                                (date.month == before.month + 1 ? date.year == before.year
                                                                : date.month == 1 && date.year == before.year + 1);
        wrong += !(next_day || next_month) || script::days_of(date) != days;
        before = date;
    }
    CHECK_EQUAL(0, wrong);
}

/// A def from an input's kind and value: registers 8 and 9, 10 and 11.
std::string with_defs(Operation operation, std::uint32_t aux, plan::DefValue a, plan::DefValue b, Kind kind) {
    Source source{
        {with_aux(put(list_def, 8, 0), 0), with_aux(put(list_def, 10, 1), 0), with_aux(put(operation, 12, 8, 10), aux)},
        12,
        kind,
        {n(0), n(1)},
        {{{a, b}, {}, {}}}};
    return value(source);
}
std::string binary(DefOperator by, plan::DefValue a, plan::DefValue b) {
    return with_defs(def_binary, static_cast<std::uint32_t>(by), a, b, Kind::null);
}
std::string compare(DefOperator by, plan::DefValue a, plan::DefValue b) {
    return with_defs(def_compare, static_cast<std::uint32_t>(by), a, b, Kind::boolean);
}
std::string cast(Operation operation, plan::DefValue a, Kind to) {
    return with_defs(operation, static_cast<std::uint32_t>(to), a, a, to);
}

const plan::DefValue null{}, yes{Kind::boolean, n(1)}, one{Kind::int_, n(1)}, zero{Kind::int_, n(0)},
    greatest{Kind::int_, n(2147483647)}, big{Kind::long_, n(1) << 53}, half{Kind::double_, 0.5},
    letter{Kind::char_, n('a')}, word{Kind::text, s("w")};

TEST(defs_are_promoted_by_their_kinds) {
    CHECK_EQUAL("-2147483648", binary(DefOperator::add, greatest, one));
    CHECK_EQUAL("2147483648", binary(DefOperator::add, greatest, {Kind::long_, n(1)}));
    CHECK_EQUAL("1.5", binary(DefOperator::add, one, half));
    CHECK_EQUAL("98", binary(DefOperator::add, letter, one));
    CHECK_EQUAL("wa", binary(DefOperator::add, word, letter));
    CHECK_EQUAL("nullw", binary(DefOperator::add, null, word));
    CHECK_EQUAL("w0.5", binary(DefOperator::add, word, half));
    CHECK_EQUAL("null", binary(DefOperator::add, null, one));
    CHECK_EQUAL("cast", binary(DefOperator::add, yes, one));
    CHECK_EQUAL("division_by_zero", binary(DefOperator::divide, one, zero));
    CHECK_EQUAL("Infinity", binary(DefOperator::divide, one, {Kind::double_, 0.0}));
    CHECK_EQUAL("-2147483648", binary(DefOperator::divide, {Kind::int_, n(-2147483648)}, {Kind::int_, n(-1)}));
    CHECK_EQUAL("-2", binary(DefOperator::shift_left, greatest, {Kind::long_, n(33)}));
    CHECK_EQUAL("2147483647", binary(DefOperator::shift_right_unsigned, {Kind::int_, n(-1)}, one));
    CHECK_EQUAL("cast", binary(DefOperator::shift_left, half, one));
    CHECK_EQUAL("1", binary(DefOperator::and_, yes, yes));
    CHECK_EQUAL("cast", binary(DefOperator::and_, yes, one));
    CHECK_EQUAL("1", compare(DefOperator::equal, one, {Kind::double_, 1.0}));
    CHECK_EQUAL("0", compare(DefOperator::equal, yes, one));
    CHECK_EQUAL("1", compare(DefOperator::equal, null, null));
    CHECK_EQUAL("1", compare(DefOperator::not_equal, word, null));
    CHECK_EQUAL("1", compare(DefOperator::equal, {Kind::long_, (n(1) << 53) + 1}, {Kind::double_, 0x1p53}));
    CHECK_EQUAL("0", compare(DefOperator::equal, {Kind::long_, (n(1) << 53) + 1}, big));
    CHECK_EQUAL("1", compare(DefOperator::less, half, letter));
    CHECK_EQUAL("cast", compare(DefOperator::less, word, word));
    CHECK_EQUAL("null", compare(DefOperator::less, null, one));
}

TEST(defs_are_cast_as_java_casts) {
    CHECK_EQUAL("0", cast(def_cast, half, Kind::int_));
    CHECK_EQUAL("2147483647", cast(def_cast, {Kind::double_, 1e20}, Kind::int_));
    CHECK_EQUAL("-1", cast(def_cast, {Kind::double_, 1e20}, Kind::byte));
    CHECK_EQUAL("0", cast(def_cast, big, Kind::int_));
    CHECK_EQUAL("119", cast(def_cast, word, Kind::char_));
    CHECK_EQUAL("a", cast(def_cast, letter, Kind::text));
    CHECK_EQUAL("cast", cast(def_cast, word, Kind::int_));
    CHECK_EQUAL("cast", cast(def_cast, yes, Kind::int_));
    CHECK_EQUAL("null", cast(def_cast, null, Kind::double_));
    CHECK_EQUAL("null", cast(def_cast, null, Kind::text));
    CHECK_EQUAL("1.0", cast(def_convert, one, Kind::double_));
    CHECK_EQUAL("97", cast(def_convert, letter, Kind::long_));
    CHECK_EQUAL("cast", cast(def_convert, big, Kind::int_));
    CHECK_EQUAL("cast", cast(def_convert, half, Kind::float_));
    CHECK_EQUAL("cast", cast(def_convert, one, Kind::char_));
    CHECK_EQUAL("cast", cast(def_convert, letter, Kind::short_));
}

TEST(lists_and_maps_are_looked_up_by_value) {
    const plan::Constant list{{one, {Kind::long_, n(5)}, half, word, null}, {}, {}}, map{{one, word}, {"a", "b"}, {}};
    const auto ask = [&](Operation operation, plan::InputValue what, Kind kind, std::uint32_t constant, Kind wanted) {
        Instruction instruction = with_aux(put(operation, 12, 0), constant);
        instruction.constant = static_cast<std::uint32_t>(wanted);
        return value({{instruction}, 12, kind, {what}, {list, map}});
    };
    CHECK_EQUAL("1", ask(list_has_long, n(5), Kind::boolean, 0, Kind::null));
    CHECK_EQUAL("0", ask(list_has_long, n(6), Kind::boolean, 0, Kind::null));
    CHECK_EQUAL("0", ask(list_has_long, n(5), Kind::boolean, 0, Kind::int_));
    CHECK_EQUAL("1", ask(list_has_long, n(5), Kind::boolean, 0, Kind::long_));
    CHECK_EQUAL("1", ask(list_has_double, 0.5, Kind::boolean, 0, Kind::double_));
    CHECK_EQUAL("1", ask(list_has_text, s("w"), Kind::boolean, 0, Kind::null));
    CHECK_EQUAL("1", ask(map_has, s("a"), Kind::boolean, 1, Kind::null));
    CHECK_EQUAL("w", ask(map_def, s("b"), Kind::null, 1, Kind::null));
    CHECK_EQUAL("null", ask(map_def, s("c"), Kind::null, 1, Kind::null));
    CHECK_EQUAL("5", ask(list_long, n(1), Kind::long_, 0, Kind::null));
    CHECK_EQUAL("5.0", ask(list_double, n(1), Kind::double_, 0, Kind::null));
    CHECK_EQUAL("index", ask(list_long, n(5), Kind::long_, 0, Kind::null));
    CHECK_EQUAL("cast", ask(list_long, n(3), Kind::long_, 0, Kind::null));
    CHECK_EQUAL("null", ask(list_long, n(4), Kind::long_, 0, Kind::null));
}

TEST(whole_numbers_fail_where_javas_do) {
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    CHECK_EQUAL("-9223372036854775808", number(divide_long, {least, n(-1)}));
    CHECK_EQUAL("0", number(remainder_long, {least, n(-1)}));
    CHECK_EQUAL("division_by_zero", number(remainder_long, {n(1), n(0)}));
    CHECK_EQUAL("0", number(double_to_int, {std::numeric_limits<double>::quiet_NaN()}));
    CHECK_EQUAL("9223372036854775807", number(double_to_long, {1e30}));
    CHECK_EQUAL("0", number(round_double, {0.49999999999999994}));
    CHECK_EQUAL("-2", number(round_double, {-2.5}));
    CHECK_EQUAL("-1", number(compare_double, {-0.0, 0.0}));
}

}  // namespace

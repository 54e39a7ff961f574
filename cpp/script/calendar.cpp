/// The proleptic Gregorian calendar in UTC, as java.time has it.
#include "script/calendar.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace rescora::script {

namespace {

using Long = std::int64_t;
using plan::DatePart;
using plan::DateUnit;

constexpr Long day = 86'400'000;  // in milliseconds, as is what follows

Long floor_divide(Long a, Long b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

/// Not by multiplying, which overflows near the least a.
Long floor_modulo(Long a, Long b) {
    const Long remainder = a % b;
    return remainder < 0 ? remainder + b : remainder;
}

bool is_leap(Long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::int32_t length_of_month(Long year, std::int32_t month) {
    constexpr std::array<std::int32_t, 12> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[static_cast<std::size_t>(month - 1)];
}

/// Months since year 0.
Long months_of(const Date& date) {
    return date.year * 12 + date.month - 1;
}

constexpr Long milliseconds_in(DateUnit unit) {
    switch (unit) {
        case DateUnit::seconds:
            return 1000;
        case DateUnit::minutes:
            return 60'000;
        case DateUnit::hours:
            return 3'600'000;
        case DateUnit::days:
            return day;
        case DateUnit::weeks:
            return 7 * day;
        default:
            return 1;
    }
}

std::optional<Long> plus_months(Long milliseconds, Long months) {
    constexpr Long most = 12 * Long{600'000'000};  // more than 64 bits of milliseconds hold
    if (months > most || months < -most) return {};
    const Date from = date_of(floor_divide(milliseconds, day));
    const Long sum = months_of(from) + months;
    Date to{floor_divide(sum, 12), static_cast<std::int32_t>(floor_modulo(sum, 12)) + 1, from.day};
    to.day = std::min(to.day, length_of_month(to.year, to.month));
    Long result;
    if (__builtin_mul_overflow(days_of(to), day, &result) ||
        __builtin_add_overflow(result, floor_modulo(milliseconds, day), &result))
        return {};
    return result;
}

Long months_between(Long from, Long to) {
    const Long first_day = floor_divide(from, day), last_day = floor_divide(to, day);
    const Long first_time = floor_modulo(from, day), last_time = floor_modulo(to, day);
    // as java.time: the last day counts once its time of day is reached, then months and days are compared
    const bool not_reached = last_day > first_day && last_time < first_time;
    const bool not_left = last_day < first_day && last_time > first_time;
    const auto packed = [](const Date& date) { return months_of(date) * 32 + date.day; };
    return (packed(date_of(last_day - not_reached + not_left)) - packed(date_of(first_day))) / 32;
}

std::string padded(Long number, int width) {
    char text[32];
    std::snprintf(text, sizeof text, "%0*lld", width, static_cast<long long>(number));
    return text;
}

/// Four digits at least; a sign before negative years and those beyond 9999.
std::string year_text(Long year) {
    if (year < 0) return "-" + padded(-year, 4);
    return (year > 9999 ? "+" : "") + padded(year, 4);
}

}  // namespace

/// Years are counted from March here, so that a leap day is a year's last: 146,097 days are 400 years, and the days
/// before a month m of 31, 30, 31, 30, 31, 31, 30, ... days are (153 m + 2) / 5.
Date date_of(Long days) {
    const Long since_march_0000 = days + 719'468, era = floor_divide(since_march_0000, 146'097);
    const Long day_of_era = since_march_0000 - era * 146'097;
    const Long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const Long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const Long month = (5 * day_of_year + 2) / 153;
    return {year_of_era + era * 400 + (month >= 10 ? 1 : 0),
            static_cast<std::int32_t>(month < 10 ? month + 3 : month - 9),
            static_cast<std::int32_t>(day_of_year - (153 * month + 2) / 5 + 1)};
}

Long days_of(const Date& date) {
    const Long year = date.year - (date.month <= 2 ? 1 : 0), era = floor_divide(year, 400);
    const Long year_of_era = year - era * 400, month = (date.month + 9) % 12;
    const Long day_of_year = (153 * month + 2) / 5 + date.day - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

Long part(Long milliseconds, DatePart part) {
    const Long days = floor_divide(milliseconds, day), within = floor_modulo(milliseconds, day);
    switch (part) {
        case DatePart::year:
            return date_of(days).year;
        case DatePart::month:
            return date_of(days).month;
        case DatePart::day_of_month:
            return date_of(days).day;
        case DatePart::day_of_year:
            return days - days_of({date_of(days).year, 1, 1}) + 1;
        case DatePart::day_of_week:
            return floor_modulo(days + 3, 7) + 1;  // 1970 began on a Thursday; Monday is 1
        case DatePart::hour:
            return within / 3'600'000;
        case DatePart::minute:
            return within / 60'000 % 60;
        case DatePart::second:
            return within / 1000 % 60;
        case DatePart::nano:
            return within % 1000 * 1'000'000;
        case DatePart::epoch_second:
            return floor_divide(milliseconds, 1000);
        case DatePart::milli_of_second:
            return within % 1000;
        case DatePart::minute_of_day:
            return within / 60'000;
        case DatePart::second_of_day:
            return within / 1000;
    }
    return 0;
}

std::optional<Long> plus(Long milliseconds, Long amount, DateUnit unit) {
    Long scaled;
    if (unit == DateUnit::months) return plus_months(milliseconds, amount);
    if (unit == DateUnit::years) {
        if (__builtin_mul_overflow(amount, Long{12}, &scaled)) return {};
        return plus_months(milliseconds, scaled);
    }
    Long sum;
    if (__builtin_mul_overflow(amount, milliseconds_in(unit), &scaled) ||
        __builtin_add_overflow(milliseconds, scaled, &sum))
        return {};
    return sum;
}

Long between(Long from, Long to, DateUnit unit) {
    if (unit == DateUnit::months) return months_between(from, to);
    if (unit == DateUnit::years) return months_between(from, to) / 12;
    // the difference may need a 65th bit
    __extension__ using Wide = __int128;
    return static_cast<Long>((static_cast<Wide>(to) - from) / milliseconds_in(unit));
}

std::string iso_text(Long milliseconds, IsoParts parts) {
    const Date date = date_of(floor_divide(milliseconds, day));
    const auto of = [&](DatePart which) { return part(milliseconds, which); };
    std::string text = year_text(date.year) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T" +
                       padded(of(DatePart::hour), 2) + ":" + padded(of(DatePart::minute), 2);
    const Long second = of(DatePart::second), thousandth = of(DatePart::milli_of_second);
    const bool all = parts == IsoParts::all;
    if (all || second > 0 || thousandth > 0) text += ":" + padded(second, 2);
    if (all || thousandth > 0) text += "." + padded(thousandth, 3);
    return text + "Z";
}

}  // namespace rescora::script

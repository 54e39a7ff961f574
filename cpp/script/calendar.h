/// The proleptic Gregorian calendar in UTC, as java.time has it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "plan/program.h"

namespace rescora::script {

struct Date {
    std::int64_t year;
    std::int32_t month, day;  ///< from 1
};

Date date_of(std::int64_t days);  ///< since 1970
std::int64_t days_of(const Date& date);

std::int64_t part(std::int64_t milliseconds, plan::DatePart part);

/// Months and years keep the day, or take the month's last. Nothing when the sum is beyond 64 bits.
std::optional<std::int64_t> plus(std::int64_t milliseconds, std::int64_t amount, plan::DateUnit unit);

/// Whole units from one to the other, towards zero.
std::int64_t between(std::int64_t from, std::int64_t to, plan::DateUnit unit);

/// Which parts of the time of day are written: all, to the millisecond, or seconds and fractions only where they are
/// not 0.
enum class IsoParts : std::uint8_t { all, needed };

/// ZonedDateTime.toString in UTC: 2024-02-29T12:30Z, 2024-02-29T12:30:00.050Z.
std::string iso_text(std::int64_t milliseconds, IsoParts parts);

}  // namespace rescora::script

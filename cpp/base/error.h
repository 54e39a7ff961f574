/// The errors that the core throws. Everything else that goes wrong is a bug, and an assert.
///
///     std::runtime_error
///     ├── InvalidArgument   a bad value, which the caller can correct
///     ├── CorruptFile       bytes that no builder wrote
///     ├── Unsupported       well formed, but not implemented
///     └── Stopped           the request was told to end: base/budget.h
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>

namespace rescora {

struct InvalidArgument : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct CorruptFile : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Unsupported : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Why a request ends before its work is done.
enum class StopReason : std::uint8_t { none, deadline, cancelled, interrupted };

struct Stopped : std::runtime_error {
    explicit Stopped(StopReason why) : std::runtime_error(name_of(why)), reason(why) {}

    StopReason reason;

 private:
    static const char* name_of(StopReason why) {
        if (why == StopReason::deadline) return "the request's time is over";
        return why == StopReason::cancelled ? "the request was cancelled" : "the request was interrupted";
    }
};

}  // namespace rescora

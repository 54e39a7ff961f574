/// The checks behind ask(): cancellation, deadline, signals.
#include "base/budget.h"

#include <chrono>

namespace rescora {

Budget::Nanoseconds Budget::steady_clock() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The first reason stands.
void Budget::stop(StopReason reason) {
    auto none = StopReason::none;
    reason_.compare_exchange_strong(none, reason, std::memory_order_relaxed);
}

void Budget::find_signals(Nanoseconds now) {
    const Nanoseconds due = next_signals_.load(std::memory_order_relaxed);
    if (now < due || std::this_thread::get_id() != caller_) return;
    if (due != 0 && interrupted()) stop(StopReason::interrupted);
    next_signals_.store(clock_() + between_signals, std::memory_order_relaxed);
}

void Budget::look() {
    if (is_cancelled()) stop(StopReason::cancelled);
    if (questions_.load(std::memory_order_relaxed) != never && questions_.fetch_sub(1, std::memory_order_relaxed) <= 0)
        stop(StopReason::deadline);
    const Nanoseconds now = clock_();
    if (now >= deadline_) stop(StopReason::deadline);
    find_signals(now);
    if (is_stopped()) throw Stopped(reason());
}

void Budget::poll() noexcept {
    if (of_call_ != nullptr) of_call_->poll();
    if (!is_stopped()) find_signals(clock_());
}

void Budget::forget_deadline() {
    deadline_ = never;
    questions_ = never;
    auto deadline = StopReason::deadline;
    reason_.compare_exchange_strong(deadline, StopReason::none, std::memory_order_relaxed);
}

}  // namespace rescora

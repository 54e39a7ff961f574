/// A call that runs without the GIL and still ends for Ctrl-C, a deadline, or another thread.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "arrays.h"
#include "base/budget.h"

namespace rescora::bind {

/// What a request may not exceed, as Python holds it: it is the same for all calls that the request takes.
class Limits {
 public:
    Limits(std::optional<Budget::Nanoseconds> left, std::vector<Budget::Flag> flags,
           std::optional<std::int64_t> most_questions)
        : time(left), cancellations(std::move(flags)), questions(most_questions) {}

    std::optional<Budget::Nanoseconds> time;  ///< left for the next call
    std::vector<Budget::Flag> cancellations;  ///< any of them ends the call
    std::optional<std::int64_t> questions;    ///< for tests: base/budget.h
    std::uint64_t script_work = 0;            ///< that its scripts have done

    /// Sets a budget up; a call begins.
    void begin(Budget& budget) {
        began_ = Budget::steady_clock();
        if (time) budget.set_deadline(*time);
        if (questions) budget.set_questions(*questions);
        for (const Budget::Flag& flag : cancellations) budget.add_cancellation(flag);
        budget.add_script_work(script_work);
    }
    /// Takes from what is left what the call took.
    void end(Budget& budget) {
        script_work = budget.add_script_work(0);
        if (time) *time -= Budget::steady_clock() - began_;
    }

 private:
    Budget::Nanoseconds began_ = 0;
};

/// A budget that looks for signals, as Python wants it: in the main thread, under the GIL.
class CallBudget final : public Budget {
 public:
    explicit CallBudget(Limits* limits = nullptr) : limits_(limits) {
        if (limits != nullptr) limits->begin(*this);
    }

    /// After the work, under the GIL: throws what a signal's handler raised.
    void end() {
        if (limits_ != nullptr) limits_->end(*this);
        if (raised_) throw py::error_already_set(*raised_);
    }

 protected:
    bool interrupted() noexcept override;

 private:
    Limits* limits_;
    std::optional<py::error_already_set> raised_;
    bool is_main_thread_ = true;  ///< until it is known that it is not
};

/// Runs work(budget) without the GIL; the exception of a signal's handler, KeyboardInterrupt most often, comes before
/// whatever the work gives or throws.
template <class Work>
auto interruptible(Limits* limits, Work&& work) {
    CallBudget budget(limits);
    const auto run = [&] {
        const py::gil_scoped_release release;
        return work(budget);
    };
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Work, Budget&>>) {
            run();
            budget.end();
        } else {
            auto result = run();
            budget.end();
            return result;
        }
    } catch (...) {
        budget.end();
        throw;
    }
}

/// The Python exception that one of the core's becomes.
py::object python_error(const std::exception_ptr& thrown);

template <class Work>
auto interruptible(Work&& work) {
    return interruptible(nullptr, std::forward<Work>(work));
}

}  // namespace rescora::bind

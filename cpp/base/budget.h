/// A request's deadline, cancellation and limit of script work. One per request, shared by its threads.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "base/arena.h"
#include "base/error.h"

namespace rescora {

/// Work asks it at borders some microseconds apart, where everything done so far stands and everything else can be
/// thrown away. The answer is to go on, or Stopped is thrown: in every thread of the request, once in any.
///
/// Errors  Stopped, by ask() alone.
class Budget {
 public:
    using Nanoseconds = std::int64_t;
    using Clock = Nanoseconds (*)();
    using Flag = std::shared_ptr<const std::atomic<bool>>;
    static constexpr Nanoseconds between_signals = 20'000'000;  ///< a call that is shorter never looks for signals

    static Nanoseconds steady_clock();

    /// Made by the thread that calls, which alone looks for signals.
    explicit Budget(Clock clock = &steady_clock) : clock_(clock), caller_(std::this_thread::get_id()) {}
    /// Of one of several requests of a call: it ends when the call's budget does, too.
    explicit Budget(Budget& of_call) : clock_(of_call.clock_), of_call_(&of_call) {}
    virtual ~Budget() = default;
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    // Before the work begins:

    /// Sets the deadline, counted from now.
    void set_deadline(Nanoseconds from_now) {
        const Nanoseconds now = clock_();
        deadline_ = from_now > never - now ? never : now + from_now;
    }
    /// The deadline passes at this many calls of ask(): tests reach every place with it, without a clock.
    void set_questions(std::int64_t questions) { questions_ = questions; }
    /// Another thread may end the request by this flag, beside others.
    void add_cancellation(Flag flag) { cancellations_.push_back(std::move(flag)); }

    /// Whether the request has a deadline.
    bool is_timed() const {
        return deadline_ != never || questions_.load(std::memory_order_relaxed) != never ||
               (of_call_ != nullptr && of_call_->is_timed());
    }

    // While it is done, by any of its threads:

    void ask() {
        if (of_call_ != nullptr) of_call_->ask();
        if (is_stopped() || has_news()) look();
    }
    bool is_stopped() const { return reason_.load(std::memory_order_relaxed) != StopReason::none; }
    StopReason reason() const { return reason_.load(std::memory_order_relaxed); }

    /// ask() for a thread that waits for others: those will throw.
    void poll() noexcept;

    /// Takes the deadline away, for what is done after it is not done for long.
    void forget_deadline();

    /// Adds to the work that the request's scripts have done, and gives all of it; script/work.h has the unit.
    std::uint64_t add_script_work(std::uint64_t work) {
        return script_work_.fetch_add(work, std::memory_order_relaxed) + work;
    }

 protected:
    /// Whether a signal wants the call to end; asked by the calling thread, each 20 ms.
    virtual bool interrupted() noexcept { return false; }

 private:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    bool is_time() const {
        if (of_call_ != nullptr) return deadline_ != never && clock_() >= deadline_;
        return clock_() >= std::min(deadline_, next_signals_.load(std::memory_order_relaxed));
    }
    bool is_cancelled() const {
        return std::ranges::any_of(cancellations_,
                                   [](const Flag& flag) { return flag->load(std::memory_order_relaxed); });
    }
    bool has_news() const { return is_time() || is_cancelled() || questions_.load(std::memory_order_relaxed) != never; }
    void look();
    void find_signals(Nanoseconds now);
    void stop(StopReason reason);

    const Clock clock_;
    const std::thread::id caller_;  ///< none where another budget is that of the call
    Budget* of_call_ = nullptr;
    Nanoseconds deadline_ = never;
    std::vector<Flag> cancellations_;
    std::atomic<std::int64_t> questions_ = never;
    std::atomic<Nanoseconds> next_signals_ = 0;  ///< 0 until the calling thread asks for the first time
    std::atomic<StopReason> reason_ = StopReason::none;
    std::atomic<std::uint64_t> script_work_ = 0;
};

/// Asks after every `many` of some pieces of work that are too small to ask after each.
inline void ask_after(std::size_t many, std::size_t piece, Budget* budget) {
    if (piece % many == many - 1 && budget != nullptr) budget->ask();
}

/// Does pieces of work that are too small to ask before each: asks before every `many`, and nothing is counted between.
template <class Work>
void ask_before_each(std::uint32_t many, std::uint32_t count, Budget* budget, const Work& work) {
    for (std::uint32_t begin = 0; begin < count; begin += many) {
        if (begin > 0 && budget != nullptr) budget->ask();
        const std::uint32_t end = std::min(count - begin, many) + begin;
        for (std::uint32_t i = begin; i < end; ++i) work(i);
    }
}

/// Asks, if there is a budget.
inline void ask(Budget* budget) {
    if (budget != nullptr) budget->ask();
}

/// Asks the budget that goes with an arena, if there is one.
inline void ask(const Arena& arena) {
    ask(arena.budget());
}

/// Asks when there was enough work since the last time; of what takes about so long, done or to be done at once.
inline void ask_for_work(Arena& arena, std::uint64_t nanoseconds) {
    if (arena.is_enough_work(nanoseconds)) ask(arena);
}

/// Whether work came to its end before the request's time did; Stopped for any other reason goes on.
template <class Work>
bool in_time(const Work& work) {
    try {
        work();
        return true;
    } catch (const Stopped& stopped) {
        if (stopped.reason != StopReason::deadline) throw;
        return false;
    }
}

}  // namespace rescora

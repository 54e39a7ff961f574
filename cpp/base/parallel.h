/// A parallel for: independent pieces of work on several threads.
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/budget.h"

namespace rescora {

/// No machine gains from more, and asking the system for a million would fail.
constexpr std::size_t most_threads = 256;

/// Threads worth starting for n pieces: `wanted`, or one a processor when `wanted` is 0; never more than n.
inline std::size_t thread_count(std::size_t wanted, std::size_t n) {
    const std::size_t processors = std::thread::hardware_concurrency();
    const std::size_t threads = wanted != 0 ? wanted : (processors != 0 ? processors : 1);
    return std::clamp<std::size_t>(n, 1, std::min(threads, most_threads));
}

/// False when the system has no thread to give.
template <class Run>
bool try_start(std::vector<std::jthread>& threads, const Run& run) {
    try {
        threads.emplace_back(run);
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

/// The exception of the lowest piece that failed: pieces are begun in order, so it is the same for any number of
/// threads.
class FirstFailure {
 public:
    void note(std::size_t piece) {
        const std::lock_guard lock(guard_);
        if (failure_ && piece_ < piece) return;
        failure_ = std::current_exception();
        piece_ = piece;
    }
    void rethrow() const {
        if (failure_) std::rethrow_exception(failure_);
    }

 private:
    std::mutex guard_;
    std::exception_ptr failure_;
    std::size_t piece_ = 0;
};

/// How many threads are still at work, for the one that waits for them.
class Running {
 public:
    void begin() { change(1); }
    void end() {
        change(-1);
        none_.notify_one();
    }
    /// The budget is polled meanwhile: a signal may want an end.
    void wait(Budget* budget) {
        std::unique_lock lock(guard_);
        while (count_ > 0) {
            none_.wait_for(lock, std::chrono::nanoseconds(Budget::between_signals));
            if (count_ == 0 || budget == nullptr) continue;
            lock.unlock();
            budget->poll();
            lock.lock();
        }
    }

 private:
    void change(int by) {
        const std::lock_guard lock(guard_);
        count_ += by;
    }

    std::mutex guard_;
    std::condition_variable none_;
    int count_ = 0;
};

/// Calls work(i) once for each i < n, on `threads` threads, the caller's included. A failure is thrown again here,
/// after all threads have ended; pieces that were not begun by then never are.
template <class Work>
void parallel_for(std::size_t n, std::size_t threads, const Work& work, Budget* budget = nullptr) {
    std::atomic<std::size_t> next = 0;
    FirstFailure failure;
    const auto run = [&] {
        for (std::size_t i; (i = next.fetch_add(1)) < n;) {
            try {
                work(i);
            } catch (...) {
                failure.note(i);
                next = n;
            }
        }
    };
    {
        Running running;
        const auto run_other = [&] {
            run();
            running.end();
        };
        std::vector<std::jthread> others;
        others.reserve(threads);
        // where the system gives no more threads, those there are do all the work
        for (std::size_t started = 1; started < threads; ++started) {
            running.begin();
            if (try_start(others, run_other)) continue;
            running.end();
            break;
        }
        run();
        running.wait(budget);
    }
    failure.rethrow();
}

}  // namespace rescora

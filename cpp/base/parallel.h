/// Independent pieces of work on several threads.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

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

/// Calls work(i) once for each i < n, on `threads` threads, the caller's included. The first exception is thrown
/// again here, after all threads have ended.
template <class Work>
void parallel_for(std::size_t n, std::size_t threads, const Work& work) {
    std::atomic<std::size_t> next = 0;
    std::exception_ptr failure;
    std::mutex failure_guard;
    const auto run = [&] {
        for (std::size_t i; (i = next.fetch_add(1)) < n;) {
            try {
                work(i);
            } catch (...) {
                const std::lock_guard lock(failure_guard);
                if (!failure) failure = std::current_exception();
                next = n;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        std::size_t started = 1;  // where the system gives no more threads, those there are do all the work
        while (started < threads && try_start(others, run)) ++started;
        run();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace rescora

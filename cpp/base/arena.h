/// An arena allocator for one request's scratch memory, freed all at once. It carries the request's budget to
/// wherever the work is done.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace rescora {

class Budget;

/// Chunks grow and are kept, so a warm arena never asks the system for memory. One thread at a time.
class Arena {
 public:
    /// The thread's own, warm from the requests before.
    static Arena& of_thread();

    /// n uninitialised items, alive until the enclosing Scope ends.
    template <class T>
    T* take(std::size_t n) {
        static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignment);
        const std::size_t size = (n * sizeof(T) + alignment - 1) / alignment * alignment;
        while (chunk_ < chunks_.size() && used_ + size > chunks_[chunk_].size) next_chunk();
        if (chunk_ == chunks_.size()) add_chunk(size);
        std::byte* at = chunks_[chunk_].begin + used_;
        used_ += size;
        return reinterpret_cast<T*>(at);
    }

    template <class T>
    T* take_zeroed(std::size_t n) {
        T* items = take<T>(n);
        std::fill_n(items, n, T{});
        return items;
    }

    /// What was taken inside a scope is given back at its end.
    class Scope {
     public:
        explicit Scope(Arena& arena) : arena_(arena), chunk_(arena.chunk_), used_(arena.used_) {}
        ~Scope() {
            arena_.chunk_ = chunk_;
            arena_.used_ = used_;
        }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

     private:
        Arena& arena_;
        std::size_t chunk_, used_;
    };

    /// Null for a request without limits.
    Budget* budget() const { return budget_; }

    /// Notes work; whether there was enough of it since the last time that the budget should be asked.
    bool is_enough_work(std::uint64_t nanoseconds) {
        unasked_ += nanoseconds;
        if (unasked_ < between_questions) return false;
        unasked_ = 0;
        return true;
    }

    /// The budget of what a thread does until the guard ends.
    class Budgeted {
     public:
        Budgeted(Arena& arena, Budget* budget)
            : arena_(arena), before_(std::exchange(arena.budget_, budget)), scope_(arena) {
            arena.unasked_ = 0;
        }
        ~Budgeted() { arena_.budget_ = before_; }
        Budgeted(const Budgeted&) = delete;
        Budgeted& operator=(const Budgeted&) = delete;

     private:
        Arena& arena_;
        Budget* before_;
        Scope scope_;
    };

 private:
    static constexpr std::size_t alignment = 64;  // a cache line, and the widest vector
    static constexpr std::size_t first_chunk = std::size_t{64} * 1024;
    static constexpr std::uint64_t between_questions = 1 << 16;  // nanoseconds: a question takes 25

    struct Chunk {
        std::unique_ptr<std::byte[]> memory;
        std::byte* begin;
        std::size_t size;
    };

    void next_chunk() {
        ++chunk_;
        used_ = 0;
    }

    void add_chunk(std::size_t at_least) {
        const std::size_t size = std::max(at_least, first_chunk << std::min<std::size_t>(chunks_.size(), 10));
        auto memory = std::make_unique_for_overwrite<std::byte[]>(size + alignment);
        const auto address = reinterpret_cast<std::uintptr_t>(memory.get());
        auto* begin = memory.get() + (alignment - address % alignment) % alignment;
        chunks_.push_back({std::move(memory), begin, size});
        used_ = 0;
    }

    std::vector<Chunk> chunks_;
    std::size_t chunk_ = 0, used_ = 0;
    Budget* budget_ = nullptr;
    std::uint64_t unasked_ = 0;  ///< nanoseconds of work
};

/// The thread's arena with a request's budget, for what is done until the end of the scope.
class RequestArena {
 public:
    /// budget: null for a request without limits.
    explicit RequestArena(Budget* budget) : arena_(Arena::of_thread()), budgeted_(arena_, budget) {}
    operator Arena&() const { return arena_; }

 private:
    Arena& arena_;
    Arena::Budgeted budgeted_;
};

}  // namespace rescora

/// A growable array for hundreds of megabytes, used while an index is built.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace rescora {

/// Grows in place: where an array is large, the system moves its pages instead of copying what is in them. A vector
/// that doubles would touch every page twice, and to be given a page takes as long as to fill it.
template <class T>
class LargeArray {
    static_assert(std::is_trivially_copyable_v<T>);

 public:
    LargeArray() = default;
    /// n items, of any value.
    explicit LargeArray(std::size_t n) : size_(n) { reserve(n); }
    LargeArray(LargeArray&& other) noexcept { *this = std::move(other); }
    LargeArray& operator=(LargeArray&& other) noexcept {
        std::swap(items_, other.items_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
        return *this;
    }
    ~LargeArray() { std::free(items_); }

    void push_back(T item) {
        if (size_ == capacity_) reserve(capacity_ < 512 ? 1024 : 2 * capacity_);
        items_[size_++] = item;
    }
    void append(std::span<const T> more) {
        if (more.empty()) return;
        if (capacity_ - size_ < more.size()) reserve(std::max(2 * capacity_, size_ + more.size()));
        std::memcpy(items_ + size_, more.data(), more.size_bytes());
        size_ += more.size();
    }

    std::size_t size() const { return size_; }
    T* data() { return items_; }
    const T* data() const { return items_; }
    T& operator[](std::size_t i) { return items_[i]; }
    const T& operator[](std::size_t i) const { return items_[i]; }
    operator std::span<const T>() const { return {items_, size_}; }

 private:
    void reserve(std::size_t capacity) {
        if (capacity == 0) return;
        if (capacity > SIZE_MAX / sizeof(T)) throw std::bad_array_new_length();
        void* moved = std::realloc(items_, capacity * sizeof(T));
        if (moved == nullptr) throw std::bad_alloc();
        items_ = static_cast<T*>(moved);
        capacity_ = capacity;
    }

    T* items_ = nullptr;
    std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace rescora

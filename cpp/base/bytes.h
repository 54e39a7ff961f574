/// A non-owning view of bytes, and unaligned reads from it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace rescora {

using Bytes = std::span<const std::byte>;

/// A number from unaligned little-endian bytes; the caller has checked that they are there.
template <class T>
T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// The bytes of an array.
template <class T>
Bytes bytes_of(std::span<const T> items) {
    return std::as_bytes(items);
}

/// Whole items of T in `bytes`, which stand aligned (sections do).
template <class T>
std::span<const T> items_of(Bytes bytes) {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

}  // namespace rescora

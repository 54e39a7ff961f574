#pragma once
#include <cstdint>

namespace rescora::kernels {

/// The place of a term among one document's terms, or `count` when the document does not have it.
///
/// Shapes  fingerprints: `count`; fingerprints[i] is a hash of term i in one byte, so that most terms are told apart at
///         one byte each, many at a time. entries: `count` of `stride` bytes, at any address; each begins with a u32
///         whose bits 0 to 30 are the term.
/// Errors  none.
using FindWord = std::uint32_t(const std::uint8_t* fingerprints, const std::uint8_t* entries, std::uint32_t stride,
                               std::uint32_t count, std::uint8_t fingerprint, std::uint32_t word);

}  // namespace rescora::kernels

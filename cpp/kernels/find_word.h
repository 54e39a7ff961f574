#pragma once
#include <cstdint>

namespace rescora::kernels {

/// The place of a word among one document's words, or `count` when the document does not have it.
///
/// Shapes  fingerprints, words: `count` each; fingerprints[i] is a hash of words[i] in one byte, so that most words
///         are told apart at one byte each, many at a time. `words` may stand unaligned.
/// Errors  none.
using FindWord = std::uint32_t(const std::uint8_t* fingerprints, const std::uint8_t* words, std::uint32_t count,
                               std::uint8_t fingerprint, std::uint32_t word);

}  // namespace rescora::kernels

/// The body of find_word.h, compiled once for each instruction set.
///
/// A mask has one bit for each equal fingerprint. Only its making differs between instruction sets.
#if defined(__SSE2__)
struct Vector16 {
    static constexpr std::uint32_t width = 16;
    static std::uint64_t equal(const std::uint8_t* at, std::uint8_t wanted) {
        const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        return static_cast<std::uint32_t>(
            _mm_movemask_epi8(_mm_cmpeq_epi8(here, _mm_set1_epi8(static_cast<char>(wanted)))));
    }
};
#else
struct Vector16 {
    static constexpr std::uint32_t width = 16;
    static std::uint64_t equal(const std::uint8_t* at, std::uint8_t wanted) {
        std::uint64_t mask = 0;
        for (std::uint32_t i = 0; i < width; ++i) mask |= std::uint64_t{at[i] == wanted} << i;
        return mask;
    }
};
#endif

#if defined(__AVX512BW__)
struct Widest {
    static constexpr std::uint32_t width = 64;
    static std::uint64_t equal(const std::uint8_t* at, std::uint8_t wanted) {
        return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(at), _mm512_set1_epi8(static_cast<char>(wanted)));
    }
};
#elif defined(__AVX2__)
struct Widest {
    static constexpr std::uint32_t width = 32;
    static std::uint64_t equal(const std::uint8_t* at, std::uint8_t wanted) {
        const __m256i here = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        return static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(here, _mm256_set1_epi8(static_cast<char>(wanted)))));
    }
};
#else
using Widest = Vector16;
#endif

/// One document's terms, each at the beginning of an entry.
struct Entries {
    const std::uint8_t* at;
    std::size_t stride;
    std::uint32_t word(std::uint32_t i) const {
        std::uint32_t first;
        __builtin_memcpy(&first, at + i * stride, sizeof first);
        return first & 0x7FFFFFFF;
    }
};

/// Compares one vector of fingerprints from `first` on; the term's place, or `none`.
template <class Vector>
std::uint32_t find_in_vector(const std::uint8_t* fingerprints, Entries words, std::uint32_t first,
                             std::uint8_t fingerprint, std::uint32_t word, std::uint32_t none) {
    for (std::uint64_t mask = Vector::equal(fingerprints + first, fingerprint); mask != 0; mask &= mask - 1) {
        const std::uint32_t i = first + static_cast<std::uint32_t>(__builtin_ctzll(mask));
        if (words.word(i) == word) return i;
    }
    return none;
}

/// The same over all of them, for a document with at least one vector of terms.
template <class Vector>
std::uint32_t find_in_vectors(const std::uint8_t* fingerprints, Entries words, std::uint32_t count,
                              std::uint8_t fingerprint, std::uint32_t word) {
    std::uint32_t i = 0;
    for (; i + Vector::width < count; i += Vector::width) {
        const std::uint32_t at = find_in_vector<Vector>(fingerprints, words, i, fingerprint, word, count);
        if (at != count) return at;
    }
    i = count - Vector::width;  // may overlap the one before
    return find_in_vector<Vector>(fingerprints, words, i, fingerprint, word, count);
}

std::uint32_t find_word(const std::uint8_t* fingerprints, const std::uint8_t* entries, std::uint32_t stride,
                        std::uint32_t count, std::uint8_t fingerprint, std::uint32_t word) {
    const Entries words = {entries, stride};
    if (count >= Widest::width) return find_in_vectors<Widest>(fingerprints, words, count, fingerprint, word);
    if (count >= Vector16::width) return find_in_vectors<Vector16>(fingerprints, words, count, fingerprint, word);
    for (std::uint32_t i = 0; i < count; ++i)
        if (fingerprints[i] == fingerprint && words.word(i) == word) return i;
    return count;
}

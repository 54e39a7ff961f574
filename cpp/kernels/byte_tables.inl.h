/// Look-ups in the tables of byte_tables.h.
namespace byte_tables {

/// One value.
inline std::uint32_t value(const std::uint8_t* table, std::size_t number) {
    const std::uint8_t* its = table + number / values_of_sixteen * bytes_of_sixteen + number % values_of_sixteen;
    std::uint32_t bits = 0;
    for (std::size_t b = 0; b < sizeof bits; ++b)
        bits |= static_cast<std::uint32_t>(its[b * values_of_sixteen]) << (8 * b);
    return bits;
}

#if defined(__AVX2__)
/// Shuffle indices into one sixteen: above 127, where a shuffle gives 0, for numbers outside of it. Numbers are below
/// 128.
inline __m256i in_sixteen(__m256i number, std::size_t sixteen) {
    const __m256i its = _mm256_set1_epi8(static_cast<char>(sixteen << 4));
    return _mm256_adds_epu8(_mm256_xor_si256(number, its), _mm256_set1_epi8(0x70));
}

/// The values of 32 numbers below 16 * sixteens, of which there are at most 8, in the order in which keys stand.
template <std::size_t sixteens>
inline void look_up(__m256i number, const std::uint8_t* table, __m256i* values) {
    __m256i bytes[4];
    for (std::size_t s = 0; s < sixteens; ++s) {
        const __m256i at = in_sixteen(number, s);
        for (std::size_t b = 0; b < 4; ++b) {
            const auto* its = reinterpret_cast<const __m128i*>(table + s * bytes_of_sixteen + b * values_of_sixteen);
            const __m256i found = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(its)), at);
            bytes[b] = s == 0 ? found : _mm256_or_si256(bytes[b], found);
        }
    }
    const __m256i low[] = {_mm256_unpacklo_epi8(bytes[0], bytes[1]), _mm256_unpackhi_epi8(bytes[0], bytes[1])};
    const __m256i high[] = {_mm256_unpacklo_epi8(bytes[2], bytes[3]), _mm256_unpackhi_epi8(bytes[2], bytes[3])};
    for (std::size_t k = 0; k < 2; ++k) {
        values[2 * k] = _mm256_unpacklo_epi16(low[k], high[k]);
        values[2 * k + 1] = _mm256_unpackhi_epi16(low[k], high[k]);
    }
}
#endif

}  // namespace byte_tables

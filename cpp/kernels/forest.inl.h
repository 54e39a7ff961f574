/// The bodies of forest.h, compiled once for each instruction set.
namespace forest {

/// Bits that grow as the float does, as a signed integer.
inline std::int32_t key_of(float value, const ForestKeyRule& rule) {
    const float size = value < 0 ? -value : value;
    if (size <= rule.small) return rule.zero_key;
    if (!(size <= rule.largest)) return rule.nan_key;
    std::int32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits ^ static_cast<std::int32_t>(static_cast<std::uint32_t>(bits >> 31) >> 1);
}

/// Where the key of document i stands among its 32. Comparisons of eight are packed to bytes in two halves, which
/// leaves them in this order, and a permutation for each condition would cost more than this one for each key.
constexpr std::size_t slot(std::size_t i) {
#if defined(__AVX2__)
    const std::size_t in = i % 32;
    return i - in + (in % 16) / 4 * 8 + in / 16 * 4 + in % 4;
#else
    return i;
#endif
}

struct Places {
    std::uint8_t of[32];
};
constexpr Places make_places() {
    Places places = {};
    for (std::size_t i = 0; i < 32; ++i) places.of[i] = static_cast<std::uint8_t>(slot(i));
    return places;
}
constexpr Places places = make_places();

void pad(std::int32_t* keys, std::size_t n) {
    for (std::size_t i = n; i % 32 != 0; ++i) keys[slot(i)] = 0;
}

void order(const std::int32_t* in, std::size_t n, std::int32_t* keys) {
    for (std::size_t i = 0; i < n; ++i) keys[slot(i)] = in[i];
    pad(keys, n);
}

#if defined(__AVX2__)
/// A rule in every lane.
struct KeyLanes {
    __m256 small, largest;
    __m256i zero_key, nan_key;

    explicit KeyLanes(const ForestKeyRule& rule)
        : small(_mm256_set1_ps(rule.small)),
          largest(_mm256_set1_ps(rule.largest)),
          zero_key(_mm256_set1_epi32(rule.zero_key)),
          nan_key(_mm256_set1_epi32(rule.nan_key)) {}

    __m256i of(__m256 values) const {
        const __m256 size = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), values);
        const __m256 is_zero = _mm256_cmp_ps(size, small, _CMP_LE_OQ), fits = _mm256_cmp_ps(size, largest, _CMP_LE_OQ);
        const __m256i bits = _mm256_castps_si256(values);
        const __m256i ordered = _mm256_xor_si256(bits, _mm256_srli_epi32(_mm256_srai_epi32(bits, 31), 1));
        const __m256i number = _mm256_blendv_epi8(nan_key, ordered, _mm256_castps_si256(fits));
        return _mm256_blendv_epi8(number, zero_key, _mm256_castps_si256(is_zero));
    }
};

void keys(const float* values, std::ptrdiff_t stride, std::size_t n, const ForestKeyRule& rule, std::int32_t* out) {
    const KeyLanes lanes(rule);
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const float* v = values + static_cast<std::ptrdiff_t>(i) * stride;
        const __m256 eight = stride == 1 ? _mm256_loadu_ps(v)
                                         : _mm256_setr_ps(v[0], v[stride], v[2 * stride], v[3 * stride], v[4 * stride],
                                                          v[5 * stride], v[6 * stride], v[7 * stride]);
        const __m256i made = lanes.of(eight);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + slot(i)), _mm256_castsi256_si128(made));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + slot(i + 4)), _mm256_extracti128_si256(made, 1));
    }
    for (; i < n; ++i) out[slot(i)] = key_of(values[static_cast<std::ptrdiff_t>(i) * stride], rule);
    pad(out, n);
}

/// Eight rows of eight become eight columns of eight.
inline void turn(const __m256i* rows, __m256i* columns) {
    __m256i pairs[8], fours[8];
    for (int k = 0; k < 8; k += 2) {
        pairs[k] = _mm256_unpacklo_epi32(rows[k], rows[k + 1]);
        pairs[k + 1] = _mm256_unpackhi_epi32(rows[k], rows[k + 1]);
    }
    for (int k = 0; k < 8; k += 4)
        for (int h = 0; h < 2; ++h) {
            fours[k + 2 * h] = _mm256_unpacklo_epi64(pairs[k + h], pairs[k + h + 2]);
            fours[k + 2 * h + 1] = _mm256_unpackhi_epi64(pairs[k + h], pairs[k + h + 2]);
        }
    for (int k = 0; k < 4; ++k) {
        columns[k] = _mm256_permute2x128_si256(fours[k], fours[k + 4], 0x20);
        columns[k + 4] = _mm256_permute2x128_si256(fours[k], fours[k + 4], 0x31);
    }
}

void keys_of_eight(const float* values, std::ptrdiff_t row_stride, std::size_t n, const ForestKeyRule& rule,
                   std::int32_t* out, std::size_t stride) {
    const KeyLanes lanes(rule);
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const float* first = values + static_cast<std::ptrdiff_t>(i) * row_stride;
        __m256i rows[8], columns[8];
        for (int k = 0; k < 8; ++k) {
            __builtin_prefetch(first + (k + 16) * row_stride);  // no stride as long as a row's is foreseen
            rows[k] = lanes.of(_mm256_loadu_ps(first + k * row_stride));
        }
        turn(rows, columns);
        for (std::size_t c = 0; c < 8; ++c) {
            std::int32_t* keys = out + c * stride;
            _mm_storeu_si128(reinterpret_cast<__m128i*>(keys + slot(i)), _mm256_castsi256_si128(columns[c]));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(keys + slot(i + 4)), _mm256_extracti128_si256(columns[c], 1));
        }
    }
    for (std::size_t c = 0; c < 8; ++c) {
        for (std::size_t d = i; d < n; ++d)
            out[c * stride + slot(d)] =
                key_of(values[static_cast<std::ptrdiff_t>(d) * row_stride + static_cast<std::ptrdiff_t>(c)], rule);
        pad(out + c * stride, n);
    }
}

void conditions(const std::int32_t* keys, std::size_t words, const std::int32_t* thresholds, std::size_t n,
                std::uint32_t* bits, std::size_t row) {
    for (std::size_t w = 0; w < words; ++w) {
        const auto* in = reinterpret_cast<const __m256i*>(keys + 32 * w);
        const __m256i a = _mm256_loadu_si256(in), b = _mm256_loadu_si256(in + 1), c = _mm256_loadu_si256(in + 2),
                      d = _mm256_loadu_si256(in + 3);
#pragma GCC unroll 8
        for (std::size_t i = 0; i < n; ++i) {
            const __m256i t = _mm256_set1_epi32(thresholds[i]);
            const __m256i ab = _mm256_packs_epi32(_mm256_cmpgt_epi32(a, t), _mm256_cmpgt_epi32(b, t));
            const __m256i cd = _mm256_packs_epi32(_mm256_cmpgt_epi32(c, t), _mm256_cmpgt_epi32(d, t));
            bits[i * row + w] = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_packs_epi16(ab, cd)));
        }
    }
}
#else
void keys(const float* values, std::ptrdiff_t stride, std::size_t n, const ForestKeyRule& rule, std::int32_t* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = key_of(values[static_cast<std::ptrdiff_t>(i) * stride], rule);
    pad(out, n);
}

void keys_of_eight(const float* values, std::ptrdiff_t row_stride, std::size_t n, const ForestKeyRule& rule,
                   std::int32_t* out, std::size_t stride) {
    for (std::size_t c = 0; c < 8; ++c) keys(values + c, row_stride, n, rule, out + c * stride);
}

void conditions(const std::int32_t* keys, std::size_t words, const std::int32_t* thresholds, std::size_t n,
                std::uint32_t* bits, std::size_t row) {
    for (std::size_t w = 0; w < words; ++w)
        for (std::size_t i = 0; i < n; ++i) {
            std::uint32_t word = 0;
            for (std::size_t d = 0; d < 32; ++d)
                word |= static_cast<std::uint32_t>(keys[32 * w + d] > thresholds[i]) << d;
            bits[i * row + w] = word;
        }
}
#endif

}  // namespace forest

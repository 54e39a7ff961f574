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

void conditions(const std::int32_t* keys, std::size_t words, const std::int32_t* thresholds, std::size_t n,
                std::uint32_t* bits) {
    for (std::size_t w = 0; w < words; ++w) {
        const auto* in = reinterpret_cast<const __m256i*>(keys + 32 * w);
        const __m256i a = _mm256_loadu_si256(in), b = _mm256_loadu_si256(in + 1), c = _mm256_loadu_si256(in + 2),
                      d = _mm256_loadu_si256(in + 3);
        for (std::size_t i = 0; i < n; ++i) {
            const __m256i t = _mm256_set1_epi32(thresholds[i]);
            const __m256i ab = _mm256_packs_epi32(_mm256_cmpgt_epi32(a, t), _mm256_cmpgt_epi32(b, t));
            const __m256i cd = _mm256_packs_epi32(_mm256_cmpgt_epi32(c, t), _mm256_cmpgt_epi32(d, t));
            bits[i * forest_words + w] = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_packs_epi16(ab, cd)));
        }
    }
}

void selects(const ForestSelect* selects, std::size_t n, std::uint32_t* rows) {
    auto* all = reinterpret_cast<__m256i*>(rows);
    for (std::size_t i = 0; i < n; ++i) {
        const ForestSelect& one = selects[i];
        const __m256i left = _mm256_load_si256(all + one.left), right = _mm256_load_si256(all + one.right),
                      condition = _mm256_load_si256(all + one.condition);
        const __m256i differ = _mm256_and_si256(condition, _mm256_xor_si256(left, right));
        _mm256_store_si256(all + one.out, _mm256_xor_si256(left, differ));
    }
}

void numbers(const std::uint16_t* planes, std::size_t n, const std::uint32_t* rows, std::size_t words,
             std::uint8_t* leaf) {
    const __m256i bytes = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201u));
    for (std::size_t w = 0; w < words; ++w) {
        __m256i number = _mm256_setzero_si256();
        for (std::size_t p = n; p-- > 0;) {
            const __m256i word = _mm256_set1_epi32(static_cast<int>(rows[planes[p] * forest_words + w]));
            const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(word, bytes), bit), bit);
            number = _mm256_sub_epi8(_mm256_add_epi8(number, number), set);
        }
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(leaf + 32 * w), number);
    }
}
#else
void keys(const float* values, std::ptrdiff_t stride, std::size_t n, const ForestKeyRule& rule, std::int32_t* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = key_of(values[static_cast<std::ptrdiff_t>(i) * stride], rule);
    pad(out, n);
}

void conditions(const std::int32_t* keys, std::size_t words, const std::int32_t* thresholds, std::size_t n,
                std::uint32_t* bits) {
    for (std::size_t w = 0; w < words; ++w)
        for (std::size_t i = 0; i < n; ++i) {
            std::uint32_t word = 0;
            for (std::size_t d = 0; d < 32; ++d)
                word |= static_cast<std::uint32_t>(keys[32 * w + d] > thresholds[i]) << d;
            bits[i * forest_words + w] = word;
        }
}

void selects(const ForestSelect* selects, std::size_t n, std::uint32_t* rows) {
    for (std::size_t i = 0; i < n; ++i) {
        const ForestSelect& one = selects[i];
        const std::uint32_t *condition = rows + one.condition * forest_words, *left = rows + one.left * forest_words,
                            *right = rows + one.right * forest_words;
        std::uint32_t* out = rows + one.out * forest_words;
        for (std::size_t w = 0; w < forest_words; ++w) out[w] = left[w] ^ (condition[w] & (left[w] ^ right[w]));
    }
}

void numbers(const std::uint16_t* planes, std::size_t n, const std::uint32_t* rows, std::size_t words,
             std::uint8_t* leaf) {
    for (std::size_t w = 0; w < words; ++w)
        for (std::size_t d = 0; d < 32; ++d) {
            std::uint32_t number = 0;
            for (std::size_t p = 0; p < n; ++p) number |= (rows[planes[p] * forest_words + w] >> d & 1) << p;
            leaf[32 * w + d] = static_cast<std::uint8_t>(number);
        }
}
#endif

}  // namespace forest

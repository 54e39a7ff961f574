/// The bodies of forest.h, compiled once for each instruction set.
namespace forest {

/// Bits ordered as the floats are, as a signed integer.
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

/// The one of four functions that is for rows of so many words.
template <class Function>
inline Function* of_row(std::size_t row, Function* one, Function* two, Function* four, Function* eight) {
    return row == 1 ? one : row == 2 ? two : row == 4 ? four : eight;
}

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

/// Transposes an 8 x 8 matrix.
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

/// Comparisons of four times eight, as bytes in the order of the documents.
inline __m256i above(const __m256i* keys, const __m256i* pivots) {
    const __m256i ab = _mm256_packs_epi32(_mm256_cmpgt_epi32(keys[0], pivots[0]),
                                          _mm256_cmpgt_epi32(keys[1], pivots[1])),
                  cd = _mm256_packs_epi32(_mm256_cmpgt_epi32(keys[2], pivots[2]),
                                          _mm256_cmpgt_epi32(keys[3], pivots[3]));
    return _mm256_packs_epi16(ab, cd);
}

/// Down the levels whose pivots fit a register, to the places of 32 documents among them.
template <std::size_t levels>
inline __m256i descend(const __m256i* keys, const std::uint8_t* pivots) {
    __m256i at[4] = {};
    for (std::size_t level = 0; level < levels; ++level) {
        const __m256i its = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(pivots + pivots_before[level]));
        for (std::size_t k = 0; k < 4; ++k) {
            const __m256i right = _mm256_cmpgt_epi32(keys[k], _mm256_permutevar8x32_epi32(its, at[k]));
            at[k] = _mm256_sub_epi32(_mm256_add_epi32(at[k], at[k]), right);
        }
    }
    return _mm256_packs_epi16(_mm256_packs_epi32(at[0], at[1]), _mm256_packs_epi32(at[2], at[3]));
}
static_assert(registers_of_pivots == 4, "ranks_of descends into tables from level 4 on");

/// One level more, in a byte table.
template <std::size_t level>
inline __m256i descend_one(const __m256i* keys, const std::uint8_t* pivots, __m256i at) {
    __m256i its[4];
    byte_tables::look_up<(std::size_t{1} << level) / values_of_sixteen>(at, pivots + pivots_before[level], its);
    return _mm256_sub_epi8(_mm256_add_epi8(at, at), above(keys, its));
}

template <std::size_t levels>
void ranks_of(const std::int32_t* keys, std::size_t words, const std::uint8_t* pivots, std::uint8_t* ranks) {
    for (std::size_t w = 0; w < words; ++w) {
        const auto* in = reinterpret_cast<const __m256i*>(keys + 32 * w);
        const __m256i four[4] = {_mm256_loadu_si256(in), _mm256_loadu_si256(in + 1), _mm256_loadu_si256(in + 2),
                                 _mm256_loadu_si256(in + 3)};
        __m256i at = descend<(levels < registers_of_pivots ? levels : registers_of_pivots)>(four, pivots);
        if constexpr (levels > 4) at = descend_one<4>(four, pivots, at);
        if constexpr (levels > 5) at = descend_one<5>(four, pivots, at);
        if constexpr (levels > 6) at = descend_one<6>(four, pivots, at);
        if constexpr (levels > 7) at = descend_one<7>(four, pivots, at);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(ranks + 32 * w), at);
    }
}

void ranks(const std::int32_t* keys, std::size_t words, const std::uint8_t* pivots, std::size_t levels,
           std::uint8_t* ranks) {
    using Ranks = void(const std::int32_t*, std::size_t, const std::uint8_t*, std::uint8_t*);
    static constexpr Ranks* of_levels[] = {ranks_of<1>, ranks_of<2>, ranks_of<3>, ranks_of<4>,
                                           ranks_of<5>, ranks_of<6>, ranks_of<7>, ranks_of<8>};
    of_levels[levels - 1](keys, words, pivots, ranks);
}

/// As many ranks as a row has bytes, again for each row that a register holds, in the order of signed bytes.
template <std::size_t row>
inline __m256i repeated(const std::uint8_t* ranks) {
    __m256i its;
    if constexpr (row == 8) {
        its = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ranks));
    } else if constexpr (row == 4) {
        its = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(ranks)));
    } else if constexpr (row == 2) {
        long long eight;
        __builtin_memcpy(&eight, ranks, sizeof eight);
        its = _mm256_set1_epi64x(eight);
    } else {
        int four;
        __builtin_memcpy(&four, ranks, sizeof four);
        its = _mm256_set1_epi32(four);
    }
    return _mm256_xor_si256(its, _mm256_set1_epi8(-128));
}

template <std::size_t row>
void conditions_of(const std::uint8_t* ranks, std::size_t n, std::uint32_t* bits) {
    constexpr std::size_t bytes = 4 * row, rows = 32 / bytes;
    __m256i its[8];
    for (std::size_t k = 0; k < 8; ++k) its[k] = repeated<row>(ranks + k * bytes);
    std::int8_t first[32];
    for (std::size_t b = 0; b < 32; ++b) first[b] = static_cast<std::int8_t>(static_cast<int>(b / bytes) - 128);
    __m256i at = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first));
    for (std::size_t c = 0; c < n; c += rows) {
        __m256i made = _mm256_setzero_si256();
        for (std::size_t k = 8; k-- > 0;)
            made = _mm256_sub_epi8(_mm256_add_epi8(made, made), _mm256_cmpgt_epi8(its[k], at));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(bits + c * row), made);
        at = _mm256_add_epi8(at, _mm256_set1_epi8(static_cast<char>(rows)));
    }
}

void conditions_of_ranks(const std::uint8_t* ranks, std::size_t n, std::uint32_t* bits, std::size_t row) {
    of_row(row, conditions_of<1>, conditions_of<2>, conditions_of<4>, conditions_of<8>)(ranks, n, bits);
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

inline std::int32_t pivot(const std::uint8_t* pivots, std::size_t level, std::size_t number) {
    const std::uint8_t* its = pivots + pivots_before[level];
    if (level >= registers_of_pivots) return static_cast<std::int32_t>(byte_tables::value(its, number));
    std::int32_t made;
    __builtin_memcpy(&made, its + number * sizeof made, sizeof made);
    return made;
}

void ranks(const std::int32_t* keys, std::size_t words, const std::uint8_t* pivots, std::size_t levels,
           std::uint8_t* ranks) {
    for (std::size_t d = 0; d < 32 * words; ++d) {
        std::size_t at = 0;
        for (std::size_t level = 0; level < levels; ++level)
            at = 2 * at + static_cast<std::size_t>(keys[d] > pivot(pivots, level, at));
        ranks[d] = static_cast<std::uint8_t>(at);
    }
}

void conditions_of_ranks(const std::uint8_t* ranks, std::size_t n, std::uint32_t* bits, std::size_t row) {
    const std::size_t bytes = 4 * row;
    auto* out = reinterpret_cast<std::uint8_t*>(bits);
    for (std::size_t c = 0; c < n; ++c)
        for (std::size_t b = 0; b < bytes; ++b) {
            std::uint32_t byte = 0;
            for (std::size_t k = 0; k < 8; ++k) byte |= static_cast<std::uint32_t>(ranks[k * bytes + b] > c) << k;
            out[c * bytes + b] = static_cast<std::uint8_t>(byte);
        }
}
#endif

/// Documents behind the last word have ranks of 0.
void conditions(const std::int32_t* keys, std::size_t words, const std::uint8_t* pivots, std::size_t levels,
                std::size_t n, std::uint32_t* bits, std::size_t row) {
    std::uint8_t its[forest_block];
    __builtin_memset(its + 32 * words, 0, 32 * (row - words));
    ranks(keys, words, pivots, levels, its);
    conditions_of_ranks(its, n, bits, row);
}

}  // namespace forest

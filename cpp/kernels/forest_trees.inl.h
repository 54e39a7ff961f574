/// The bodies of forest_trees.h, compiled once for each instruction set.
namespace forest {

// -- selections

template <class Row>
void selects_of(const ForestSelect* selects, std::size_t n, std::uint32_t* words, std::size_t out) {
    auto* rows = reinterpret_cast<Row*>(words);
    for (std::size_t i = 0; i < n; ++i) {
        const Row left = rows[selects[i].left];
        rows[out + i] = left ^ (rows[selects[i].condition] & (left ^ rows[selects[i].right]));
    }
}

using Row1 __attribute__((may_alias)) = std::uint32_t;
using Row2 __attribute__((may_alias)) = std::uint64_t;
using Row4 __attribute__((vector_size(16), may_alias)) = std::uint32_t;
using Row8 __attribute__((vector_size(32), may_alias)) = std::uint32_t;

void selects(const ForestSelect* selects, std::size_t n, std::uint32_t* rows, std::size_t out, std::size_t row) {
    of_row(row, selects_of<Row1>, selects_of<Row2>, selects_of<Row4>, selects_of<Row8>)(selects, n, rows, out);
}

// -- numbers

/// A row of so many words in a register of vectors: there are more of these than of numbers. Short rows have zeros
/// behind them.
template <std::size_t row>
struct Held;
template <>
struct Held<1> {
    using Row = Row4;
    static void load(const std::uint32_t* words, Row& held) { held = Row{*words}; }
};
template <>
struct Held<2> {
    using Row = Row4;
    static void load(const std::uint32_t* words, Row& held) {
        using Long __attribute__((vector_size(16))) = std::uint64_t;
        held = reinterpret_cast<Row>(Long{*reinterpret_cast<const Row2*>(words)});
    }
};
template <>
struct Held<4> {
    using Row = Row4;
    static void load(const std::uint32_t* words, Row& held) { held = *reinterpret_cast<const Row*>(words); }
};
template <>
struct Held<8> {
    using Row = Row8;
    static void load(const std::uint32_t* words, Row& held) { held = *reinterpret_cast<const Row*>(words); }
};

/// Exchanges the bits of `high` under the mask of each byte with those of `low` that stand `by` places above it.
template <class Row>
void exchange(Row& low, Row& high, int by, int mask) {
    Row all;
    __builtin_memset(&all, mask, sizeof all);
    const Row both = ((low >> by) ^ high) & all;
    high ^= both;
    low ^= both << by;
}

/// Transposes 8 x 8 bit matrices: exchanges squares of 4 x 4, in these squares of 2 x 2, then bits.
template <std::size_t row>
inline __attribute__((always_inline)) void turn_bits(typename Held<row>::Row* bits, std::uint8_t* leaf) {
    constexpr std::size_t bytes = 4 * row;
    for (int p = 0; p < 4; ++p) exchange(bits[p], bits[p + 4], 4, 0x0F);
    for (int p = 0; p < 2; ++p) {
        exchange(bits[p], bits[p + 2], 2, 0x33);
        exchange(bits[p + 4], bits[p + 6], 2, 0x33);
    }
    for (int p = 0; p < 8; p += 2) exchange(bits[p], bits[p + 1], 1, 0x55);
#pragma GCC unroll 8
    for (std::size_t p = 0; p < 8; ++p) __builtin_memcpy(leaf + p * bytes, &bits[p], bytes);
}

#if defined(__AVX2__)
/// Exchanges as above, among eight words in one register: `other` has the word to exchange with in each one's place,
/// `left` and `right` say how far it is shifted, by 32 and so away in the one that does not concern it.
inline __m256i exchanged(__m256i words, __m256i other, __m256i left, __m256i right, __m256i kept) {
    const __m256i shifted = _mm256_or_si256(_mm256_sllv_epi32(other, left), _mm256_srlv_epi32(other, right));
    return _mm256_or_si256(_mm256_and_si256(words, kept), _mm256_andnot_si256(kept, shifted));
}

/// Rows of one word: all eight in one register.
template <>
inline void turn_bits<1>(Row4* bits, std::uint8_t* leaf) {
    const auto pair = [&](int p) {
        return _mm_unpacklo_epi32(reinterpret_cast<__m128i>(bits[p]), reinterpret_cast<__m128i>(bits[p + 1]));
    };
    const __m128i low = _mm_unpacklo_epi64(pair(0), pair(2)), high = _mm_unpacklo_epi64(pair(4), pair(6));
    __m256i words = _mm256_set_m128i(high, low);
    constexpr int no = 32, a = 0x0F0F0F0F, b = 0x33333333, c = 0x55555555;
    words = exchanged(words, _mm256_permute2x128_si256(words, words, 1), _mm256_setr_epi32(4, 4, 4, 4, no, no, no, no),
                      _mm256_setr_epi32(no, no, no, no, 4, 4, 4, 4), _mm256_setr_epi32(a, a, a, a, ~a, ~a, ~a, ~a));
    words = exchanged(words, _mm256_shuffle_epi32(words, 0x4E), _mm256_setr_epi32(2, 2, no, no, 2, 2, no, no),
                      _mm256_setr_epi32(no, no, 2, 2, no, no, 2, 2), _mm256_setr_epi32(b, b, ~b, ~b, b, b, ~b, ~b));
    words = exchanged(words, _mm256_shuffle_epi32(words, 0xB1), _mm256_setr_epi32(1, no, 1, no, 1, no, 1, no),
                      _mm256_setr_epi32(no, 1, no, 1, no, 1, no, 1), _mm256_setr_epi32(c, ~c, c, ~c, c, ~c, c, ~c));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(leaf), words);
}
#endif

template <std::size_t row>
void numbers_of(const std::uint32_t* planes, const std::uint32_t* rows, std::uint8_t* leaf) {
    typename Held<row>::Row bits[8];
#pragma GCC unroll 8
    for (std::size_t p = 0; p < 8; ++p) Held<row>::load(rows + planes[p] * row, bits[p]);
    turn_bits<row>(bits, leaf);
}

void numbers(const std::uint32_t* planes, const std::uint32_t* rows, std::size_t row, std::uint8_t* leaf) {
    of_row(row, numbers_of<1>, numbers_of<2>, numbers_of<4>, numbers_of<8>)(planes, rows, leaf);
}

// -- perfect trees

/// The planes of a perfect tree: bit by bit those of its left half or its right, then the condition of its root.
template <std::size_t row, std::size_t height>
inline __attribute__((always_inline)) void planes_of(const std::uint16_t* conditions, const std::uint32_t* rows,
                                                     typename Held<row>::Row* planes) {
    constexpr std::size_t own = height - 1, half = (std::size_t{1} << own) - 1;
    if constexpr (own > 0) {
        typename Held<row>::Row right[own];
        planes_of<row, own>(conditions, rows, planes);
        planes_of<row, own>(conditions + half, rows, right);
        Held<row>::load(rows + conditions[2 * half] * row, planes[own]);
        for (std::size_t p = 0; p < own; ++p) planes[p] ^= planes[own] & (planes[p] ^ right[p]);
    } else {
        Held<row>::load(rows + conditions[0] * row, planes[0]);
    }
}

/// The whole tree in registers: those of vectors just suffice for this height.
constexpr std::size_t most_in_registers = 6;

template <std::size_t row, std::size_t height>
void numbers_of_perfect(const std::uint16_t* conditions, const std::uint32_t* rows, std::uint8_t* leaf) {
    typename Held<row>::Row bits[8] = {};
    planes_of<row, height>(conditions, rows, bits);
    turn_bits<row>(bits, leaf);
}

/// As planes_of, of a tree that is higher.
template <std::size_t row>
void planes_of_high(const std::uint16_t* conditions, std::size_t height, const std::uint32_t* rows,
                    typename Held<row>::Row* planes) {
    if (height == most_in_registers) return planes_of<row, most_in_registers>(conditions, rows, planes);
    const std::size_t own = height - 1, half = (std::size_t{1} << own) - 1;
    typename Held<row>::Row right[8];
    planes_of_high<row>(conditions, own, rows, planes);
    planes_of_high<row>(conditions + half, own, rows, right);
    Held<row>::load(rows + conditions[2 * half] * row, planes[own]);
    for (std::size_t p = 0; p < own; ++p) planes[p] ^= planes[own] & (planes[p] ^ right[p]);
}

template <std::size_t row>
void perfect_in(const std::uint16_t* conditions, std::size_t height, const std::uint32_t* rows, std::uint8_t* leaf) {
    switch (height) {
        case 1:
            return numbers_of_perfect<row, 1>(conditions, rows, leaf);
        case 2:
            return numbers_of_perfect<row, 2>(conditions, rows, leaf);
        case 3:
            return numbers_of_perfect<row, 3>(conditions, rows, leaf);
        case 4:
            return numbers_of_perfect<row, 4>(conditions, rows, leaf);
        case 5:
            return numbers_of_perfect<row, 5>(conditions, rows, leaf);
        case most_in_registers:
            return numbers_of_perfect<row, most_in_registers>(conditions, rows, leaf);
        default:
            typename Held<row>::Row bits[8] = {};
            planes_of_high<row>(conditions, height, rows, bits);
            turn_bits<row>(bits, leaf);
    }
}

void perfect(const std::uint16_t* conditions, std::size_t height, const std::uint32_t* rows, std::size_t row,
             std::uint8_t* leaf) {
    of_row(row, perfect_in<1>, perfect_in<2>, perfect_in<4>, perfect_in<8>)(conditions, height, rows, leaf);
}

// -- sums

#if defined(__AVX2__)
/// The sums of 32 documents stay in registers for all trees.
template <std::size_t sixteens>
void add_leaves_of(const std::uint8_t* leaf, std::size_t n, const std::uint8_t* tables, std::size_t trees,
                   float* sums) {
    for (std::size_t i = 0; i < n; i += 32) {
        __m256 sum[4];
        __m256i values[4];
        for (std::size_t k = 0; k < 4; ++k) sum[k] = _mm256_loadu_ps(sums + i + 8 * k);
        for (std::size_t t = 0; t < trees; ++t) {
            const auto* its = reinterpret_cast<const __m256i*>(leaf + t * forest_block + i);
            byte_tables::look_up<sixteens>(_mm256_loadu_si256(its), tables + t * sixteens * bytes_of_sixteen, values);
            for (std::size_t k = 0; k < 4; ++k) sum[k] = _mm256_add_ps(sum[k], _mm256_castsi256_ps(values[k]));
        }
        for (std::size_t k = 0; k < 4; ++k) _mm256_storeu_ps(sums + i + 8 * k, sum[k]);
    }
}

void add_leaves(const std::uint8_t* leaf, std::size_t n, const std::uint8_t* tables, std::size_t sixteens,
                std::size_t trees, float* sums) {
    if (sixteens == 1)
        add_leaves_of<1>(leaf, n, tables, trees, sums);
    else if (sixteens == 2)
        add_leaves_of<2>(leaf, n, tables, trees, sums);
    else
        add_leaves_of<4>(leaf, n, tables, trees, sums);
}
#else
void add_leaves(const std::uint8_t* leaf, std::size_t n, const std::uint8_t* tables, std::size_t sixteens,
                std::size_t trees, float* sums) {
    for (std::size_t t = 0; t < trees; ++t)
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t bits =
                byte_tables::value(tables + t * sixteens * bytes_of_sixteen, leaf[t * forest_block + i]);
            float value;
            __builtin_memcpy(&value, &bits, sizeof value);
            sums[i] += value;
        }
}
#endif

}  // namespace forest

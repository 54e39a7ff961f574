/// The body of sum_rows.h, compiled once for each instruction set.
///
/// A mask has one bit for each sum that is above. How it is made is the one thing that sets differ in.
#if defined(__AVX512F__)
struct Sums {
    static constexpr std::size_t width = 16;
    __m512 sum;
    void load(const float* at) { sum = _mm512_loadu_ps(at); }
    void add(const float* at) { sum = _mm512_add_ps(sum, _mm512_loadu_ps(at)); }
    void store(float* to) const { _mm512_storeu_ps(to, sum); }
    std::uint64_t above(float limit) const { return _mm512_cmp_ps_mask(sum, _mm512_set1_ps(limit), _CMP_GT_OQ); }
};
#elif defined(__AVX2__)
struct Sums {
    static constexpr std::size_t width = 8;
    __m256 sum;
    void load(const float* at) { sum = _mm256_loadu_ps(at); }
    void add(const float* at) { sum = _mm256_add_ps(sum, _mm256_loadu_ps(at)); }
    void store(float* to) const { _mm256_storeu_ps(to, sum); }
    std::uint64_t above(float limit) const {
        return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(sum, _mm256_set1_ps(limit), _CMP_GT_OQ)));
    }
};
#elif defined(__SSE2__)
struct Sums {
    static constexpr std::size_t width = 4;
    __m128 sum;
    void load(const float* at) { sum = _mm_loadu_ps(at); }
    void add(const float* at) { sum = _mm_add_ps(sum, _mm_loadu_ps(at)); }
    void store(float* to) const { _mm_storeu_ps(to, sum); }
    std::uint64_t above(float limit) const {
        return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_cmpgt_ps(sum, _mm_set1_ps(limit))));
    }
};
#else
struct Sums {
    static constexpr std::size_t width = 1;
    float sum;
    void load(const float* at) { sum = *at; }
    void add(const float* at) { sum += *at; }
    void store(float* to) const { *to = sum; }
    std::uint64_t above(float limit) const { return sum > limit; }
};
#endif

std::uint64_t sum_rows(const float* const* rows, std::size_t n, std::size_t first, float limit, float* sums) {
    std::uint64_t above = 0;
    for (std::size_t p = 0; p < summed_places; p += Sums::width) {
        Sums here;
        here.load(rows[0] + first + p);
        for (std::size_t i = 1; i < n; ++i) here.add(rows[i] + first + p);
        here.store(sums + p);
        above |= here.above(limit) << p;
    }
    return above;
}

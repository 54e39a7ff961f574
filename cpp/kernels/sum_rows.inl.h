/// The body of sum_rows.h, compiled once for each instruction set.
namespace rows {

#if defined(__AVX512F__)
constexpr std::size_t width = 16;
#elif defined(__AVX2__)
constexpr std::size_t width = 8;
#else
constexpr std::size_t width = 4;
#endif
using Sums __attribute__((vector_size(width * sizeof(float)))) = float;

Sums load(const float* from) {
    Sums some;
    __builtin_memcpy(&some, from, sizeof some);
    return some;
}

/// One bit for each sum that is above the limit. Only its making differs between instruction sets.
std::uint64_t above(Sums sums, float limit) {
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask(sums, _mm512_set1_ps(limit), _CMP_GT_OQ);
#elif defined(__AVX2__)
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(sums, _mm256_set1_ps(limit), _CMP_GT_OQ)));
#elif defined(__SSE2__)
    return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_cmpgt_ps(sums, _mm_set1_ps(limit))));
#else
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < width; ++i) mask |= std::uint64_t{sums[i] > limit} << i;
    return mask;
#endif
}

std::uint64_t sum(const float* const* rows, std::size_t n, std::size_t first, float limit, float* sums) {
    std::uint64_t mask = 0;
    for (std::size_t p = 0; p < summed_places; p += width) {
        Sums here = load(rows[0] + first + p);
        for (std::size_t i = 1; i < n; ++i) here += load(rows[i] + first + p);
        __builtin_memcpy(sums + p, &here, sizeof here);
        mask |= above(here, limit) << p;
    }
    return mask;
}

}  // namespace rows

/// The bodies of vectors.h, compiled once for each instruction set.
namespace vector_sums {

// Vectors of the processor's own size, which stay in registers: GCC keeps larger ones in memory, and each addition then
// waits for the one before to come back from there.
using FloatPack __attribute__((vector_size(sizeof(Pack) / 2))) = float;
constexpr std::size_t num_sums = 16, num_packs = num_sums / pack_size;

struct Dot {
    static void add(Pack& sum, const Pack& q, const Pack& v) { sum += q * v; }
};
struct L1 {
    static void add(Pack& sum, const Pack& q, const Pack& v) {
        const Pack difference = q - v;
        sum += difference < 0 ? -difference : difference;
    }
};
struct L2 {
    static void add(Pack& sum, const Pack& q, const Pack& v) {
        const Pack difference = q - v;
        sum += difference * difference;
    }
};

/// Adds the terms of 16 components, each to its own sum.
template <class Term>
void add_terms(Pack* sums, const float* query, const float* vector) {
    for (std::size_t p = 0; p < num_packs; ++p) {
        FloatPack q, v;
        __builtin_memcpy(&q, query + p * pack_size, sizeof q);
        __builtin_memcpy(&v, vector + p * pack_size, sizeof v);
        Term::add(sums[p], __builtin_convertvector(q, Pack), __builtin_convertvector(v, Pack));
    }
}

template <class Term>
double sum_of(const float* query, const float* vector, std::size_t n) {
    Pack sums[num_packs] = {};
    std::size_t i = 0;
    for (; i + num_sums <= n; i += num_sums) add_terms<Term>(sums, query + i, vector + i);
    if (i < n) {  // what is beyond counts as zero in both vectors
        float q[num_sums] = {}, v[num_sums] = {};
        for (std::size_t k = 0; i + k < n; ++k) {
            q[k] = query[i + k];
            v[k] = vector[i + k];
        }
        add_terms<Term>(sums, q, v);
    }
    double all[num_sums], s[num_sums / 2];
    __builtin_memcpy(all, sums, sizeof all);
    for (std::size_t k = 0; k < num_sums / 2; ++k) s[k] = all[k] + all[k + num_sums / 2];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

double dot(const float* query, const float* vector, std::size_t n) {
    return sum_of<Dot>(query, vector, n);
}
double l1(const float* query, const float* vector, std::size_t n) {
    return sum_of<L1>(query, vector, n);
}
double l2(const float* query, const float* vector, std::size_t n) {
    return sum_of<L2>(query, vector, n);
}

}  // namespace vector_sums

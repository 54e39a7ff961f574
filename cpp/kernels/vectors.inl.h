/// The bodies of vectors.h, compiled once for each instruction set.
namespace vector_sums {

// Eight at a time, whatever the processor's vectors hold: the compiler makes of it what there is. Two such sums, so
// that one addition does not wait for the one before.
using Doubles __attribute__((vector_size(64))) = double;
using Floats __attribute__((vector_size(32))) = float;
constexpr std::size_t width = 8;

struct Dot {
    static void add(Doubles& sum, const Doubles& q, const Doubles& v) { sum += q * v; }
};
struct L1 {
    static void add(Doubles& sum, const Doubles& q, const Doubles& v) {
        const Doubles difference = q - v;
        sum += difference < 0 ? -difference : difference;
    }
};
struct L2 {
    static void add(Doubles& sum, const Doubles& q, const Doubles& v) {
        const Doubles difference = q - v;
        sum += difference * difference;
    }
};

/// Adds the term of each of `count` components; what is beyond counts as zero in both vectors.
template <class Term>
void add_terms(Doubles& sum, const float* query, const float* vector, std::size_t count) {
    Floats q = {}, v = {};
    if (count >= width) {
        __builtin_memcpy(&q, query, sizeof q);
        __builtin_memcpy(&v, vector, sizeof v);
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            q[i] = query[i];
            v[i] = vector[i];
        }
    }
    Term::add(sum, __builtin_convertvector(q, Doubles), __builtin_convertvector(v, Doubles));
}

template <class Term>
double sum_of(const float* query, const float* vector, std::size_t n) {
    Doubles even = {}, odd = {};
    std::size_t i = 0;
    for (; i + 2 * width <= n; i += 2 * width) {
        add_terms<Term>(even, query + i, vector + i, width);
        add_terms<Term>(odd, query + i + width, vector + i + width, width);
    }
    if (i < n) add_terms<Term>(even, query + i, vector + i, n - i);
    if (i + width < n) add_terms<Term>(odd, query + i + width, vector + i + width, n - i - width);
    const Doubles s = even + odd;
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

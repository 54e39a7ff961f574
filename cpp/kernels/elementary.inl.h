/// The bodies of elementary.h, compiled once for each instruction set: base/elementary.inl.h a vector at a time.
#if defined(__AVX512F__)
using Pack __attribute__((vector_size(64))) = double;
using PackBits __attribute__((vector_size(64))) = std::uint64_t;
#elif defined(__AVX2__)
using Pack __attribute__((vector_size(32))) = double;
using PackBits __attribute__((vector_size(32))) = std::uint64_t;
#else
using Pack __attribute__((vector_size(16))) = double;
using PackBits __attribute__((vector_size(16))) = std::uint64_t;
#endif

template <>
struct Lanes<Pack> {
    using Bits = PackBits;
};

constexpr std::size_t pack_size = sizeof(Pack) / sizeof(double);

Pack load_pack(const double* from) {
    Pack pack;
    __builtin_memcpy(&pack, from, sizeof pack);
    return pack;
}

void store_pack(Pack pack, double* to) {
    __builtin_memcpy(to, &pack, sizeof pack);
}

/// One function over a column, given what it is for a vector and what it is for one number.
template <Pack (*of_pack)(Pack), double (*of_one)(double)>
void each(const double* x, double* out, std::size_t n) {
    std::size_t i = 0;
    for (; i + pack_size <= n; i += pack_size) store_pack(of_pack(load_pack(x + i)), out + i);
    for (; i < n; ++i) out[i] = of_one(x[i]);
}

void log(const double* x, double* out, std::size_t n) {
    each<&log_lanes<Pack>, &log_lanes<double>>(x, out, n);
}

void log10(const double* x, double* out, std::size_t n) {
    each<&log10_lanes<Pack>, &log10_lanes<double>>(x, out, n);
}

void log1p(const double* x, double* out, std::size_t n) {
    each<&log1p_lanes<Pack>, &log1p_lanes<double>>(x, out, n);
}

void exp(const double* x, double* out, std::size_t n) {
    each<&exp_lanes<Pack>, &exp_lanes<double>>(x, out, n);
}

void sqrt(const double* x, double* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = __builtin_sqrt(x[i]);
}

/// Where x^y needs none of Java's special cases and is far from overflow and underflow; elsewhere `usual` is false.
struct PackPower {
    Pack power;
    decltype(Pack{} < Pack{}) usual;
};

PackPower pow_pack(Pack x, Pack y) {
    const Halves<Pack> log2 = product_halves(log2_halves(parts_of(x)), y);
    const Parts<Pack> parts = exp2_parts(log2);
    const auto plain =
        (x >= smallest_normal) & (x < infinity) & (magnitude(y) < 0x1p31) & (magnitude(log2.low + log2.high) < 1020.0);
    const auto by_rule = (y == 2.0) | (y == 0.5) | (magnitude(y) == 1.0);
    return {scaled_by(parts.mantissa, parts.exponent), plain & ~by_rule};
}

/// Whether all of y are 2: then the power is the square, as it is in Java, and bell curves ask for nothing else.
bool all_are_2(Pack y) {
    const auto are = y == 2.0;
    auto all = are[0];
    for (std::size_t lane = 1; lane < pack_size; ++lane) all &= are[lane];
    return all != 0;
}

/// Out of the loop's way: what is not usual is rare.
[[gnu::noinline]] void redo_unusual(const double* x, const double* y, const PackPower& result, double* out) {
    double powers[pack_size];  // out may be x or y
    for (std::size_t lane = 0; lane < pack_size; ++lane)
        powers[lane] = result.usual[lane] == 0 ? pow_one(x[lane], y[lane]) : result.power[lane];
    for (std::size_t lane = 0; lane < pack_size; ++lane) out[lane] = powers[lane];
}

void pow(const double* x, const double* y, double* out, std::size_t n) {
    std::size_t i = 0;
    for (; i + pack_size <= n; i += pack_size) {
        const Pack base = load_pack(x + i), power = load_pack(y + i);
        if (all_are_2(power)) {
            store_pack(base * base, out + i);
            continue;
        }
        const PackPower result = pow_pack(base, power);
        auto all_usual = result.usual[0];
        for (std::size_t lane = 1; lane < pack_size; ++lane) all_usual &= result.usual[lane];
        if (all_usual == 0)
            redo_unusual(x + i, y + i, result, out + i);
        else
            store_pack(result.power, out + i);
    }
    for (; i < n; ++i) out[i] = pow_one(x[i], y[i]);
}

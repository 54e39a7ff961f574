/// The bodies of script.h, compiled once for each instruction set. Bit casts are the compiler's own:
/// the library's is a function, which would leave a weak symbol.
namespace script_operations {

using Lane = std::uint64_t;

// GCC would test at run time whether out overlaps an operand, and take the slow way when it is one: that is allowed
// here, for a lane is read before it is written and no other lane matters.
#if defined(__GNUC__) && !defined(__clang__)
#define RESCORA_LANES_ARE_INDEPENDENT _Pragma("GCC ivdep")
#else
#define RESCORA_LANES_ARE_INDEPENDENT
#endif

template <class T>
inline T from(Lane lane) {
    return __builtin_bit_cast(T, lane);
}

template <class T>
inline Lane bits(T value) {
    return __builtin_bit_cast(Lane, value);
}

/// Each operation is a function of its lanes' values; these three make loops of them.
#define RESCORA_UNARY(name, T, expression)                                         \
    void name(Lane* out, const Lane* a, const Lane*, const Lane*, std::size_t n) { \
        RESCORA_LANES_ARE_INDEPENDENT                                              \
        for (std::size_t i = 0; i < n; ++i) {                                      \
            const T x = from<T>(a[i]);                                             \
            out[i] = bits(expression);                                             \
        }                                                                          \
    }
#define RESCORA_BINARY(name, T, expression)                                          \
    void name(Lane* out, const Lane* a, const Lane* b, const Lane*, std::size_t n) { \
        RESCORA_LANES_ARE_INDEPENDENT                                                \
        for (std::size_t i = 0; i < n; ++i) {                                        \
            const T x = from<T>(a[i]), y = from<T>(b[i]);                            \
            out[i] = bits(expression);                                               \
        }                                                                            \
    }
#define RESCORA_TERNARY(name, expression)                                              \
    void name(Lane* out, const Lane* a, const Lane* b, const Lane* c, std::size_t n) { \
        RESCORA_LANES_ARE_INDEPENDENT                                                  \
        for (std::size_t i = 0; i < n; ++i) out[i] = (expression);                     \
    }

RESCORA_UNARY(copy, Lane, x)
RESCORA_TERNARY(select, c[i] != 0 ? a[i] : b[i])
void blend(Lane* out, const Lane* a, const Lane*, const Lane* c, std::size_t n) {
    RESCORA_LANES_ARE_INDEPENDENT
    for (std::size_t i = 0; i < n; ++i) out[i] = c[i] != 0 ? a[i] : out[i];
}

RESCORA_BINARY(and_, Lane, x& y)
RESCORA_BINARY(or_, Lane, x | y)
RESCORA_BINARY(xor_, Lane, x ^ y)
RESCORA_UNARY(not_boolean, Lane, x ^ 1)
RESCORA_BINARY(without, Lane, x & ~y)

// Whole numbers wrap, so they are added as unsigned ones.
using Long = std::int64_t;
constexpr Lane one = 1;
RESCORA_BINARY(add_long, Lane, x + y)
RESCORA_BINARY(subtract_long, Lane, x - y)
RESCORA_BINARY(multiply_long, Lane, x* y)
RESCORA_UNARY(negate_long, Lane, 0 - x)
RESCORA_UNARY(not_long, Lane, ~x)
RESCORA_UNARY(absolute_long, Long, x < 0 ? 0 - bits(x) : bits(x))
RESCORA_BINARY(minimum_long, Long, x < y ? x : y)
RESCORA_BINARY(maximum_long, Long, x > y ? x : y)
RESCORA_UNARY(sign_long, Long, static_cast<Long>(x > 0) - static_cast<Long>(x < 0))
RESCORA_BINARY(shift_left_long, Lane, x << (y & 63))
RESCORA_BINARY(shift_right_long, Long, x >> (y & 63))
RESCORA_BINARY(shift_right_unsigned_long, Lane, x >> (y & 63))

inline Long wrapped(Lane value) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}
RESCORA_BINARY(shift_left_int, Lane, wrapped(x << (y & 31)))
RESCORA_BINARY(shift_right_int, Long, wrapped(bits(x)) >> (y & 31))
RESCORA_BINARY(shift_right_unsigned_int, Lane, wrapped((x & 0xFFFFFFFF) >> (y & 31)))

RESCORA_BINARY(equal_long, Long, x == y ? one : 0)
RESCORA_BINARY(less_long, Long, x < y ? one : 0)
RESCORA_BINARY(less_equal_long, Long, x <= y ? one : 0)

RESCORA_UNARY(to_int_wrapping, Lane, wrapped(x))
RESCORA_UNARY(to_short_wrapping, Lane, static_cast<Long>(static_cast<std::int16_t>(static_cast<std::uint16_t>(x))))
RESCORA_UNARY(to_byte_wrapping, Lane, static_cast<Long>(static_cast<std::int8_t>(static_cast<std::uint8_t>(x))))
RESCORA_UNARY(to_char_wrapping, Lane, x & 0xFFFF)

/// The nearest double. AVX2 has no instruction for it: each half becomes a double exactly, by standing in the mantissa
/// of 2^84 (the upper half, its sign turned so that it counts from 0) and of 2^52 (the lower); their sum rounds once.
inline double to_double(Lane x) {
    constexpr double both = 0x1p84 + 0x1p63 + 0x1p52;
    const double upper = from<double>(0x4530000000000000 | ((x >> 32) ^ 0x80000000));
    const double lower = from<double>(0x4330000000000000 | (x & 0xFFFFFFFF));
    return (upper - both) + lower;
}
RESCORA_UNARY(long_to_double, Lane, to_double(x))
RESCORA_UNARY(long_to_float, Long, static_cast<double>(static_cast<float>(x)))

RESCORA_BINARY(add_double, double, x + y)
RESCORA_BINARY(subtract_double, double, x - y)
RESCORA_BINARY(multiply_double, double, x* y)
RESCORA_BINARY(divide_double, double, x / y)

constexpr Lane sign_bit = 0x8000000000000000, quiet_nan = 0x7FF8000000000000;
RESCORA_UNARY(negate_double, Lane, x ^ sign_bit)
RESCORA_UNARY(absolute_double, Lane, x & ~sign_bit)
/// Of equal numbers, which differ in sign when they are zeros, the negative is the less. NaN if either is.
RESCORA_BINARY(minimum_double, double, x < y ? bits(x) : (y < x ? bits(y) : (x == y ? bits(x) | bits(y) : quiet_nan)))
RESCORA_BINARY(maximum_double, double, x > y ? bits(x) : (y > x ? bits(y) : (x == y ? bits(x) & bits(y) : quiet_nan)))
RESCORA_BINARY(equal_double, double, x == y ? one : 0)
RESCORA_BINARY(less_double, double, x < y ? one : 0)
RESCORA_BINARY(less_equal_double, double, x <= y ? one : 0)
RESCORA_UNARY(to_float, double, static_cast<double>(static_cast<float>(x)))

/// The nearest whole number, of two the even one: adding 2^52 leaves no room for a fraction. Numbers beyond are whole,
/// and NaN is not below it. Baseline processors have no instruction for it.
inline double nearest(double x) {
    const Lane sign = bits(x) & sign_bit;
    const double size = from<double>(bits(x) ^ sign);
    const double rounded = (size + 0x1p52) - 0x1p52;
    return from<double>((size < 0x1p52 ? bits(rounded) : bits(size)) | sign);
}
/// Takes one off where `nearest` went up, and keeps the sign of a zero.
inline Lane floor_of(double x) {
    const double rounded = nearest(x);
    return bits(rounded > x ? rounded - 1 : rounded);
}
RESCORA_UNARY(rint, double, nearest(x))
RESCORA_UNARY(floor, double, floor_of(x))
RESCORA_UNARY(ceil, Lane, floor_of(from<double>(x ^ sign_bit)) ^ sign_bit)

#undef RESCORA_TERNARY
#undef RESCORA_BINARY
#undef RESCORA_UNARY
#undef RESCORA_LANES_ARE_INDEPENDENT

// kernels/elementary.h computes with doubles in memory; lanes are that as well.
#define RESCORA_ELEMENTARY(name)                                                                       \
    void name(Lane* out, const Lane* a, const Lane*, const Lane*, std::size_t n) {                     \
        RESCORA_ISA_NAME::name(reinterpret_cast<const double*>(a), reinterpret_cast<double*>(out), n); \
    }
RESCORA_ELEMENTARY(sqrt)
RESCORA_ELEMENTARY(log)
RESCORA_ELEMENTARY(log10)
RESCORA_ELEMENTARY(log1p)
RESCORA_ELEMENTARY(exp)
#undef RESCORA_ELEMENTARY
void pow(Lane* out, const Lane* a, const Lane* b, const Lane*, std::size_t n) {
    RESCORA_ISA_NAME::pow(reinterpret_cast<const double*>(a), reinterpret_cast<const double*>(b),
                          reinterpret_cast<double*>(out), n);
}

#define RESCORA_KERNEL_vector(name) name,
#define RESCORA_KERNEL_lane(name) nullptr,
#define RESCORA_KERNEL_masked(name) nullptr,
#define RESCORA_KERNEL_gather(name) nullptr,
#define RESCORA_KERNEL_control(name) nullptr,
#define RESCORA_OPERATION(name, operands, kind) RESCORA_KERNEL_##kind(name)
/// By the operation's number; null where the operation is of another class.
ScriptKernel* const by_operation[] = {
#include "kernels/operations.inc"
};
#undef RESCORA_OPERATION
#undef RESCORA_KERNEL_vector
#undef RESCORA_KERNEL_lane
#undef RESCORA_KERNEL_masked
#undef RESCORA_KERNEL_gather
#undef RESCORA_KERNEL_control

}  // namespace script_operations

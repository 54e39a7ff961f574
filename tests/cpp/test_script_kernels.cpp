/// Every vector operation of scripts is Java's, on every instruction set and for any number of lanes.
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "base/java_math.h"
#include "check.h"
#include "kernels/table.h"
#include "plan/program.h"

namespace {

using namespace rescora;
using plan::Operation;
using Lane = std::uint64_t;
using Long = std::int64_t;
using Reference = std::function<Lane(Lane, Lane, Lane)>;

double real(Lane lane) {
    return std::bit_cast<double>(lane);
}
Long whole(Lane lane) {
    return static_cast<Long>(lane);
}
Lane lane(double value) {
    return std::bit_cast<Lane>(value);
}
Lane lane(Long value) {
    return static_cast<Lane>(value);
}

Reference of_reals(double (*f)(double, double)) {
    return [f](Lane a, Lane b, Lane) { return lane(f(real(a), real(b))); };
}
Reference of_real(double (*f)(double)) {
    return [f](Lane a, Lane, Lane) { return lane(f(real(a))); };
}
Reference of_longs(Long (*f)(Long, Long)) {
    return [f](Lane a, Lane b, Lane) { return lane(f(whole(a), whole(b))); };
}
template <class Test>
Reference test_reals(Test f) {
    return [f](Lane a, Lane b, Lane) { return Lane{f(real(a), real(b))}; };
}
template <class Test>
Reference test_longs(Test f) {
    return [f](Lane a, Lane b, Lane) { return Lane{f(whole(a), whole(b))}; };
}

struct Case {
    Operation operation;
    Reference reference;
};

std::vector<Case> cases() {
    using enum Operation;
    const auto int_of = [](Lane a) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(a)); };
    return {
        {copy, [](Lane a, Lane, Lane) { return a; }},
        {select, [](Lane a, Lane b, Lane c) { return c ? a : b; }},
        {and_, [](Lane a, Lane b, Lane) { return a & b; }},
        {or_, [](Lane a, Lane b, Lane) { return a | b; }},
        {xor_, [](Lane a, Lane b, Lane) { return a ^ b; }},
        {without, [](Lane a, Lane b, Lane) { return a & ~b; }},
        {add_long, [](Lane a, Lane b, Lane) { return a + b; }},
        {subtract_long, [](Lane a, Lane b, Lane) { return a - b; }},
        {multiply_long, [](Lane a, Lane b, Lane) { return a * b; }},
        {negate_long, [](Lane a, Lane, Lane) { return 0 - a; }},
        {not_long, [](Lane a, Lane, Lane) { return ~a; }},
        {absolute_long, [](Lane a, Lane, Lane) { return whole(a) < 0 ? 0 - a : a; }},
        {minimum_long, of_longs(&java::min<Long>)},
        {maximum_long, of_longs(&java::max<Long>)},
        {sign_long, [](Lane a, Lane, Lane) { return lane(Long{(whole(a) > 0) - (whole(a) < 0)}); }},
        {shift_left_long, [](Lane a, Lane b, Lane) { return a << (b % 64); }},
        {shift_right_long, [](Lane a, Lane b, Lane) { return lane(whole(a) >> (b % 64)); }},
        {shift_right_unsigned_long, [](Lane a, Lane b, Lane) { return a >> (b % 64); }},
        {shift_left_int, [=](Lane a, Lane b, Lane) { return lane(Long{int_of(a << (b % 32))}); }},
        {shift_right_int, [=](Lane a, Lane b, Lane) { return lane(Long{int_of(a) >> (b % 32)}); }},
        {shift_right_unsigned_int,
         [=](Lane a, Lane b, Lane) { return lane(Long{int_of((a & 0xFFFFFFFF) >> (b % 32))}); }},
        {equal_long, test_longs(std::equal_to<>())},
        {less_long, test_longs(std::less<>())},
        {less_equal_long, test_longs(std::less_equal<>())},
        {to_int_wrapping, [=](Lane a, Lane, Lane) { return lane(Long{int_of(a)}); }},
        {to_short_wrapping, [](Lane a, Lane, Lane) { return lane(Long{static_cast<std::int16_t>(a)}); }},
        {to_byte_wrapping, [](Lane a, Lane, Lane) { return lane(Long{static_cast<std::int8_t>(a)}); }},
        {to_char_wrapping, [](Lane a, Lane, Lane) { return a & 0xFFFF; }},
        {long_to_double, [](Lane a, Lane, Lane) { return lane(static_cast<double>(whole(a))); }},
        {long_to_float, [](Lane a, Lane, Lane) { return lane(static_cast<double>(static_cast<float>(whole(a)))); }},
        {add_double, of_reals([](double a, double b) { return a + b; })},
        {subtract_double, of_reals([](double a, double b) { return a - b; })},
        {multiply_double, of_reals([](double a, double b) { return a * b; })},
        {divide_double, of_reals([](double a, double b) { return a / b; })},
        {negate_double, of_real([](double a) { return -a; })},
        {absolute_double, of_real([](double a) { return std::abs(a); })},
        {minimum_double, of_reals(&java::min<double>)},
        {maximum_double, of_reals(&java::max<double>)},
        {equal_double, test_reals(std::equal_to<>())},
        {less_double, test_reals(std::less<>())},
        {less_equal_double, test_reals(std::less_equal<>())},
        {to_float, of_real([](double a) { return static_cast<double>(static_cast<float>(a)); })},
        {floor, of_real([](double a) { return std::floor(a); })},
        {ceil, of_real([](double a) { return std::ceil(a); })},
        {rint, of_real([](double a) { return std::nearbyint(a); })},
        {sqrt, of_real([](double a) { return std::sqrt(a); })},
        {log, of_real(&java::log)},
        {log10, of_real(&java::log10)},
        {log1p, of_real(&java::log1p)},
        {exp, of_real(&java::exp)},
        {pow, of_reals(&java::pow)},
    };
}

/// Numbers of both kinds whose neighbours differ, and random ones.
std::vector<Lane> lanes_for(std::size_t n, std::mt19937_64& random) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::vector<Lane> edges = {lane(0.0),
                                     lane(-0.0),
                                     lane(1.0),
                                     lane(-1.0),
                                     lane(0.5),
                                     lane(-0.5),
                                     lane(2.5),
                                     lane(0.49999999999999994),
                                     lane(-3.7),
                                     lane(0x1p52),
                                     lane(0x1p52 - 0.5),
                                     lane(0x1p53 + 2),
                                     lane(5e-324),
                                     lane(1e308),
                                     lane(-1e308),
                                     lane(infinity),
                                     lane(-infinity),
                                     lane(std::nan("")),
                                     0,
                                     1,
                                     31,
                                     32,
                                     63,
                                     64,
                                     ~Lane{0},
                                     Lane{1} << 63,
                                     (Lane{1} << 63) - 1,
                                     (Lane{1} << 53) + 1,
                                     (Lane{1} << 31),
                                     0xFFFFFFFF80000000,
                                     lane(1.0000000596046448),
                                     0x8000008000000001,
                                     0x0000010000010001};
    std::vector<Lane> lanes(n);
    for (Lane& value : lanes) {
        switch (random() % 4) {
            case 0:
                value = edges[random() % edges.size()];
                break;
            case 1:
                value = lane(static_cast<double>(static_cast<Long>(random() % 20'001) - 10'000) / 8);
                break;
            case 2:
                value = random() >> (random() % 64);
                break;
            default:
                value = random();
        }
    }
    return lanes;
}

bool same(Lane expected, Lane got) {
    return expected == got || (std::isnan(real(expected)) && std::isnan(real(got)));
}

TEST(vector_operations_are_javas_on_every_instruction_set) {
    std::mt19937_64 random(3);
    for (const Case& a_case : cases())
        for (const kernels::Table* table : kernels::runnable()) {
            auto* kernel = table->script[static_cast<std::size_t>(a_case.operation)];
            CHECK(kernel != nullptr);
            int wrong = 0;
            for (const std::size_t n : {0, 1, 3, 8, 13, 64, 1000}) {
                auto a = lanes_for(n, random), b = lanes_for(n, random), c = lanes_for(n, random);
                for (Lane& mask : c) mask &= 1;
                std::vector<Lane> out(n + 1, 42);
                kernel(out.data(), a.data(), b.data(), c.data(), n);
                for (std::size_t i = 0; i < n; ++i) wrong += !same(a_case.reference(a[i], b[i], c[i]), out[i]);
                CHECK_EQUAL(42u, out[n]);
                kernel(a.data(), a.data(), b.data(), c.data(), n);  // in place
                for (std::size_t i = 0; i < n; ++i) wrong += !same(out[i], a[i]);
            }
            if (wrong != 0)
                check::fail(__FILE__, __LINE__)
                    << plan::operation_infos[static_cast<std::size_t>(a_case.operation)].name << " on " << table->isa
                    << ": " << wrong << " wrong lanes\n";
        }
}

TEST(blend_keeps_what_is_there_where_the_mask_is_not) {
    std::mt19937_64 random(4);
    for (const kernels::Table* table : kernels::runnable()) {
        const auto a = lanes_for(100, random), before = lanes_for(100, random);
        auto c = lanes_for(100, random), out = before;
        for (Lane& mask : c) mask &= 1;
        table->script[static_cast<std::size_t>(Operation::blend)](out.data(), a.data(), nullptr, c.data(), 100);
        for (std::size_t i = 0; i < 100; ++i) CHECK_EQUAL(c[i] ? a[i] : before[i], out[i]);
    }
}

TEST(every_vector_operation_has_a_kernel_and_no_other_has) {
    for (const kernels::Table* table : kernels::runnable())
        for (std::size_t i = 0; i < plan::num_operations; ++i)
            CHECK_EQUAL(plan::operation_infos[i].kind == plan::OperationClass::vector, table->script[i] != nullptr);
}

TEST(sums_over_vectors_have_the_same_bits_everywhere_and_are_the_sums) {
    std::mt19937_64 random(5);
    const kernels::Table& scalar = *kernels::runnable().back();
    for (std::size_t n = 0; n <= 100; ++n) {
        std::vector<float> q(n), v(n);
        double dot = 0, l1 = 0, l2 = 0;
        for (std::size_t i = 0; i < n; ++i) {
            q[i] = static_cast<float>(random() % 2001) / 1000 - 1;
            v[i] = static_cast<float>(random() % 2001) / 1000 - 1;
            const double x = static_cast<double>(q[i]), y = static_cast<double>(v[i]);
            dot += x * y;
            l1 += std::abs(x - y);
            l2 += (x - y) * (x - y);
        }
        for (const kernels::Table* table : kernels::runnable()) {
            CHECK_EQUAL(lane(scalar.dot(q.data(), v.data(), n)), lane(table->dot(q.data(), v.data(), n)));
            CHECK_EQUAL(lane(scalar.l1(q.data(), v.data(), n)), lane(table->l1(q.data(), v.data(), n)));
            CHECK_EQUAL(lane(scalar.l2(q.data(), v.data(), n)), lane(table->l2(q.data(), v.data(), n)));
        }
        CHECK(std::abs(scalar.dot(q.data(), v.data(), n) - dot) <= 1e-12 * static_cast<double>(n));
        CHECK(std::abs(scalar.l1(q.data(), v.data(), n) - l1) <= 1e-12 * static_cast<double>(n));
        CHECK(std::abs(scalar.l2(q.data(), v.data(), n) - l2) <= 1e-12 * static_cast<double>(n));
    }
}

}  // namespace

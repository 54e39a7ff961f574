/// The kernels of elementary.h give the bits of java_math.h on every instruction set.
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <span>

#include "base/java_math.h"
#include "check.h"
#include "kernels/table.h"

namespace {

using namespace rescora;
using kernels::Table;

struct OfOne {
    const char* name;
    kernels::Elementary* Table::* kernel;
    double (*function)(double);
};
constexpr OfOne of_one[] = {{"log", &Table::log, &java::log},
                            {"log10", &Table::log10, &java::log10},
                            {"log1p", &Table::log1p, &java::log1p},
                            {"exp", &Table::exp, &java::exp},
                            {"sqrt", &Table::sqrt, [](double x) { return std::sqrt(x); }}};

bool same(double expected, double got) {
    return std::bit_cast<std::uint64_t>(expected) == std::bit_cast<std::uint64_t>(got) ||
           (std::isnan(expected) && std::isnan(got));
}

/// Numbers as scripts see them, numbers near the functions' corners, and any bits at all.
double some_number(std::mt19937_64& random) {
    constexpr double limit = std::numeric_limits<double>::infinity();
    constexpr double corners[] = {0,      1,          -1,        0.5,       2,       limit,  -limit,
                                  NAN,    0x1p-1022,  0x1p-1074, 0x1p-29,   0x1p-54, 709.78, -745.13,
                                  -708.4, 0.41421356, -0.29289,  1.4142135, 0x1p53,  1e300};
    const auto unit = static_cast<double>(random() >> 11) * 0x1p-53;
    switch (random() % 6) {
        case 0:
            return std::bit_cast<double>(random());
        case 1: {
            const auto corner = std::bit_cast<std::uint64_t>(corners[random() % std::size(corners)]);
            return std::bit_cast<double>(corner + random() % 5 - 2);
        }
        case 2:
            return unit * 1500 - 750;
        case 3:
            return 1 + (unit - 0.5) * std::scalbn(1.0, -static_cast<int>(random() % 40));
        case 4:
            return static_cast<double>(random() % 1000) / 4;
        default:
            return unit * 10;
    }
}

std::vector<double> some_numbers(std::size_t n, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<double> numbers(n);
    for (double& number : numbers) number = some_number(random);
    return numbers;
}

void check_column(const char* name, std::span<const double> expected, std::span<const double> got) {
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (!same(expected[i], got[i])) CHECK_EQUAL(name, std::to_string(i) + ": " + std::to_string(got[i]));
}

TEST(columns_have_the_bits_of_single_numbers_everywhere) {
    const std::vector<double> x = some_numbers(100'003, 1);
    for (const Table* table : kernels::runnable())
        for (const OfOne& one : of_one) {
            std::vector<double> expected(x.size()), got(x.size());
            for (std::size_t i = 0; i < x.size(); ++i) expected[i] = one.function(x[i]);
            (table->*one.kernel)(x.data(), got.data(), x.size());
            check_column(one.name, expected, got);
        }
}

TEST(powers_have_the_bits_of_single_numbers_everywhere) {
    const std::vector<double> x = some_numbers(100'003, 2);
    std::vector<double> y = some_numbers(x.size(), 3);
    for (std::size_t i = 0; i < y.size(); i += 3) y[i] /= 100;
    std::vector<double> expected(x.size()), got(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) expected[i] = java::pow(x[i], y[i]);
    for (const Table* table : kernels::runnable()) {
        table->pow(x.data(), y.data(), got.data(), x.size());
        check_column("pow", expected, got);
    }
}

TEST(squares_have_the_bits_of_single_numbers_alone_and_among_other_powers) {
    const std::vector<double> x = some_numbers(1003, 4);
    for (const std::size_t other : {0u, 1u, 5u, 64u}) {  // every so many powers there is one that is no square
        std::vector<double> y(x.size(), 2.0), expected(x.size()), got(x.size());
        for (std::size_t i = 0; other != 0 && i < y.size(); i += other) y[i] = 1.5;
        for (std::size_t i = 0; i < x.size(); ++i) expected[i] = java::pow(x[i], y[i]);
        for (const Table* table : kernels::runnable()) {
            table->pow(x.data(), y.data(), got.data(), x.size());
            check_column("pow", expected, got);
        }
    }
}

TEST(columns_of_any_length_can_be_changed_in_place) {
    for (const Table* table : kernels::runnable())
        for (std::size_t n = 0; n <= 40; ++n) {
            const std::vector<double> x = some_numbers(n + 1, n);
            for (const OfOne& one : of_one) {
                std::vector<double> expected = x, got = x;
                for (std::size_t i = 0; i < n; ++i) expected[i] = one.function(x[i]);
                (table->*one.kernel)(got.data(), got.data(), n);
                check_column(one.name, expected, got);
            }
            std::vector<double> expected = x, bases = x, exponents = x;
            for (std::size_t i = 0; i < n; ++i) expected[i] = java::pow(x[i], x[i]);
            table->pow(bases.data(), x.data(), bases.data(), n);
            table->pow(x.data(), exponents.data(), exponents.data(), n);
            check_column("pow over x", expected, bases);
            check_column("pow over y", expected, exponents);
        }
}

}  // namespace

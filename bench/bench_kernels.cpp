/// What each instruction set buys: every kernel of every table that runs here, answer first, then time.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include "kernels/table.h"
#include "plan/program.h"
#include "postings/forward.h"

namespace {

using rescora::kernels::Table;

constexpr int rounds = 41;

/// The median of many rounds, in nanoseconds for each of n items.
double median_time(std::size_t n, const std::function<void()>& work) {
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
        times.push_back(time.count() / static_cast<double>(n));
    }
    std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
    return times[rounds / 2];
}

void demand(bool equal, const char* kernel, const Table& table) {
    if (equal) return;
    std::fprintf(stderr, "%s on %s differs from scalar\n", kernel, table.isa.data());
    std::exit(1);
}

/// One word's scores in n documents; small term frequencies, any length code.
void bench_bm25(const Table& table, const Table& scalar, std::size_t n) {
    std::mt19937 random(7);
    std::vector<float> tf(n), inverse(256), score(n), expected(n);
    std::vector<std::uint8_t> norm(n);
    for (float& value : tf) value = static_cast<float>(1 + random() % 4);
    for (std::uint8_t& code : norm) code = static_cast<std::uint8_t>(random());
    for (std::size_t code = 0; code < 256; ++code) inverse[code] = 0.1f + 0.01f * static_cast<float>(code);
    scalar.bm25(tf.data(), norm.data(), inverse.data(), 3.5f, expected.data(), n);
    const double time =
        median_time(n, [&] { table.bm25(tf.data(), norm.data(), inverse.data(), 3.5f, score.data(), n); });
    demand(score == expected, "bm25", table);
    std::printf("| bm25 | %s | %zu documents | %.2f |\n", table.isa.data(), n, time);
}

/// Looking for words in one document of n distinct words, half of them there.
void bench_find_word(const Table& table, const Table& scalar, std::uint32_t n) {
    std::vector<std::uint32_t> words(n);
    std::vector<std::uint8_t> fingerprints(n);
    for (std::uint32_t i = 0; i < n; ++i) words[i] = 2 * i * 97;
    for (std::uint32_t i = 0; i < n; ++i) fingerprints[i] = rescora::postings::fingerprint(words[i]);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(words.data());
    const auto sum_of = [&](const Table& some) {
        std::uint64_t sum = 0;
        for (std::uint32_t i = 0; i < 4096; ++i) {
            const std::uint32_t word = (i * 31 % (2 * n)) * 97;
            sum += some.find_word(fingerprints.data(), bytes, 4, n, rescora::postings::fingerprint(word), word);
        }
        return sum;
    };
    std::uint64_t found = 0;
    const double time = median_time(4096, [&] { found = sum_of(table); });
    demand(found == sum_of(scalar), "find_word", table);
    std::printf("| find_word | %s | %u words | %.2f |\n", table.isa.data(), n, time);
}

/// Adding n rows of scores over a range of 2,048 documents, few of which are above the limit.
void bench_sum_rows(const Table& table, const Table& scalar, std::size_t n) {
    constexpr std::size_t places = 2048, step = rescora::kernels::summed_places;
    std::vector<float> scores(n * places);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>(i * 7919 % 1000) / 1000;
    std::vector<const float*> rows(n);
    for (std::size_t r = 0; r < n; ++r) rows[r] = scores.data() + r * places;
    const float limit = 0.95f * static_cast<float>(n);
    std::array<float, step> sums;
    const auto above = [&](const Table& some) {
        std::uint64_t all = 0;
        for (std::size_t at = 0; at < places; at += step) all += some.sum_rows(rows.data(), n, at, limit, sums.data());
        return all;
    };
    std::uint64_t found = 0;
    const double time = median_time(places, [&] { found = above(table); });
    demand(found == above(scalar), "sum_rows", table);
    std::printf("| sum_rows | %s | %zu rows | %.2f |\n", table.isa.data(), n, time);
}

struct Function {
    const char* name;
    rescora::kernels::Elementary* Table::* kernel;
};
constexpr Function functions[] = {{"log", &Table::log},
                                  {"log10", &Table::log10},
                                  {"log1p", &Table::log1p},
                                  {"exp", &Table::exp},
                                  {"sqrt", &Table::sqrt}};

/// Numbers of a document, such as counts of readers: many small, few large.
std::vector<double> counts(std::size_t n) {
    std::mt19937 random(7);
    std::exponential_distribution<double> logarithms(0.5);
    std::vector<double> values(n);
    for (double& value : values) value = std::exp(std::min(logarithms(random), 20.0));
    return values;
}

void bench_elementary(const Table& table, const Table& scalar, std::size_t n) {
    const std::vector<double> x = counts(n);
    std::vector<double> out(n), expected(n);
    for (const Function& function : functions) {
        (scalar.*function.kernel)(x.data(), expected.data(), n);
        const double time = median_time(n, [&] { (table.*function.kernel)(x.data(), out.data(), n); });
        demand(out == expected, function.name, table);
        std::printf("| %s | %s | %zu numbers | %.2f |\n", function.name, table.isa.data(), n, time);
    }
}

void bench_pow(const Table& table, const Table& scalar, std::size_t n) {
    const std::vector<double> x = counts(n), y(n, 1.2);
    std::vector<double> out(n), expected(n);
    scalar.pow(x.data(), y.data(), expected.data(), n);
    const double time = median_time(n, [&] { table.pow(x.data(), y.data(), out.data(), n); });
    demand(out == expected, "pow", table);
    std::printf("| pow | %s | %zu numbers | %.2f |\n", table.isa.data(), n, time);
}

struct Operation {
    const char* name;
    rescora::plan::Operation number;
};
constexpr Operation operations[] = {{"script: add", rescora::plan::Operation::add_double},
                                    {"script: log10", rescora::plan::Operation::log10},
                                    {"script: select", rescora::plan::Operation::select}};

/// One instruction of a script over the lanes of a block; every third lane of the condition holds.
void bench_script(const Table& table, const Table& scalar, std::size_t n) {
    const std::vector<double> x = counts(n);
    std::vector<std::uint64_t> a(n), condition(n), out(n), expected(n);
    std::memcpy(a.data(), x.data(), n * sizeof(double));
    for (std::size_t i = 0; i < n; i += 3) condition[i] = 1;
    const std::vector<std::uint64_t> b(a.rbegin(), a.rend());
    for (const Operation& operation : operations) {
        const auto run = [&](const Table& some, std::uint64_t* to) {
            some.script[static_cast<std::size_t>(operation.number)](to, a.data(), b.data(), condition.data(), n);
        };
        run(scalar, expected.data());
        constexpr std::size_t times = 100;  // one is too short for the clock
        const double time = median_time(n * times, [&] {
            for (std::size_t i = 0; i < times; ++i) run(table, out.data());
        });
        demand(out == expected, operation.name, table);
        std::printf("| %s | %s | %zu lanes | %.2f |\n", operation.name, table.isa.data(), n, time);
    }
}

/// A query vector with each of n others, which lie one after another.
void bench_dot(const Table& table, const Table& scalar, std::size_t n) {
    constexpr std::size_t dims = 384;
    std::mt19937 random(7);
    std::normal_distribution<float> components;
    std::vector<float> query(dims), vectors(n * dims);
    for (float& value : query) value = components(random);
    for (float& value : vectors) value = components(random);
    const auto sum_of = [&](const Table& some) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += some.dot(query.data(), vectors.data() + i * dims, dims);
        return sum;
    };
    double sum = 0;
    const double time = median_time(n, [&] { sum = sum_of(table); });
    demand(sum == sum_of(scalar), "dot", table);
    std::printf("| dot of 384 | %s | %zu vectors | %.2f |\n", table.isa.data(), n, time);
}

}  // namespace

int main() {
    const auto tables = rescora::kernels::runnable();
    const Table& scalar = *tables.back();
    std::printf("| kernel | instruction set | size | ns each |\n|---|---|---|--:|\n");
    for (const Table* table : tables) {
        for (const std::size_t n : {100u, 10'000u, 1'000'000u}) bench_bm25(*table, scalar, n);
        for (const std::uint32_t n : {30u, 120u, 1'000u}) bench_find_word(*table, scalar, n);
        for (const std::size_t n : {2u, 4u}) bench_sum_rows(*table, scalar, n);
        for (const std::size_t n : {100u, 10'000u}) {
            bench_elementary(*table, scalar, n);
            bench_pow(*table, scalar, n);
        }
        for (const std::size_t n : {256u, 8'192u}) bench_script(*table, scalar, n);
        for (const std::size_t n : {100u, 10'000u}) bench_dot(*table, scalar, n);
    }
}

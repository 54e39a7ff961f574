/// The hashes of random scores: published values, and laws.
#include "base/random_score.h"
#include "check.h"

namespace {

using namespace rescora;

TEST(murmur3_gives_the_published_values) {
    CHECK_EQUAL(0u, murmur3_x86_32("", 0));
    CHECK_EQUAL(0x514E28B7u, murmur3_x86_32("", 1));
    CHECK_EQUAL(0x81F16F39u, murmur3_x86_32("", 0xFFFFFFFF));
    CHECK_EQUAL(0xBA6BD213u, murmur3_x86_32("test", 0));
    CHECK_EQUAL(0x704B81DCu, murmur3_x86_32("test", 0x9747B28C));
    CHECK_EQUAL(0xC0363E43u, murmur3_x86_32("Hello, world!", 0));
    CHECK_EQUAL(0x2FA826CDu, murmur3_x86_32("The quick brown fox jumps over the lazy dog", 0x9747B28C));
}

TEST(the_finalizer_of_nothing_is_nothing) {
    CHECK_EQUAL(0u, mix32(0));
    CHECK_EQUAL(0x514E28B7u, mix32(1));
}

TEST(scores_are_below_one_and_exact_in_a_float) {
    CHECK_EQUAL(0.0, random_score(0xFF000000u));
    CHECK_EQUAL(16777215.0 / 16777216.0, random_score(0xFFFFFFFFu));
    CHECK_EQUAL(random_score(0xABCDEFu), static_cast<double>(static_cast<float>(random_score(0xABCDEFu))));
}

}  // namespace

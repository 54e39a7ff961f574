/// A field's length in one byte: the rule of Lucene's small floats, length by length.
#include <cstdlib>

#include "check.h"
#include "postings/norm.h"

namespace {

using rescora::postings::decode_length;
using rescora::postings::encode_length;

/// The rule, slowly: 0 to 39 are kept; above, the rest over 24 keeps its four leading bits.
std::uint32_t kept_length(std::uint32_t tokens) {
    if (tokens < 40) return tokens;
    const std::uint32_t rest = tokens - 24;
    std::uint32_t unit = 1;
    while (rest / unit >= 16) unit *= 2;
    return 24 + rest / unit * unit;
}

TEST(every_length_is_kept_as_the_rule_says) {
    for (std::uint32_t tokens = 0; tokens <= 1u << 20; ++tokens)
        if (kept_length(tokens) != decode_length(encode_length(tokens))) {
            CHECK_EQUAL(kept_length(tokens), decode_length(encode_length(tokens)));
            return;
        }
}

TEST(known_lengths_are_kept_as_lucene_keeps_them) {
    const auto kept = [](std::uint32_t tokens) { return decode_length(encode_length(tokens)); };
    CHECK_EQUAL(39u, kept(39));
    CHECK_EQUAL(40u, kept(40));
    CHECK_EQUAL(40u, kept(41));
    CHECK_EQUAL(42u, kept(43));
    CHECK_EQUAL(56u, kept(56));
    for (const std::uint32_t tokens : {57u, 58u, 59u}) CHECK_EQUAL(56u, kept(tokens));
    CHECK_EQUAL(60u, kept(60));
    CHECK_EQUAL(88u, kept(88));
    CHECK_EQUAL(88u, kept(95));
    CHECK_EQUAL(2013265944u, kept(0x7FFFFFFF));
    CHECK_EQUAL(2013265944u, kept(0xFFFFFFFF));
}

TEST(codes_ascend_with_lengths_and_come_back) {
    const std::uint32_t greatest = encode_length(0x7FFFFFFF);
    for (std::uint32_t code = 0; code <= greatest; ++code) {
        CHECK_EQUAL(code, std::uint32_t{encode_length(decode_length(static_cast<std::uint8_t>(code)))});
        if (code > 0)
            CHECK(decode_length(static_cast<std::uint8_t>(code - 1)) < decode_length(static_cast<std::uint8_t>(code)));
    }
}

TEST(lengths_up_to_39_are_their_own_codes) {
    for (std::uint32_t tokens = 0; tokens < 40; ++tokens) CHECK_EQUAL(tokens, std::uint32_t{encode_length(tokens)});
}

}  // namespace

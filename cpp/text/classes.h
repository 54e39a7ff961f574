/// Look-up in the two-stage table of character classes.
#pragma once
#include <cstdint>

#include "text/tables/word_break.h"

namespace rescora::text {

/// A code point's class, with tables::letter_bit for letters. The code point is at most U+10FFFF.
constexpr std::uint8_t class_byte(char32_t code_point) {
    const std::size_t block = tables::class_block[code_point / tables::block_size];
    return tables::class_bytes[block * tables::block_size + code_point % tables::block_size];
}

/// The class alone: a column of the automaton.
constexpr unsigned word_class(char32_t code_point) {
    return class_byte(code_point) & (tables::letter_bit - 1U);
}

/// The automaton's state after one more character.
constexpr unsigned step(unsigned state, unsigned character_class) {
    return tables::next_state[state * tables::class_count + character_class];
}

constexpr unsigned lost_state = 0;
constexpr unsigned start_state = 1;

}  // namespace rescora::text

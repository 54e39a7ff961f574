/// The body of find_word.h, compiled once for each instruction set.
static std::uint32_t load_word(const std::uint8_t* words, std::uint32_t i) {
    std::uint32_t word;
    __builtin_memcpy(&word, words + 4 * std::size_t{i}, 4);
    return word;
}

static std::uint32_t find_word(const std::uint8_t* fingerprints, const std::uint8_t* words, std::uint32_t count,
                               std::uint8_t fingerprint, std::uint32_t word) {
    constexpr std::uint32_t step = 64;  // a compiler turns the inner loop into one or two vector comparisons
    std::uint32_t i = 0;
    for (; i + step <= count; i += step) {
        std::uint8_t any = 0;
        for (std::uint32_t j = 0; j < step; ++j) any |= static_cast<std::uint8_t>(fingerprints[i + j] == fingerprint);
        if (!any) continue;
        for (std::uint32_t j = i; j < i + step; ++j)
            if (fingerprints[j] == fingerprint && load_word(words, j) == word) return j;
    }
    for (; i < count; ++i)
        if (fingerprints[i] == fingerprint && load_word(words, i) == word) return i;
    return count;
}

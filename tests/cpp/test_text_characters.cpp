/// Letters and cases are those of Java 17, for every code point: tests/golden/java-characters.txt.
#include <cstdint>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "check.h"
#include "text/characters.h"

namespace {

using namespace rescora::text;

struct Golden {
    std::set<char32_t> letters;
    std::map<std::string, std::map<char32_t, char32_t>> mappings;
};

Golden golden() {
    std::ifstream file(RESCORA_GOLDENS "/java-characters.txt");
    Golden made;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string name;
        std::uint32_t first = 0, last = 0, step = 1;
        std::int32_t difference = 0;
        words >> name >> std::hex >> first >> last >> std::dec >> step >> difference;
        if (name == "letter") {
            for (std::uint32_t c = first; c <= last; ++c) made.letters.insert(c);
        } else {
            for (std::uint32_t c = first; c <= last; c += step)
                made.mappings[name][c] = static_cast<char32_t>(static_cast<std::int32_t>(c) + difference);
        }
    }
    return made;
}

template <class Map>
std::size_t differing(const std::map<char32_t, char32_t>& wanted, Map map) {
    std::size_t count = 0;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        const auto found = wanted.find(c);
        count += map(c) != (found == wanted.end() ? c : found->second);
    }
    return count;
}

}  // namespace

TEST(letters_are_those_of_java_17) {
    const Golden java = golden();
    std::size_t count = 0;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) count += is_letter(c) != java.letters.contains(c);
    CHECK_EQUAL(std::size_t{131'241}, java.letters.size());
    CHECK_EQUAL(std::size_t{0}, count);
}

TEST(cases_are_those_of_java_17) {
    const Golden java = golden();
    CHECK_EQUAL(std::size_t{0}, differing(java.mappings.at("lower"), to_lower));
    CHECK_EQUAL(std::size_t{0}, differing(java.mappings.at("upper"), to_upper));
}

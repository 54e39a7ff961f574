/// Ids as Elasticsearch's index has them, and bytes as Lucene prints them: what `_id:(…)` says in an explanation.
#include "query/describe_ids.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "text/utf8.h"

namespace rescora::query {

namespace {

constexpr std::uint8_t of_text = 0xFF, of_digits = 0xFE, escaped = 0xFD;  // the first byte of each kind

/// What a letter of base64url stands for; -1 for others.
int sextet(char letter) {
    if (letter >= 'A' && letter <= 'Z') return letter - 'A';
    if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9') return letter - '0' + 52;
    return letter == '-' ? 62 : letter == '_' ? 63 : -1;
}

bool is_digits(std::string_view id) {
    return std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

/// Base64url of whole bytes, without padding: what is left over in the last letter is 0.
bool is_base64(std::string_view id) {
    constexpr std::array unused_bits = {0, 8, 4, 2};  // 8: no bytes have such a length
    const int unused = unused_bits[id.size() % 4];
    if (id.empty() || unused == 8 || std::ranges::any_of(id, [](char c) { return sextet(c) < 0; })) return false;
    return (sextet(id.back()) & ((1 << unused) - 1)) == 0;
}

/// Two digits a byte; 15 fills the last.
std::string packed_digits(std::string_view id) {
    std::string bytes(1, static_cast<char>(of_digits));
    for (std::size_t i = 0; i < id.size(); i += 2) {
        const int second = i + 1 < id.size() ? id[i + 1] - '0' : 15;
        bytes += static_cast<char>((id[i] - '0') << 4 | second);
    }
    return bytes;
}

std::string decoded_base64(std::string_view id) {
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char letter : id) {
        bits = bits << 6 | static_cast<std::uint32_t>(sextet(letter));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count);
    }
    if (static_cast<std::uint8_t>(bytes.front()) >= escaped) bytes.insert(0, 1, static_cast<char>(escaped));
    return bytes;
}

bool is_utf8(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const text::Decoded decoded = text::decode(bytes, at);
        if (decoded.code_point == text::replacement && decoded.bytes == 1) return false;
        at += decoded.bytes;
    }
    return true;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<std::uint8_t>(byte);
        text += text.empty() ? "[" : " ";
        if (value >= 16) text += digits[value >> 4];
        text += digits[value & 15];
    }
    return text + "]";
}

}  // namespace

std::string indexed_id(std::string_view id) {
    if (is_digits(id)) return packed_digits(id);
    if (is_base64(id)) return decoded_base64(id);
    return static_cast<char>(of_text) + std::string(id);
}

std::string describe_ids(const std::vector<std::string>& ids) {
    std::vector<std::string> terms(ids.size());
    std::ranges::transform(ids, terms.begin(), indexed_id);
    std::ranges::sort(terms);
    std::string text;
    for (const std::string& term : terms)
        text += (text.empty() ? "" : " ") + (is_utf8(term) ? term : hexadecimal(term));
    return "_id:(" + text + ")";
}

}  // namespace rescora::query

/// A collection that is the same on every machine: documents of words by Zipf's law, some of which stand in phrases.
///
/// Its random numbers are its own and its arithmetic is of integers, for the standard library's distributions differ.
#pragma once
#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "index/builder.h"
#include "index/snapshot.h"

namespace instructions {

using namespace rescora;

enum Fields : FieldId { text_field, votes_field };

/// splitmix64. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
class Random {
 public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(next() % n); }
    /// A multiple of 2^-24 in [0, 1): a float holds it.
    double unit() { return static_cast<double>(next() >> 40) / (1 << 24); }

 private:
    std::uint64_t state_;
};

/// Word 0 is the most frequent.
inline std::string word(std::uint32_t number) {
    constexpr std::string_view consonants = "tnsrhldcmpbvgk", vowels = "eaiou";
    std::string made;
    for (++number; number > 0; number /= 70) {
        made += consonants[number % 14];
        made += vowels[number % 70 / 14];
    }
    return made;
}

/// The words of phrase p, which stand in a row more often than chance would have it.
inline std::vector<std::uint32_t> phrase(std::uint32_t p) {
    return {p, p + 7, p + 20};
}

class Writer {
 public:
    explicit Writer(std::uint64_t seed) : random_(seed) {
        for (std::uint32_t rank = 1; rank <= num_words; ++rank)
            cumulative_.push_back((cumulative_.empty() ? 0 : cumulative_.back()) + (std::uint64_t{1} << 32) / rank);
    }

    std::string text() {
        std::string made;
        for (std::uint32_t left = 8 + random_.below(1 + random_.below(60)); left > 0; --left) {
            const std::uint32_t number = zipf();
            if (number + 20 < num_words && random_.below(20) == 0)
                add_phrase(number, made);
            else
                add(number, made);
        }
        return made;
    }
    std::int64_t votes() { return random_.below(1 + random_.below(1 + random_.below(5000))); }

 private:
    static constexpr std::uint32_t num_words = 5000;

    std::uint32_t zipf() {
        const std::uint64_t at = random_.next() % cumulative_.back();
        return static_cast<std::uint32_t>(std::ranges::upper_bound(cumulative_, at) - cumulative_.begin());
    }
    /// Now and then another word comes between, so that slop matters.
    void add_phrase(std::uint32_t number, std::string& made) {
        for (const std::uint32_t part : phrase(number)) {
            add(part, made);
            if (random_.below(6) == 0) add(zipf(), made);
        }
    }
    void add(std::uint32_t number, std::string& made) {
        if (!made.empty()) made += random_.below(12) == 0 ? ", " : " ";
        made += word(number);
    }

    Random random_;
    std::vector<std::uint64_t> cumulative_;
};

struct Documents {
    std::vector<std::string> ids, texts;
    std::vector<std::int64_t> votes;
};

inline Documents make_documents(std::uint32_t n) {
    Writer writer(7);
    Documents made;
    for (std::uint32_t doc = 0; doc < n; ++doc) {
        made.ids.push_back("document " + std::to_string(doc));
        made.texts.push_back(writer.text());
        made.votes.push_back(writer.votes());
    }
    return made;
}

inline std::shared_ptr<const segment::Segment> make_segment(const Documents& documents, std::string_view analyzer) {
    const std::vector<std::string_view> ids(documents.ids.begin(), documents.ids.end());
    const std::vector<std::string_view> texts(documents.texts.begin(), documents.texts.end());
    std::vector<std::uint32_t> numbers(ids.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    index::Builder builder(1);
    builder.add_text_field(text_field, {text::Analyzer::named(analyzer)});
    builder.add_integer_field(votes_field);
    builder.add_documents(ids);
    builder.add_texts(text_field, numbers, texts);
    builder.add_integers(votes_field, numbers, documents.votes);
    return builder.finish(1).front().front();
}

inline std::shared_ptr<const index::Snapshot> make_index(std::shared_ptr<const segment::Segment> shard) {
    return std::make_shared<const index::Snapshot>(std::vector<index::ShardReader::Segments>{{std::move(shard)}},
                                                   std::vector<std::string>{"text", "votes"});
}

}  // namespace instructions

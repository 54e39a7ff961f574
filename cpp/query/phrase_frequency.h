/// How often, and how nearly, a phrase stands in one document.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "plan/node.h"
#include "postings/forward.h"

namespace rescora::query {

/// One place of a phrase in one document: where its word, or any of its alternatives, stands.
struct PhrasePart {
    std::uint32_t offset;  ///< its position in the phrase
    std::vector<std::uint32_t> at;
};

/// Start positions at which every part stands at its offset from the start.
float exact_frequency(std::span<const PhrasePart> parts);

/// Lucene's sloppy frequency: the sum over matches of 1 / (1 + distance), for distances up to the slop.
///
/// Pointers walk the parts' positions, the least (position - offset) first; parts that share a word must not stand on
/// the same position. The order in which collisions are resolved decides scores, so it is Lucene 9.9.1's, its heap
/// included; the specification's part 6.4 states it.
class SloppyFrequency {
 public:
    /// terms[i]: the words that may stand at part i.
    SloppyFrequency(std::span<const std::vector<TermId>> terms, std::span<const std::uint32_t> offsets,
                    std::uint32_t slop);

    float operator()(std::span<const PhrasePart> parts);

 private:
    static constexpr std::int32_t no_group = -1;

    /// One pointer, into one part's positions.
    struct Pointer {
        std::span<const std::uint32_t> at;
        std::uint32_t next = 0;
        std::int64_t position = 0;  ///< in the document, less the offset
        std::int64_t offset = 0;
        std::uint32_t order = 0;        ///< place in the phrase
        std::int32_t group = no_group;  ///< parts that share words
        std::uint32_t number = 0;       ///< within the group, by offset
        std::int64_t in_document() const { return position + offset; }
    };

    void find_groups(std::span<const std::vector<TermId>> terms);
    bool start(std::span<const PhrasePart> parts);
    bool spread_groups();
    bool spread_simple(std::span<Pointer* const> group);
    bool spread_alternatives(std::span<Pointer* const> group);
    bool next_match(std::int64_t& distance);
    bool step(Pointer& pointer);
    bool advance(Pointer& pointer);
    bool resolve_collisions(Pointer& pointer);
    void requeue_moved();
    Pointer* colliding(const Pointer& pointer) const;

    static bool less(const Pointer& a, const Pointer& b);
    void push(Pointer* pointer);
    Pointer* pop();
    void sift_down();

    std::int64_t slop_;
    std::vector<Pointer> pointers_;
    std::vector<std::vector<Pointer*>> groups_;
    bool alternatives_repeat_ = false;  ///< some part that shares a word has several
    std::vector<Pointer*> heap_;        ///< from 1
    std::vector<std::uint8_t> moved_;   ///< numbers of pointers that a collision moved
    std::vector<Pointer*> popped_;
    std::int64_t end_ = 0;
    bool positioned_ = false;
};

/// Both kinds, fed from a document's forward block.
class PhraseFrequency {
 public:
    PhraseFrequency(const plan::PhraseNode& node, const kernels::Table& kernels);

    /// 0 when the phrase does not match.
    float operator()(const postings::WordList& words);

 private:
    bool find_words(const postings::WordList& words);
    void read_positions(const postings::WordList& words);

    const plan::PhraseNode& node_;
    const kernels::Table& kernels_;
    std::vector<PhrasePart> parts_;
    std::vector<std::vector<std::uint32_t>> places_;  ///< of each part's alternatives among the document's words
    SloppyFrequency sloppy_;
};

}  // namespace rescora::query

/// The first pass of a plain disjunction of words, which is what most queries are: MaxScore, a range at a time.
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "match/batch.h"
#include "retrieve/top_k.h"

namespace rescora::retrieve {

/// Words are split by what they can still do: those whose best scores together do not reach the threshold cannot make
/// a hit alone, so only documents with one of the others are looked at, and the former are asked about few of those.
///
/// Scores are the same as `match::score` gives, bit for bit: a hit's words are added in the order of the request.
class Disjunction {
 public:
    /// Nothing when the node is anything else than words of which one must match, with finite weights.
    static std::optional<Disjunction> of(const plan::Node& node, match::Run& run);

    /// No document in [from, result) can score above the threshold, which is at least 0. no_doc when none from `from`
    /// on can.
    DocId next(DocId from, float threshold);

    /// Adds what can get into `top` of the n documents from `first` on.
    void collect(DocId first, std::uint32_t n, TopK& top);

    /// The same, and counts those of them that have one of the words.
    std::uint32_t collect_and_count(DocId first, std::uint32_t n, TopK& top);

 private:
    struct Word {
        const plan::TermNode* node;
        float best;       ///< the best score anywhere in the shard
        float best_here;  ///< in the range at hand
    };

    /// Scores of the postings of one word in a stretch of documents.
    struct Stretch {
        const DocId* docs;
        const float* scores;
        std::uint32_t n;
    };

    explicit Disjunction(match::Run& run) : run_(run) {}
    postings::Cursor& cursor(const Word& word) {
        return run_.cursor(word.node->cursor, *word.node->field, word.node->term);
    }
    void split(DocId first, DocId last, float threshold);
    Stretch score_block(const Word& word, DocId end);
    void collect_alone(std::size_t w, DocId first, std::uint32_t n, TopK& top);
    std::uint32_t collect_together(DocId first, std::uint32_t n, TopK& top);
    void add_essential(std::size_t w, DocId first, std::uint32_t n);
    void take(DocId first, std::uint32_t place, double sum, TopK& top);
    std::uint64_t touched(std::size_t places) const;
    void make_room(std::uint32_t n);
    bool complete(DocId doc, double sum, float threshold);
    void add_total(DocId doc, TopK& top);

    match::Run& run_;
    std::vector<Word> words_;         ///< in the order of the request
    std::vector<std::size_t> order_;  ///< by best score in the range, ascending
    std::size_t essential_ = 0;       ///< order_[essential_] and later are looked at
    std::vector<double> before_;      ///< before_[i]: what order_[0] to order_[i - 1] can give together
    std::vector<float> found_;        ///< each word's score in the document at hand
    std::array<float, postings::block_size> block_scores_{};

    // Of the documents of a range, where several words are essential.
    std::size_t range_ = 0;           ///< how many there is room for, a multiple of 64
    std::vector<double> sums_;        ///< what the essential words give; zero between ranges
    std::vector<std::uint64_t> has_;  ///< word by word, one bit a document; zero between ranges
    std::vector<float> scores_;       ///< word by word, where the bit is set
};

}  // namespace rescora::retrieve

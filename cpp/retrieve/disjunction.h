/// The first pass of a plain disjunction of terms, the most common query: block-max MaxScore, a range at a time.
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "query/batch.h"
#include "retrieve/score_rows.h"
#include "retrieve/top_k.h"

namespace rescora::retrieve {

/// As in MaxScore, terms are essential or non-essential: those whose best scores together do not beat the threshold
/// are non-essential. Candidates come from essential terms; the others are only probed.
///
/// Scores are the same as `query::score` gives, bit for bit: a hit's terms are added in the order of the request.
class Disjunction {
 public:
    /// Nothing unless the node is a disjunction of terms of which one must match, with weights that are
    /// finite and not negative.
    static std::optional<Disjunction> of(const plan::Node& node, query::Run& run, const index::Live& live);

    /// No document in [from, result) can score above the threshold, which is at least 0. no_doc when none from `from`
    /// on can.
    DocId next(DocId from, float threshold);

    /// Adds what is alive and can get into `top` of the n documents from `first` on.
    void collect(DocId first, std::uint32_t n, TopK& top);

    /// The same, and counts those of them that have one of the terms.
    std::uint32_t collect_and_count(DocId first, std::uint32_t n, TopK& top);

 private:
    struct Word {
        const plan::TermNode* node;
        std::vector<float> best_in;  ///< block by block, the best score it can hold
        float best;                  ///< the best score anywhere in the shard
        float best_here;             ///< in the range at hand
    };

    /// Scores of the postings of one term in a stretch of documents.
    struct Stretch {
        const DocId* docs;
        const float* scores;
        std::uint32_t n;  ///< at least 1
        DocId last() const { return docs[n - 1]; }
    };

    /// How a row's scores are written.
    using Write = decltype(&ScoreRows::write);

    Disjunction(query::Run& run, const index::Live& live, std::vector<Word> words);
    postings::Cursor& cursor(const Word& word) {
        return run_.cursor(word.node->cursor, *word.node->field, word.node->term);
    }
    std::vector<float> best_of_blocks(const plan::TermNode& node);
    float best_between(const Word& word, DocId first, DocId last);
    double documents_among(const Word& word, std::uint32_t n);
    void split(DocId first, DocId last, float threshold);
    Stretch score_block(const Word& word, DocId end);
    DocId next_above(const Word& word, DocId from, DocId end, float enough);
    void find_by_one(DocId first, std::uint32_t n, float threshold);
    void write_row(std::size_t w, DocId first, std::uint32_t n, Write write);
    void find_by_several(DocId first, std::uint32_t n, float threshold);
    void complete(DocId first, std::uint32_t n, float threshold);
    void look_up(std::size_t w, DocId first);
    void add_totals(DocId first, TopK& top);
    float limit(double others, float threshold) const;

    query::Run& run_;
    const index::Live& live_;
    std::vector<Word> words_;             ///< in the order of the request
    std::vector<std::size_t> order_;      ///< by best score in the range, ascending
    std::size_t essential_ = 0;           ///< order_[essential_] and later are the essential terms
    std::vector<std::size_t> looked_at_;  ///< those
    std::vector<double> before_;          ///< before_[i]: what order_[0] to order_[i - 1] can give together
    ScoreRows rows_;                      ///< a row a term
    Contenders contenders_;
    std::array<float, postings::block_size> block_scores_{};
};

}  // namespace rescora::retrieve

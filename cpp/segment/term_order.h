/// From words as they were met to terms in byte order.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/large_array.h"
#include "base/types.h"
#include "segment/sections.h"

namespace rescora {
class Budget;
}

namespace rescora::segment {

/// terms: sorted, without duplicates. term_of[w]: the term of word w, or no_term for a word that was dropped.
struct TermOrder {
    std::vector<std::string_view> terms;
    std::vector<TermId> term_of;
};

/// term_texts[w]: what word w became, or nothing when a filter dropped it. The texts must outlive the result.
TermOrder order_terms(std::span<const std::optional<std::string_view>> term_texts, Budget* budget);

/// Each document's terms, turned into each term's documents. They are told twice in the same order, for where a term's
/// documents stand depends on how many there are of those before it.
class Inversion {
 public:
    explicit Inversion(std::size_t num_terms) : ends_(num_terms + 1, 0) {}

    /// The first telling: a document has this term, if it is told of it for the first time.
    void count(TermId term, bool for_the_first_time = true) { ends_[term + 1] += for_the_first_time; }
    /// Between the two.
    void begin_lists();
    /// The second telling: documents ascend.
    void put(DocId doc, TermId term, std::uint32_t frequency) {
        const std::uint64_t at = ends_[term]++;
        docs_[at] = doc;
        frequencies_[at] = static_cast<std::uint8_t>(std::min<std::uint32_t>(frequency, beyond));
        if (frequency >= beyond) great_.push_back({at, frequency});
    }
    /// Behind both.
    void end_lists();

    std::span<const DocId> docs(TermId term) const { return {docs_.data() + begin(term), ends_[term] - begin(term)}; }
    void frequencies(TermId term, std::vector<std::uint32_t>& all) const;

 private:
    static constexpr std::uint32_t beyond = 255;  ///< from which on frequencies stand aside
    struct Great {
        std::uint64_t at;
        std::uint32_t frequency;
    };
    std::uint64_t begin(TermId term) const { return term == 0 ? 0 : ends_[term - 1]; }

    std::vector<std::uint64_t> ends_;  ///< of each term's list; until lists end, where the next document comes
    LargeArray<DocId> docs_;
    LargeArray<std::uint8_t> frequencies_;
    std::vector<Great> great_;  ///< by place, once lists have ended
};

/// The word and list sections of a field. norms: one code a document, or empty.
void add_word_sections(FieldId field, const TermOrder& order, const Inversion& inversion,
                       std::span<const std::uint8_t> norms, std::vector<Section>& sections, Budget* budget);

}  // namespace rescora::segment

/// From words as they were met to terms in byte order.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "segment/sections.h"

namespace rescora::segment {

/// terms: sorted, without duplicates. term_of[w]: the term of word w, or no_term for a word that was dropped.
struct TermOrder {
    std::vector<std::string_view> terms;
    std::vector<TermId> term_of;
};

/// term_texts[w]: what word w became, or nothing when a filter dropped it. The texts must outlive the result.
TermOrder order_terms(std::span<const std::optional<std::string_view>> term_texts);

/// Each document's terms with their frequencies, in document order: what the inverted lists are made of.
struct Counts {
    std::vector<std::uint64_t> starts;  ///< one more than there are documents
    std::vector<TermId> terms;
    std::vector<std::uint32_t> frequencies;
};

/// The word and list sections of a field. norms: one code a document, or empty.
void add_word_sections(FieldId field, const TermOrder& order, const Counts& counts, std::span<const std::uint8_t> norms,
                       std::vector<Section>& sections);

}  // namespace rescora::segment

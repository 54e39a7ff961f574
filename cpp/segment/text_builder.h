/// Builds a segment's text field: forward index, inverted index and norms.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/large_array.h"
#include "base/types.h"
#include "segment/sections.h"
#include "segment/term_order.h"
#include "segment/word_table.h"
#include "text/analyzer.h"

namespace rescora {
class Budget;
}

namespace rescora::segment {

/// How a text field is read and scored.
struct TextOptions {
    text::Analyzer analyzer;
    float k1 = 1.2f, b = 0.75f;
    std::uint32_t position_gap = 100;  ///< positions left free between two values of one document
};

/// Tokens are kept as in the text, each distinct one numbered once; filters see each of these once, at the end.
class TextBuilder {
 public:
    explicit TextBuilder(TextOptions options) : options_(std::move(options)) {}

    /// One value of a document; documents must not descend.
    void add(DocId doc, std::string_view text);

    /// The distinct tokens as in the texts, in order of first appearance.
    const std::vector<std::string_view>& words() const { return words_.words(); }

    /// The term of each of words(), or nothing where it is dropped, in place of the analyzer's own filters.
    void set_terms(std::vector<std::optional<std::string>> terms) { terms_ = std::move(terms); }

    /// Makes the field's sections, and its entry in the directory.
    FieldRecord build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget);

 private:
    struct Value {
        DocId doc;
        std::uint32_t num_words;
    };

    TermOrder order(Budget* budget);

    TextOptions options_;
    WordTable words_;
    LargeArray<std::uint32_t> tokens_;  ///< numbers of tokens, value after value
    std::vector<Value> values_;
    std::optional<std::vector<std::optional<std::string>>> terms_;
    std::vector<text::Word> split_;
};

}  // namespace rescora::segment

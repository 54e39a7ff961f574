/// Builds a segment's columns of keywords and numbers, one field each.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "segment/sections.h"
#include "segment/word_table.h"

namespace rescora {
class Budget;
}

namespace rescora::segment {

/// Values with their documents, which must not descend.
template <class T>
struct DocumentValues {
    std::vector<DocId> docs;
    std::vector<T> values;

    void add(DocId doc, T value) {
        docs.push_back(doc);
        values.push_back(value);
    }
};

/// Where each document's values begin, and the last one's end: num_docs + 1 numbers.
std::vector<std::uint32_t> count_offsets(std::span<const DocId> docs, DocId num_docs);

/// Whether every document has exactly one value.
inline bool one_each(std::span<const DocId> docs, DocId num_docs) {
    if (docs.size() != num_docs) return false;
    for (DocId doc = 0; doc < num_docs; ++doc)
        if (docs[doc] != doc) return false;
    return true;
}

class KeywordBuilder {
 public:
    KeywordBuilder(float k1, float b) : k1_(k1), b_(b) {}
    void add(DocId doc, std::string_view value) { values_.add(doc, words_.number(value)); }
    FieldRecord build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget);

 private:
    float k1_, b_;
    WordTable words_;
    DocumentValues<std::uint32_t> values_;
};

template <class T>
class NumberBuilder {
 public:
    void add(DocId doc, T value) { values_.add(doc, value); }

    /// One value a document, used where it lies instead of being copied.
    void set_column(Section column) { column_ = std::move(column); }

    /// Marks the values as booleans, 0 and 1, which BM25 weighs with k1 and b.
    void set_flags(float k1, float b) { flags_ = {num_flags, k1, b}; }

    FieldRecord build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget);

 private:
    struct Flags {
        std::uint32_t term_count = 0;
        float k1 = 0, b = 0;
    };

    DocumentValues<T> values_;
    Section column_{};
    Flags flags_;
};

}  // namespace rescora::segment

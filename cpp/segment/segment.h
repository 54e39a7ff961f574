/// One segment: an immutable set of documents, the same in memory as on disk.
#pragma once
#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "columns/column.h"
#include "columns/vectors.h"
#include "postings/dictionary.h"
#include "postings/forward.h"
#include "postings/inverted.h"
#include "segment/column_summary.h"
#include "segment/sections.h"

namespace rescora::segment {

/// One field of one segment; which views are filled depends on its type.
struct Field {
    FieldRecord record{};

    postings::Dictionary words;  // text and keyword
    std::span<const TermInfo> term_infos;
    std::span<const std::uint64_t> list_starts;
    Bytes lists;

    std::span<const std::uint8_t> norms;  // text; empty for keyword
    std::span<const std::uint64_t> presence;
    postings::Forward forward;

    columns::Column<TermId> ordinals;        // keyword
    columns::Column<std::int64_t> integers;  // integer
    columns::Column<double> reals;           // real
    columns::Vectors vectors;                // vector
    std::shared_ptr<LazySummary> summary;    // integer

    postings::PostingList list(TermId term, DocId num_docs) const;
    /// The code of a document's length; where a field has no norms, that of one token.
    std::uint8_t norm(DocId doc) const { return norms.empty() ? 1 : norms[doc]; }

    /// Of an integer column.
    const ColumnSummary& summarized(DocId num_docs) const { return summary->of(integers, num_docs); }

    bool has(DocId doc) const;
    bool has_any() const;  ///< whether any document has the field
};

/// 1 / (k1 * ((1 - b) + b * length / average)) for each length code, rounded as Lucene rounds it.
std::array<float, 256> make_inverse_norms(float k1, float b, float average_length);

/// The average as Lucene has it; 0 when no document has the field.
float average_length(std::uint64_t sum_term_frequency, std::uint64_t document_count);

class Segment {
 public:
    /// Throws CorruptFile, naming the section, when one is missing or has not the length that the directory says.
    explicit Segment(std::vector<Section> sections);

    DocId num_docs() const { return num_docs_; }
    std::span<const Section> sections() const { return sections_; }

    /// The field, or nullptr where no document of this segment ever had it.
    const Field* field(FieldId number) const;
    std::span<const Field> fields() const { return fields_; }  ///< by number

    std::string_view id(DocId doc) const { return ids_.word(doc); }
    DocId find_id(std::string_view id) const;  ///< no_doc when it is not here

    bool has_source() const { return !source_starts_.empty(); }
    std::string_view source(DocId doc) const;

 private:
    std::vector<Section> sections_;
    DocId num_docs_ = 0;
    std::vector<Field> fields_;  ///< by number
    postings::Dictionary ids_;
    std::span<const std::uint64_t> source_starts_;
    Bytes source_bytes_;
};

}  // namespace rescora::segment

/// The documents that are scored together, and what a run needs beside the plan.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "kernels/table.h"
#include "plan/fault.h"
#include "plan/node.h"
#include "postings/inverted.h"
#include "script/bound.h"

namespace rescora::query {

/// n documents in ascending order: either any (`docs`), or the n that follow one another from `first`.
/// Windows are the former and are read from the forward side; the first pass is the latter and reads the inverted side.
struct Batch {
    const DocId* docs;  ///< null for a range
    DocId first;
    std::uint32_t n;

    bool is_range() const { return docs == nullptr; }
    DocId operator[](std::uint32_t i) const { return docs ? docs[i] : first + i; }
    /// Where one of its documents stands.
    std::uint32_t place(DocId doc) const {
        return docs ? static_cast<std::uint32_t>(std::lower_bound(docs, docs + n, doc) - docs) : doc - first;
    }
};

/// One bit a document.
class DocumentSet {
 public:
    explicit DocumentSet(DocId num_docs) : bits_((std::size_t{num_docs} + 63) / 64) {}
    void add(DocId doc) { bits_[doc / 64] |= std::uint64_t{1} << (doc % 64); }
    bool has(DocId doc) const { return (bits_[doc / 64] >> (doc % 64)) & 1u; }

 private:
    std::vector<std::uint64_t> bits_;
};

class Memo;

/// One run of one plan on one thread: scratch memory, cursors, sets of documents. Ranges must ascend within a run.
class Run {
 public:
    Run(const plan::Plan& plan, Arena& scratch)
        : segment(plan.segment()), base(plan.base()), kernels(kernels::active()), arena(scratch), plan_(plan) {}

    const segment::Segment& segment;
    const DocId base;  ///< the number in the shard of the segment's first document
    const kernels::Table& kernels;
    Arena& arena;
    Memo* memo = nullptr;  ///< of queries that are run over one batch; null where there is but one

    postings::Cursor& cursor(plan::Slot slot, const segment::Field& field, TermId term) {
        if (cursors_.empty()) cursors_.resize(plan_.num_cursors);  // windows ask for none
        auto& cursor = cursors_[slot];
        if (!cursor) cursor.emplace(field.list(term, segment.num_docs()));
        return *cursor;
    }

    /// The documents of a set of words, gathered from their lists at the first call.
    const DocumentSet& documents(const plan::WordSetNode& node);

    /// A script bound to the segment, at the first call.
    const script::BoundScript& script(plan::Slot slot, const plan::ScriptPtr& script) {
        if (scripts_.empty()) scripts_.resize(plan_.num_scripts);
        auto& bound = scripts_[slot];
        if (!bound) bound.emplace(script, *plan_.shard, plan_.segment_number, kernels);
        return *bound;
    }

    /// False below filters and exclusions: only matches are asked for, so what merely makes a score is left out.
    bool scores_needed() const { return scores_needed_; }

    /// Whether scores are needed until the guard ends.
    class Needing {
     public:
        Needing(Run& run, bool scores) : run_(run), before_(std::exchange(run.scores_needed_, scores)) {}
        ~Needing() { run_.scores_needed_ = before_; }
        Needing(const Needing&) = delete;
        Needing& operator=(const Needing&) = delete;

     private:
        Run& run_;
        bool before_;
    };

    /// Nobody needs scores until the guard ends.
    struct MatchesOnly : Needing {
        explicit MatchesOnly(Run& run) : Needing(run, false) {}
    };

    /// Notes that a document cannot be scored. It counts as matching; whether it would be a hit is seen at the end, for
    /// a clause elsewhere may exclude it. Of several faults of a document the first stands.
    void fail(plan::Fault fault) { faults_.push_back(std::move(fault)); }

    /// The faults that were noted since there were so many.
    std::size_t num_faults() const { return faults_.size(); }
    std::span<const plan::Fault> faults_since(std::size_t number) const { return std::span(faults_).subspan(number); }

    /// Throws DocumentError for the first document that matches (and is wanted, where that is given) and has a fault.
    /// Forgets the faults, which are those of this batch.
    void raise_faults(const Batch& batch, const std::uint8_t* matched, const std::uint8_t* wanted = nullptr);

 private:
    std::vector<std::optional<postings::Cursor>> cursors_;
    std::vector<std::optional<DocumentSet>> sets_;
    std::vector<std::optional<script::BoundScript>> scripts_;
    const plan::Plan& plan_;
    std::vector<plan::Fault> faults_;
    bool scores_needed_ = true;
};

}  // namespace rescora::query

/// Scoring a window of which only the best will be kept: what a document can get at best is known before its positions
/// are read, and where that is too little they are left unread.
#pragma once
#include <cstdint>

#include "query/score.h"

namespace rescora::query {

/// Who keeps the best. Documents come in ascending order, each once.
class Contest {
 public:
    /// Whether the document at a place of the batch can still be kept if it scores no more than `most`, or does not
    /// match. If not, it is not heard of again.
    virtual bool may_win(std::uint32_t place, float most) = 0;
    virtual void matched(std::uint32_t place, float score) = 0;
    virtual void unmatched(std::uint32_t place) = 0;

 protected:
    ~Contest() = default;
};

/// Has the documents of a window contend; false, and nothing is done, for queries that have no bound to go by.
bool contend(const plan::Node& node, const Batch& batch, Run& run, Contest& contest);

}  // namespace rescora::query

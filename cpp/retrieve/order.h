/// Sorting hits: by document, or best first.
#pragma once
#include <span>

#include "base/arena.h"
#include "retrieve/hit.h"

namespace rescora {

/// Whether -0 and 0 are one score when hits are ordered. Elasticsearch's two sorts differ in it.
enum class Zeros { equal, ordered };

/// Ascending documents.
void sort_by_doc(std::span<Hit> hits, Arena& arena);
void sort_by_doc(std::span<IndexHit> hits, Arena& arena);

/// Best first: scores descend, NaN before all; of equal scores the lower document first.
///
/// Needs  hits in the order of documents, each once.
void sort_by_score(std::span<Hit> hits, Zeros zeros, Arena& arena);
void sort_by_score(std::span<IndexHit> hits, Zeros zeros, Arena& arena);

}  // namespace rescora

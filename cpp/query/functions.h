/// The functions of function_score: a value for each of a list of documents.
#pragma once
#include <cstdint>
#include <string>

#include "query/batch.h"
#include "query/binder.h"

namespace rescora::query {

/// Documents in ascending order, and the scores that the query gave them.
struct Lanes {
    const DocId* docs;
    const float* scores;
    std::uint32_t n;
};

/// The function in one segment.
plan::FunctionKind bind_function(const plan::Function& function, Binder& binder);

/// out[i] becomes the function's value for docs[i], times its weight. A document that the function fails on is noted in
/// the run, and its value is NaN, which no later step can make a number again.
void evaluate(const plan::BoundFunction& function, const Lanes& lanes, double* out, Run& run);

/// Without the weight.
void evaluate(const plan::FunctionKind& kind, const Lanes& lanes, double* out, Run& run);

/// The document's distance from a decay's origin, beyond its offset; 0 where it has no value.
double distance(const plan::DecayFunction& function, DocId doc);

/// What the shape makes of a distance.
double decayed(const plan::DecayFunction& function, double distance);

/// Elasticsearch's GeoPoint.toString: 48.85, 2.35
std::string java_point(const columns::GeoPoint& point);

}  // namespace rescora::query

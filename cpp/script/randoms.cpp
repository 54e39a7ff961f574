/// Operations on random scores, which are functions of the seed and the document.
#include "base/java_text.h"
#include "base/random_score.h"
#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::Operation;

std::uint32_t salted(const Lane& lane, std::int64_t seed) {
    return salted_seed(static_cast<std::uint32_t>(seed), lane.frame.salt);
}

double by_document(const Lane& lane, std::int64_t seed) {
    return random_score(mix32((lane.frame.base + lane.doc()) ^ salted(lane, seed)));
}

/// Of a document's first value as text; the salted seed itself where it has none.
std::uint32_t hash_of_value(const Lane& lane, std::uint32_t seed) {
    const segment::Field* field = lane.column().field;
    if (field == nullptr) return seed;
    if (const auto integers = field->integers.values(lane.doc()); !integers.empty())
        return murmur3_x86_32(std::to_string(integers.front()), seed);
    if (const auto reals = field->reals.values(lane.doc()); !reals.empty())
        return murmur3_x86_32(java_double(reals.front()), seed);
    if (const auto ordinals = field->ordinals.values(lane.doc()); !ordinals.empty())
        return murmur3_x86_32(field->words.word(ordinals.front()), seed);
    return seed;
}

double by_value(const Lane& lane, std::int64_t seed) {
    return random_score(hash_of_value(lane, salted(lane, seed)));
}

}  // namespace

void add_randoms(Functions& functions) {
    functions[Operation::random_by_document] = each_lane<&by_document>;
    functions[Operation::random_by_value] = each_lane<&by_value>;
}

}  // namespace rescora::script

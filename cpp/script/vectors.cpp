/// Vector functions: similarities and distances of a document's vector and a query vector.
#include "script/vectors.h"

#include <bit>
#include <cmath>

#include "base/error.h"
#include "script/operations.h"

namespace rescora::script {

namespace {

using columns::ElementType;
using plan::Operation;

/// One document's vector beside the query's.
struct Pair {
    const columns::Vectors& vectors;
    const std::vector<float>& query;
    float query_magnitude;
    DocId doc;
    const kernels::Table& kernels;

    const float* floats() const { return vectors.floats(doc); }
    const std::int8_t* bytes() const { return vectors.bytes(doc); }
};

/// A sum over the components as whole numbers, which is exact.
template <class Term>
double sum_of_bytes(const Pair& pair, Term term) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < pair.query.size(); ++i) sum += term(static_cast<int>(pair.query[i]), pair.bytes()[i]);
    return static_cast<double>(sum);
}

double different_bits(const Pair& pair) {
    return sum_of_bytes(pair, [](int q, int v) { return std::popcount(static_cast<unsigned>(q ^ v) & 0xFF); });
}

/// Of bits and as many components: the sum of those whose bit is set. Of bits and bits: how many are set in both.
double dot_with_bits(const Pair& pair) {
    if (pair.query.size() < pair.vectors.dims)
        return sum_of_bytes(pair, [](int q, int v) { return std::popcount(static_cast<unsigned>(q & v) & 0xFF); });
    double sum = 0;
    for (std::size_t i = 0; i < pair.query.size(); ++i)
        if ((pair.bytes()[i / 8] >> (7 - i % 8)) & 1) sum += static_cast<double>(pair.query[i]);
    return sum;
}

double dot(const Pair& pair) {
    switch (pair.vectors.element) {
        case ElementType::float32:
            return pair.kernels.dot(pair.query.data(), pair.floats(), pair.query.size());
        case ElementType::int8:
            return sum_of_bytes(pair, [](int q, int v) { return q * v; });
        case ElementType::bit:
            return dot_with_bits(pair);
    }
    return 0;
}

double cosine(const Pair& pair) {
    return dot(pair) /
           (static_cast<double>(pair.query_magnitude) * static_cast<double>(pair.vectors.magnitude(pair.doc)));
}

double l1(const Pair& pair) {
    switch (pair.vectors.element) {
        case ElementType::float32:
            return pair.kernels.l1(pair.query.data(), pair.floats(), pair.query.size());
        case ElementType::int8:
            return sum_of_bytes(pair, [](int q, int v) { return std::abs(q - v); });
        case ElementType::bit:
            return different_bits(pair);
    }
    return 0;
}

double l2(const Pair& pair) {
    switch (pair.vectors.element) {
        case ElementType::float32:
            return std::sqrt(pair.kernels.l2(pair.query.data(), pair.floats(), pair.query.size()));
        case ElementType::int8:
            return std::sqrt(sum_of_bytes(pair, [](int q, int v) { return (q - v) * (q - v); }));
        case ElementType::bit:
            return std::sqrt(different_bits(pair));
    }
    return 0;
}

template <double (*function)(const Pair&)>
double with_query(const Lane& lane) {
    const segment::Field* field = lane.column().field;
    if (field == nullptr || !field->vectors.has(lane.doc())) return lane.fail(plan::FaultCode::missing_vector);
    const std::uint32_t constant = lane.instruction.constant;
    lane.charge(work_of_a_component * lane.frame.script.constants[constant].vector.size());
    return function({field->vectors, lane.frame.script.constants[constant].vector,
                     lane.frame.script.look_ups[constant].magnitude, lane.doc(), lane.frame.kernels});
}

double magnitude(const Lane& lane) {
    const segment::Field* field = lane.column().field;
    if (field == nullptr || !field->vectors.has(lane.doc())) return lane.fail(plan::FaultCode::missing_vector);
    return static_cast<double>(field->vectors.magnitude(lane.doc()));
}

/// Bits may be compared with as many bytes as they fill, or, where that means something, with one component each.
bool fits(Operation operation, const columns::Vectors& vectors, std::size_t dims) {
    if (vectors.element != ElementType::bit) return dims == vectors.dims;
    return dims == vectors.dims / 8 || (operation == Operation::dot_product && dims == vectors.dims);
}

bool admits(Operation operation, ElementType element) {
    if (operation == Operation::hamming) return element != ElementType::float32;
    return operation != Operation::cosine_similarity || element != ElementType::bit;
}

}  // namespace

void check_query_vector(Operation operation, const columns::Vectors& vectors, const std::vector<float>& query) {
    if (vectors.dims == 0) return;  // this shard has none
    if (!fits(operation, vectors, query.size()))
        throw InvalidArgument("the query vector has a different number of dimensions [" + std::to_string(query.size()) +
                              "] than the document vectors [" + std::to_string(vectors.dims) + "]");
    if (!admits(operation, vectors.element))
        throw InvalidArgument(operation == Operation::hamming ? "hamming needs vectors of bytes or bits"
                                                              : "cosine similarity needs vectors of floats or bytes");
}

void add_vectors(Functions& functions) {
    functions[Operation::cosine_similarity] = each_lane<&with_query<&cosine>>;
    functions[Operation::dot_product] = each_lane<&with_query<&dot>>;
    functions[Operation::l1_norm] = each_lane<&with_query<&l1>>;
    functions[Operation::l2_norm] = each_lane<&with_query<&l2>>;
    functions[Operation::hamming] = each_lane<&with_query<&different_bits>>;
    functions[Operation::vector_magnitude] = each_lane<&magnitude>;
}

}  // namespace rescora::script

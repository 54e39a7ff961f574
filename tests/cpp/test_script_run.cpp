/// Programs over blocks of documents give what plain loops give, on every instruction set.
#include <bit>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/java_math.h"
#include "check.h"
#include "programs.h"
#include "script/operands.h"

namespace {

using namespace programs;

const segment::Segment& shard() {
    static const Shard made;
    return *made.segment;
}

std::vector<DocId> some_docs(std::uint32_t n, random_index::Random& random) {
    std::vector<DocId> docs(n);
    for (DocId& doc : docs) doc = random.below(1000);
    return docs;
}

std::vector<float> some_scores(std::uint32_t n, random_index::Random& random) {
    std::vector<float> scores(n);
    for (float& score : scores) score = static_cast<float>(random.below(1000)) / 64;
    return scores;
}

std::int64_t first_integer(DocId doc) {
    const auto values = shard().field(random_index::number)->integers.values(doc);
    return values.empty() ? 0 : values.front();
}

std::uint64_t bits(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

TEST(a_score_with_a_logarithm_is_the_formula_for_any_number_of_documents) {
    const Source source{{put(score, 10), with_aux(put(first_long, 11), 0), put(long_to_double, 11, 11),
                         put(absolute_double, 11, 11), put(add_double, 11, 11, 0), put(Operation::log10, 11, 11),
                         put(multiply_double, 11, 11, 1), put(add_double, 10, 10, 11)},
                        10,
                        Kind::double_,
                        {2.0, 1.5}};
    random_index::Random random(1);
    for (const kernels::Table* table : kernels::runnable())
        for (const std::uint32_t n : {0u, 1u, 7u, 8u, 9u, 10u, 100u, 255u, 256u, 257u, 512u, 1000u}) {
            const auto docs = some_docs(n, random);
            const auto scores = some_scores(n, random);
            const index::ShardReader reader = random_index::shard_of(shard());
            const script::BoundScript bound(make(source), reader, 0, *table);
            Arena arena;
            std::vector<plan::Fault> faults;
            std::vector<double> got(n);
            run_reals(bound, {docs.data(), n, scores.data()}, got.data(), arena, faults);
            CHECK(faults.empty());
            for (std::uint32_t i = 0; i < n; ++i) {
                const double size = std::abs(static_cast<double>(first_integer(docs[i]))) + 2;
                CHECK_EQUAL(bits(static_cast<double>(scores[i]) + java::log10(size) * 1.5), bits(got[i]));
            }
        }
}

/// count, present, value: in a column where some documents have nothing.
TEST(a_document_without_a_value_is_a_fault_and_the_others_are_not) {
    const Source source{
        {with_aux(put(count, 10), 0), at({.operation = present, .a = 10}, 42), with_aux(put(first_long, 11), 0)},
        11,
        Kind::long_};
    std::vector<DocId> docs(1000);
    std::iota(docs.begin(), docs.end(), 0);
    const Values got = run(source, shard(), docs, std::vector<float>(1000));
    std::size_t missing = 0;
    for (const DocId doc : docs) {
        const auto values = shard().field(random_index::number)->integers.values(doc);
        if (values.empty()) {
            CHECK_EQUAL(doc, got.faults[missing].doc);
            CHECK_EQUAL("missing_value", std::string(name_of(got.faults[missing].code)));
            CHECK_EQUAL(42u, got.faults[missing].place);
            CHECK(got.values[doc].kind == Kind::null);
            ++missing;
        } else {
            CHECK_EQUAL(values.front(), std::get<std::int64_t>(got.values[doc].value));
        }
    }
    CHECK_EQUAL(missing, got.faults.size());
    CHECK(missing > 0 && missing < 1000);
}

TEST(a_masked_operation_fails_only_where_the_mask_is) {
    // score > 5 ? 1 / 0 : 7
    const Source source{{put(score, 10), put(less_double, 11, 0, 10), masked(put(divide_long, 12, 1, 2), 11),
                         put(copy, 13, 3), put(blend, 13, 12, none, 11)},
                        13,
                        Kind::long_,
                        {5.0, std::int64_t{1}, std::int64_t{0}, std::int64_t{7}}};
    const Values got = run(source, shard(), {3, 4, 5}, {4.0f, 6.0f, 5.0f});
    CHECK_EQUAL(1u, got.faults.size());
    CHECK_EQUAL(4u, got.faults[0].doc);
    CHECK_EQUAL("division_by_zero", std::string(name_of(got.faults[0].code)));
    CHECK_EQUAL(7, std::get<std::int64_t>(got.values[0].value));
    CHECK_EQUAL(7, std::get<std::int64_t>(got.values[2].value));
}

/// Each document's number for its score, which is how these programs come by it.
std::vector<float> numbers_of(const std::vector<DocId>& docs) {
    return {docs.begin(), docs.end()};
}

/// total = 0; i = 0; while (i < limit) { total += i; i += 1 }, where the limit is the document's number.
Source sum_below(std::uint32_t body_end) {
    return {{put(score, 9),
             put(double_to_long, 10, 9),
             put(copy, 11, 0),
             put(copy, 12, 0),
             put(copy, 13, 0),
             put(copy, 14, 1),
             // 6: the loop
             put(less_long, 15, 12, 10),
             put(and_, 14, 14, 15),
             {.operation = count_step, .a = 13, .b = 14},
             with_aux({.operation = jump_if_none, .a = 14}, body_end),
             put(add_long, 16, 11, 12),
             put(blend, 11, 16, none, 14),
             put(add_long, 16, 12, 1),
             put(blend, 12, 16, none, 14),
             with_aux({.operation = jump}, 6)},
            11,
            Kind::long_,
            {std::int64_t{0}, std::int64_t{1}}};
}

TEST(a_loop_ends_for_each_document_by_itself) {
    random_index::Random random(2);
    for (const std::uint32_t n : {1u, 10u, 300u}) {
        const auto docs = some_docs(n, random);
        const Values got = run(sum_below(15), shard(), docs, numbers_of(docs));
        CHECK(got.faults.empty());
        for (std::uint32_t i = 0; i < n; ++i) {
            const std::int64_t doc = docs[i];
            CHECK_EQUAL(doc * (doc - 1) / 2, std::get<std::int64_t>(got.values[i].value));
        }
    }
}

TEST(a_loop_without_end_is_a_fault_of_the_documents_in_it) {
    // while (document != 3)
    const Source source{{put(score, 9),
                         put(double_to_long, 10, 9),
                         put(equal_long, 11, 10, 0),
                         put(not_boolean, 11, 11),
                         put(copy, 12, 1),
                         {.operation = count_step, .a = 12, .b = 11},
                         with_aux({.operation = jump_if_none, .a = 11}, 8),
                         with_aux({.operation = jump}, 5)},
                        10,
                        Kind::long_,
                        {std::int64_t{3}, std::int64_t{0}}};
    const Values got = run(source, shard(), {3, 8}, {3.0f, 8.0f});
    CHECK_EQUAL(1u, got.faults.size());
    CHECK_EQUAL(8u, got.faults[0].doc);
    CHECK_EQUAL("loop_limit", std::string(name_of(got.faults[0].code)));
    CHECK_EQUAL(3, std::get<std::int64_t>(got.values[0].value));
}

TEST(a_loop_that_fills_the_memory_is_stopped) {
    const Source source{{put(copy, 11, 0),
                         put(copy, 12, 1),
                         {.operation = count_step, .a = 12, .b = 11},
                         with_aux({.operation = jump_if_none, .a = 11}, 6),
                         put(text_of_long, 13, 0),
                         with_aux({.operation = jump}, 2)},
                        12,
                        Kind::long_,
                        {std::int64_t{1}, std::int64_t{0}}};
    const std::vector<DocId> docs(256);
    const Values got = run(source, shard(), docs, std::vector<float>(256));
    CHECK_EQUAL(256u, got.faults.size());
    CHECK_EQUAL("size_limit", std::string(name_of(got.faults[0].code)));
}

TEST(of_several_faults_of_a_document_the_first_stands) {
    const Source source{{at(with_aux({.operation = fail, .a = 1}, plan::FaultCode::overflow), 1),
                         at(with_aux({.operation = fail, .a = 1}, plan::FaultCode::cast), 2), put(copy, 10, 0)},
                        10,
                        Kind::long_,
                        {std::int64_t{1}, std::string("why")}};
    const Values got = run(source, shard(), {1, 2}, {0.0f, 0.0f});
    CHECK_EQUAL(2u, got.faults.size());
    for (const plan::Fault& fault : got.faults) CHECK_EQUAL("overflow", std::string(name_of(fault.code)));
    CHECK_EQUAL("the source", *got.faults[0].source);
    CHECK_EQUAL("why", got.faults[0].text);
}

TEST(no_operation_may_name_a_mask_that_is_not_there) {
    for (const Operation operation : {score, copy, add_long, text_length, fail}) {
        Instruction instruction = put(operation, 11, 0, 0);
        instruction.mask = 60'000;
        const Source source{{instruction}, 10, Kind::long_, {std::int64_t{0}}};
        CHECK_THROWS(
            InvalidArgument,
            "code[0] is " + std::string(script::info(operation).name) + ": it reads a register beyond the last",
            run(source, shard(), {1}, {0.0f}));
    }
}

TEST(a_register_that_a_jump_leaves_unwritten_is_zero_in_every_block) {
    // if (document < 256) { text = "t" }; text == null
    const Source source{
        {put(score, 9), put(double_to_long, 10, 9), put(less_long, 11, 10, 0),
         with_aux({.operation = jump_if_none, .a = 11}, 5), put(text_concat, 12, 1, 1), put(text_is_null, 13, 12)},
        13,
        Kind::boolean,
        {std::int64_t{256}, std::string("t")}};
    std::vector<DocId> docs(1000);
    std::iota(docs.begin(), docs.end(), 0);
    const Values got = run(source, shard(), docs, numbers_of(docs));
    for (const DocId doc : docs) CHECK_EQUAL(doc >= 256, std::get<std::int64_t>(got.values[doc].value) != 0);
}

TEST(a_list_of_a_document_has_what_was_appended_in_its_order) {
    // a map of a text and of a list of two numbers, which a second list without the second number shares
    const auto kind = [](Kind one) { return static_cast<std::int64_t>(one); };
    const Source source{
        {put(copy, 10, 2), put(copy, 11, 0),                              // 10: an int, the number of this document
         put(append_def, 12, 3, 10),                                      // [7]
         put(append_def, 13, 12, 10),                                     // [7, 7]
         put(copy, 14, 4), put(copy, 15, 1), put(append_def, 16, 3, 14),  // "t":
         put(copy, 18, 5), put(copy, 19, 13), put(append_def, 16, 16, 18), put(copy, 20, 6), put(copy, 21, 16)},
        20,
        Kind::null,
        {std::int64_t{7}, std::string("t"), kind(Kind::int_), std::int64_t{0}, kind(Kind::text), kind(Kind::list),
         kind(Kind::map)}};
    const Values got = run(source, shard(), {1, 2}, {0.0f, 0.0f});
    for (const script::Result& map : got.values) {
        CHECK(map.kind == Kind::map);
        CHECK_EQUAL(2u, map.items.size());
        CHECK_EQUAL("t", std::get<std::string>(map.items[0].value));
        CHECK_EQUAL(2u, map.items[1].items.size());
        CHECK_EQUAL(7, std::get<std::int64_t>(map.items[1].items[1].value));
    }
}

TEST(a_prologue_makes_uniforms_once) {
    Source source{{put(add_double, 10, 2, 2)}, 10, Kind::double_, {2.0, 8.0}};
    source.prologue = {put(Operation::pow, 2, 0, 1), put(text_of_double, 3, 2)};
    source.num_uniforms = 4;
    CHECK_EQUAL("512.0", value(source));
    source.result = 3;
    source.kind = Kind::text;
    CHECK_EQUAL("256.0", value(source));
}

TEST(words_are_found_by_their_ordinals) {
    for (const std::string word : {"w1", "no such"}) {
        const Source source{{with_aux(put(equal_ordinal, 10, none, 0), 2), with_aux(put(first_text, 11), 2),
                             put(text_equal, 12, 11, 0), put(equal_long, 13, 10, 12)},
                            13,
                            Kind::boolean,
                            {word}};
        std::vector<DocId> docs(1000);
        std::iota(docs.begin(), docs.end(), 0);
        for (const script::Result& same : run(source, shard(), docs, std::vector<float>(1000)).values)
            CHECK_EQUAL(1, std::get<std::int64_t>(same.value));
    }
}

TEST(a_program_that_cannot_run_is_refused) {
    CHECK_THROWS(InvalidArgument, "a script takes 0 inputs, not 1", [] {
        auto wrong = std::make_shared<plan::Program>(program({{put(copy, 10, 10)}, 10}));
        return script::make_script(wrong, {1.0}, {});
    }());
    CHECK_THROWS(InvalidArgument, "code[0] is copy: it reads a register beyond the last", make({{put(copy, 10, 24)}}));
    CHECK_THROWS(InvalidArgument, "code[0] is copy: it may not write that register",
                 make({{put(copy, 0, 0)}, 0, Kind::double_, {1.0}}));
    CHECK_THROWS(InvalidArgument, "code[0] is jump: what `aux` names is not there, or of another kind",
                 make({{with_aux({.operation = jump}, 2)}}));
    CHECK_THROWS(InvalidArgument, "code[0] is first_long: what `aux` names is not there, or of another kind",
                 make({{with_aux(put(first_long, 1), 1)}}));
    CHECK_THROWS(InvalidArgument, "code[0] is text_length: an input is of the wrong kind",
                 make({{put(text_length, 10, 0)}, 10, Kind::int_, {1.0}}));
}

TEST(scripts_are_equal_by_what_they_compute) {
    const Source source{{put(copy, 10, 0)}, 10, Kind::double_, {0.0}};
    Source other = source;
    CHECK(*make(source) == *make(other));
    CHECK_EQUAL(hash(*make(source)), hash(*make(other)));
    other.inputs = {-0.0};
    CHECK(!(*make(source) == *make(other)));
    other = source;
    other.constants = {{}};
    CHECK(!(*make(source) == *make(other)));
}

}  // namespace

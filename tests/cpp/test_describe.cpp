/// Queries in Lucene's notation.
#include "check.h"
#include "queries.h"

namespace {

using namespace queries;

const QueryPtr a = term("a"), b = term("b"), c = term("c");

Phrase phrase(std::vector<std::vector<std::string>> terms, std::vector<std::uint32_t> positions,
              std::uint32_t slop = 0) {
    return {0, std::move(terms), std::move(positions), slop};
}

TEST(leaves_read_as_in_lucene) {
    CHECK_EQUAL("*:*", shown(everything()));
    CHECK_EQUAL("MatchNoDocsQuery(\"\")", shown(nothing()));
    CHECK_EQUAL("g:a", shown(term("a", 1)));
    CHECK_EQUAL("f:(a b)", shown(make(Terms{0, {"a", "b"}})));
    CHECK_EQUAL("f:a*", shown(make(Prefix{0, "a"})));
    CHECK_EQUAL("f:[a TO b}", shown(make(TermRange{0, true, true, true, false, "a", "b"})));
    CHECK_EQUAL("f:{\\* TO *]", shown(make(TermRange{0, true, false, false, true, "*", ""})));
    CHECK_EQUAL("IndexOrDocValuesQuery(indexQuery=f:[1 TO 5], dvQuery=f:[1 TO 5])", shown(make(IntegerRange{0, 1, 5})));
    CHECK_EQUAL(
        "IndexOrDocValuesQuery(indexQuery=f:[-0.5 TO 0.1], dvQuery=f:[-4602678819172646913 TO 4591870180066957722])",
        shown(make(RealRange{0, -0.5, 0.1})));
    CHECK_EQUAL("IndexOrDocValuesQuery(indexQuery=f:[-0.5 TO 0.1], dvQuery=f:[-1056964609 TO 1036831949])",
                shown(make(RealRange{0, -0.5, static_cast<double>(0.1F), true})));
    CHECK_EQUAL("f:[7 TO 7]", shown(make(Integers{0, {7}})));
    CHECK_EQUAL("f:{1 2}", shown(make(Integers{0, {1, 2}})));
    CHECK_EQUAL("f:{1.0 2.5}", shown(make(Reals{0, {1, 2.5}})));
    CHECK_EQUAL("FieldExistsQuery [field=f]", shown(make(Exists{0})));
    CHECK_EQUAL("_id:(w]5 [77 ae] [fe 12] [fe 12 3f] [ff 64 33 39] [ff 64 3d])",
                shown(make(Ids{{"12", "123", "d101", "d39", "d64", "d="}})));
}

TEST(phrases_show_holes_alternatives_and_slop) {
    CHECK_EQUAL("f:\"a b\"~2", shown(make(phrase({{"a"}, {"b"}}, {0, 1}, 2))));
    CHECK_EQUAL("f:\"a ? ? b\"", shown(make(phrase({{"a"}, {"b"}}, {0, 3}))));
    CHECK_EQUAL("f:\"a (b c)\"", shown(make(phrase({{"a"}, {"b", "c"}}, {0, 1}))));
    Phrase prefix = phrase({{"a"}, {"b"}}, {0, 1});
    prefix.prefix = true;
    CHECK_EQUAL("f:\"a b*\"", shown(make(prefix)));
}

TEST(bools_show_signs_and_parentheses) {
    CHECK_EQUAL("+f:a -f:b #f:c (f:a f:b)",
                shown(all_of({must(a), without(b), filter(c), should(all_of({should(a), should(b)}))})));
    CHECK_EQUAL("(f:a f:b f:c)~2", shown(all_of({should(a), should(b), should(c)}, 2)));
    CHECK_EQUAL("+((f:a f:b f:c)~2)", shown(all_of({must(all_of({should(a), should(b), should(c)}, 2))})));
    CHECK_EQUAL("", shown(all_of({})));
}

TEST(wrappers_read_as_in_lucene) {
    CHECK_EQUAL("(f:a)^2.0", shown(boost(a, 2)));
    CHECK_EQUAL("(f:a f:b)^2.0", shown(boost(all_of({should(a), should(b)}), 2)));
    CHECK_EQUAL("ConstantScore(f:a)", shown(constant(a)));
    CHECK_EQUAL("(f:a | (f:b f:c))", shown(dis_max({a, all_of({should(b), should(c)})})));
    CHECK_EQUAL("(f:a | f:b)~0.3", shown(dis_max({a, b}, 0.3F)));
    CHECK_EQUAL("FunctionScoreQuery(f:a, scored by boost(queryboost(score(f:b))^0.5))",
                shown(make(Boosting{a, b, 0.5F})));
    FunctionScore scored;
    scored.query = a;
    scored.functions.push_back({Decay{1, DecayShape::gauss, 0.0, 1, 0, 0.5, MultiValueMode::min}, {}, nullptr});
    scored.functions.push_back({One{}, 2.0F, b});
    CHECK_EQUAL("function score (f:a, functions: [{gauss(g)}{filter(f:b), function [constant score 1.0 * 2.0]}])",
                shown(make(scored)));
    CHECK_EQUAL("FeatureQuery(field=_feature, feature=g, function=SaturationFunction(pivot=2.0))",
                shown(make(RankFeature{1, FeatureFunction::saturation, 2.0F, 1})));
    CHECK_EQUAL("LongDistanceFeatureQuery(field=,origin=5,pivotDistance=7)",
                shown(make(DistanceFeature{0, std::int64_t{5}, 7})));
    CHECK_EQUAL("blended(terms:[f:a, g:a^2.0])", shown(make(Blended{{{0, "a"}, {1, "a"}}, {1, 2}})));
}

}  // namespace

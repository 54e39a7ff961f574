/// The form in which a query is scored: Lucene's rules one by one, then laws that hold for any query.
#include <algorithm>
#include <bitset>
#include <cmath>
#include <random>

#include "base/error.h"
#include "check.h"
#include "queries.h"

namespace {

using namespace queries;

const QueryPtr a = term("a"), b = term("b"), c = term("c"), d = term("d");
const std::string none = "MatchNoDocsQuery(\"\")";

TEST(a_bool_without_positive_clause_matches_nothing) {
    CHECK_EQUAL(none, rewritten(all_of({})));
    CHECK_EQUAL(none, rewritten(all_of({without(a), without(b)})));
}

TEST(a_bool_of_one_clause_is_the_clause) {
    CHECK_EQUAL("f:a", rewritten(all_of({should(a)})));
    CHECK_EQUAL("f:a", rewritten(all_of({should(a)}, 1)));
    CHECK_EQUAL("f:a", rewritten(all_of({must(a)})));
    CHECK_EQUAL("(ConstantScore(f:a))^0.0", rewritten(all_of({filter(a)})));
    CHECK_EQUAL(none, rewritten(all_of({should(a)}, 2)));
    CHECK_EQUAL(none, rewritten(all_of({must(a)}, 1)));
}

TEST(a_clause_that_matches_nothing_leaves_or_empties_the_bool) {
    CHECK_EQUAL("f:a f:b", rewritten(all_of({should(a), should(nothing()), should(b), without(all_of({}))})));
    CHECK_EQUAL(none, rewritten(all_of({should(a), must(nothing())})));
    CHECK_EQUAL(none, rewritten(all_of({should(a), filter(nothing())})));
}

TEST(clauses_without_a_score_lose_what_only_scores_need) {
    CHECK_EQUAL("+f:a #f:b", rewritten(all_of({must(a), filter(boost(constant(b), 3))})));
    CHECK_EQUAL("+f:a -f:b", rewritten(all_of({must(a), without(all_of({must(b), should(c)}))})));
    CHECK_EQUAL("+f:a #(#f:b #f:c)", rewritten(all_of({must(a), filter(all_of({must(b), must(c), should(d)}))})));
}

TEST(repeated_filters_and_exclusions_are_dropped) {
    CHECK_EQUAL("+f:a #f:b #f:c -f:d",
                rewritten(all_of({must(a), filter(b), filter(c), filter(b), without(d), without(d)})));
}

TEST(what_is_required_and_excluded_matches_nothing) {
    CHECK_EQUAL(none, rewritten(all_of({must(a), must(b), without(a)})));
    CHECK_EQUAL(none, rewritten(all_of({must(b), filter(a), without(a)})));
    CHECK_EQUAL(none, rewritten(all_of({must(a), without(everything())})));
    CHECK_EQUAL("f:a f:b -f:a", rewritten(all_of({should(a), should(b), without(a)})));
}

TEST(a_needless_filter_is_dropped) {
    CHECK_EQUAL("+f:a #f:b", rewritten(all_of({must(a), filter(everything()), filter(b)})));
    CHECK_EQUAL("f:a", rewritten(all_of({must(a), filter(everything())})));
    CHECK_EQUAL("f:a", rewritten(all_of({must(a), filter(a)})));
    CHECK_EQUAL("f:a #*:*", rewritten(all_of({should(a), filter(everything())})));
}

TEST(a_should_that_is_also_a_filter_becomes_a_must) {
    CHECK_EQUAL("+f:a f:b", rewritten(all_of({should(a), should(b), filter(a)})));
    CHECK_EQUAL("(+f:a f:b f:c)~1", rewritten(all_of({should(a), should(b), should(c), filter(a)}, 2)));
    CHECK_EQUAL("(f:a)^2.0 f:b #f:a", rewritten(all_of({should(boost(a, 2)), should(b), filter(a)})));
}

TEST(equal_clauses_merge_and_their_boosts_add_up_in_double) {
    CHECK_EQUAL("(f:a)^2.0 f:b", rewritten(all_of({should(a), should(b), should(a)})));
    CHECK_EQUAL("+(f:a)^3.5 +f:b", rewritten(all_of({must(a), must(b), must(boost(a, 2.5F))})));
    CHECK_EQUAL("f:a", rewritten(all_of({should(boost(a, 0.5F)), should(boost(a, 0.5F))})));
    CHECK_EQUAL("(f:a f:b f:a)~2", rewritten(all_of({should(a), should(b), should(a)}, 2)));
    const float x = 0.1F, y = 0.2F, z = 0.4F;
    const float sum = static_cast<float>(static_cast<double>(x) + static_cast<double>(y) + static_cast<double>(z));
    CHECK(sum != x + y + z);  // the case tells double from float
    const QueryPtr merged = rewrite(all_of({should(boost(a, x)), should(boost(a, y)), should(boost(a, z))}));
    CHECK_EQUAL(sum, as<Boost>(merged)->boost);
}

TEST(bools_are_equal_in_any_order) {
    const QueryPtr ab = all_of({must(a), must(b)}), ba = all_of({must(b), must(a)});
    CHECK(*ab == *ba);
    CHECK_EQUAL(hash(*ab), hash(*ba));
    CHECK_EQUAL("(+f:a +f:b)^2.0", rewritten(all_of({should(ab), should(ba)})));
    CHECK(*all_of({should(a), filter(b), filter(b)}) == *all_of({filter(b), should(a)}));
    CHECK(*all_of({should(a), should(a), should(b)}) != *all_of({should(a), should(b), should(b)}));
    CHECK(*dis_max({a, b}) == *dis_max({b, a}));
    CHECK(*dis_max({a, b}) != *dis_max({b, a}, 0.5F));
}

TEST(a_must_that_matches_everything_scores_the_filters) {
    CHECK_EQUAL("ConstantScore(f:a)", rewritten(all_of({must(everything()), filter(a)})));
    CHECK_EQUAL("(ConstantScore(#f:a -f:b))^2.0",
                rewritten(all_of({must(boost(everything(), 2)), filter(a), without(b)})));
    CHECK_EQUAL("+ConstantScore(f:a) f:b", rewritten(all_of({must(everything()), filter(a), should(b)})));
}

TEST(a_disjunction_in_a_disjunction_is_inlined_but_not_through_a_boost) {
    CHECK_EQUAL("f:a f:b f:c", rewritten(all_of({should(a), should(all_of({should(b), should(c)}, 1))})));
    CHECK_EQUAL("(f:a)^2.0 f:b", rewritten(all_of({should(a), should(all_of({should(b), should(a)}))})));
    CHECK_EQUAL("f:a (f:b f:c)^2.0", rewritten(all_of({should(a), should(boost(all_of({should(b), should(c)}), 2))})));
    CHECK_EQUAL("(f:a (f:b f:c) f:d)~2",
                rewritten(all_of({should(a), should(all_of({should(b), should(c)})), should(d)}, 2)));
    CHECK_EQUAL("f:a ((f:b f:c f:d)~2)",
                rewritten(all_of({should(a), should(all_of({should(b), should(c), should(d)}, 2))})));
}

TEST(bools_of_musts_stay_nested) {
    CHECK_EQUAL("+f:a +(+f:b +f:c)", rewritten(all_of({must(a), must(all_of({must(b), must(c)}))})));
}

TEST(as_many_shoulds_as_must_match_are_musts) {
    CHECK_EQUAL("+f:a +f:b #f:c", rewritten(all_of({should(a), should(b), filter(c)}, 2)));
    CHECK_EQUAL(none, rewritten(all_of({should(a), should(b), filter(c)}, 3)));
    CHECK_EQUAL("+f:a +f:b", rewritten(all_of({should(a), should(b), should(nothing())}, 2)));
}

TEST(the_only_must_keeps_its_shoulds) {
    CHECK_EQUAL("+(f:a f:b) #f:c", rewritten(all_of({must(all_of({should(a), should(b)})), filter(c)})));
    CHECK_EQUAL("+(f:a f:b) f:c", rewritten(all_of({must(all_of({should(a), should(b)})), should(c)})));
}

TEST(boosts_multiply_in_float_and_one_vanishes) {
    CHECK_EQUAL("f:a", rewritten(boost(a, 1)));
    CHECK_EQUAL("(f:a)^6.0", rewritten(boost(boost(a, 3), 2)));
    CHECK_THROWS(rescora::InvalidArgument, "boost must be a positive float, got Infinity",
                 rewrite(boost(boost(a, 1e30F), 1e30F)));
    CHECK_THROWS(rescora::InvalidArgument, "boost must be a positive float, got Infinity",
                 rewrite(all_of({should(boost(a, 3e38F)), should(boost(a, 3e38F))})));
    CHECK_EQUAL(none, rewritten(boost(nothing(), 2)));
    CHECK_EQUAL("(ConstantScore(f:a))^0.0", rewritten(boost(a, 0)));
    CHECK_EQUAL("(ConstantScore(f:a))^0.0", rewritten(boost(constant(a), 0)));
    const float x = 1.1F, y = 1.1F, z = 1.5F;
    CHECK(x * (y * z) != (x * y) * z);  // the case tells the orders apart
    CHECK_EQUAL(x * (y * z), as<Boost>(rewrite(boost(boost(boost(a, z), y), x)))->boost);
    // One step takes the bool off; the next two multiply from outside.
    CHECK_EQUAL((x * y) * z, as<Boost>(rewrite(boost(all_of({must(boost(boost(a, z), y))}), x)))->boost);
}

TEST(a_constant_score_keeps_only_what_selects) {
    CHECK_EQUAL("ConstantScore(f:a)", rewritten(constant(boost(constant(a), 3))));
    CHECK_EQUAL("ConstantScore(#f:a #f:b)", rewritten(constant(all_of({must(a), filter(b), should(c)}))));
    CHECK_EQUAL("ConstantScore((f:a f:b f:c #f:d)~2)",
                rewritten(constant(all_of({should(a), should(boost(b, 2)), should(constant(c)), must(d)}, 2))));
    CHECK_EQUAL("ConstantScore(#f:a #(f:b (#f:c #f:d)))",
                rewritten(constant(all_of({must(a), must(all_of({should(b), should(all_of({must(c), must(d)}))}))}))));
    CHECK_EQUAL(none, rewritten(constant(all_of({}))));
}

TEST(a_dis_max_with_tie_breaker_one_is_a_sum) {
    CHECK_EQUAL(none, rewritten(dis_max({})));
    CHECK_EQUAL("f:a", rewritten(dis_max({a})));
    CHECK_EQUAL("f:a f:b f:c", rewritten(all_of({should(dis_max({a, b}, 1)), should(c)})));
    CHECK_EQUAL("(f:a | f:a | (f:b)^6.0)~0.5", rewritten(dis_max({a, a, boost(boost(b, 2), 3)}, 0.5F)));
    CHECK_EQUAL("(f:a | " + none + ")", rewritten(dis_max({a, all_of({})})));
}

TEST(a_phrase_of_one_position_is_its_terms) {
    const auto phrase = [](std::vector<std::vector<std::string>> terms, std::vector<std::uint32_t> positions) {
        return Phrase{0, std::move(terms), std::move(positions)};
    };
    CHECK_EQUAL(none, rewritten(make(phrase({}, {}))));
    CHECK_EQUAL("f:a", rewritten(make(phrase({{"a"}}, {0}))));
    CHECK_EQUAL("f:a f:b", rewritten(make(phrase({{"a", "b"}}, {0}))));
    CHECK_EQUAL("f:\"a ? b\"", rewritten(make(phrase({{"a"}, {"b"}}, {2, 4}))));
    CHECK_EQUAL("f:\"? (a b) c\"", rewritten(make(phrase({{"a", "b"}, {"c"}}, {1, 2}))));
    Phrase prefix = phrase({{"a"}}, {0});
    prefix.prefix = true;
    CHECK_EQUAL("f:\"a*\"", rewritten(make(prefix)));
}

TEST(empty_sets_and_ranges_match_nothing) {
    CHECK_EQUAL(none, rewritten(make(Terms{0, {}})));
    CHECK_EQUAL(none, rewritten(make(Ids{})));
    CHECK_EQUAL(none, rewritten(make(Integers{0, {}})));
    CHECK_EQUAL(none, rewritten(make(Reals{0, {}})));
    const QueryPtr wrong_way_round = make(IntegerRange{0, 2, 1});
    CHECK(rewrite(wrong_way_round) == wrong_way_round);
    CHECK_EQUAL(none, rewritten(make(TermRange{0, true, true, true, true, "b", "a"})));
    CHECK_EQUAL(none, rewritten(make(TermRange{0, true, true, true, false, "a", "a"})));
    CHECK_EQUAL("f:[a TO a]", rewritten(make(TermRange{0, true, true, true, true, "a", "a"})));
    CHECK_EQUAL("f:[b TO *]", rewritten(make(TermRange{0, true, false, true, true, "b", ""})));
}

TEST(the_query_and_the_filters_of_function_score_are_rewritten) {
    const auto scored = [](QueryPtr query, QueryPtr filter) {
        FunctionScore made;
        made.query = std::move(query);
        made.functions.push_back({One{}, {}, std::move(filter)});
        return make(std::move(made));
    };
    CHECK(*scored(a, b) == *rewrite(scored(all_of({must(a)}), all_of({should(b)}))));
}

TEST(equal_function_scores_merge_and_others_do_not) {
    const auto weighted = [](float weight) {
        FunctionScore made;
        made.query = a;
        made.functions.push_back({One{}, weight, nullptr});
        return make(std::move(made));
    };
    CHECK(*boost(weighted(2), 2) == *rewrite(all_of({should(weighted(2)), should(weighted(2))})));
    const auto both = all_of({should(weighted(2)), should(weighted(3))});
    CHECK(*both == *rewrite(both));
    CHECK(hash(*weighted(2)) == hash(*weighted(2)));
}

TEST(the_parts_of_boosting_and_blended_are_rewritten) {
    CHECK_EQUAL("FunctionScoreQuery(f:a, scored by boost(queryboost(score(f:b))^0.5))",
                rewritten(make(Boosting{all_of({must(a)}), all_of({should(b)}), 0.5F})));
    CHECK_EQUAL("(f:a)^2.0", rewritten(make(Blended{{{0, "a"}}, {2}})));
    CHECK_EQUAL("f:a", rewritten(make(Blended{{{0, "a"}}, {1}})));
    CHECK_EQUAL("(f:a | (g:a)^2.0)", rewritten(make(Blended{{{0, "a"}, {1, "a"}}, {1, 2}})));
    CHECK_EQUAL("f:a g:a f:b", rewritten(all_of({should(make(Blended{{{0, "a"}, {1, "a"}}, {1, 1}, 1})), should(b)})));
}

// Laws: over sixteen documents, one for each subset of the four words.

struct Answer {
    bool matches;
    double score;
};

Answer ask(const QueryPtr& query, unsigned document);

Answer ask_bool(const Bool& query, unsigned document) {
    double score = 0;
    unsigned shoulds = 0;
    bool required = false;
    for (const Clause& clause : query.clauses) {
        const Answer answer = ask(clause.query, document);
        const bool scores = clause.occur == Occur::must || clause.occur == Occur::should;
        const bool demanded = clause.occur == Occur::must || clause.occur == Occur::filter;
        if (demanded ? !answer.matches : clause.occur == Occur::must_not && answer.matches) return {false, 0};
        required |= demanded;
        shoulds += clause.occur == Occur::should && answer.matches;
        if (scores && answer.matches) score += answer.score;
    }
    return {shoulds >= std::max(query.minimum_should_match, required ? 0U : 1U), score};
}

Answer ask_dis_max(const DisMax& query, unsigned document) {
    double best = 0, sum = 0;
    bool matches = false;
    for (const QueryPtr& one : query.queries) {
        const Answer answer = ask(one, document);
        if (!answer.matches) continue;
        matches = true;
        best = std::max(best, answer.score);
        sum += answer.score;
    }
    return {matches, best + (sum - best) * static_cast<double>(query.tie_breaker)};
}

Answer ask(const QueryPtr& query, unsigned document) {
    if (as<MatchAll>(query)) return {true, 1};
    if (const auto* word = as<Term>(query)) {
        const auto number = static_cast<unsigned>(word->term[0] - 'a');
        return {(document >> number & 1) != 0, 1.0 + number};
    }
    if (const auto* many = as<Bool>(query)) return ask_bool(*many, document);
    if (const auto* best = as<DisMax>(query)) return ask_dis_max(*best, document);
    if (const auto* fixed = as<ConstantScore>(query)) return {ask(fixed->query, document).matches, 1};
    if (const auto* boosted = as<Boost>(query)) {
        const Answer answer = ask(boosted->query, document);
        return {answer.matches, answer.score * static_cast<double>(boosted->boost)};
    }
    if (const auto* pair = as<Boosting>(query)) {
        const Answer answer = ask(pair->positive, document);
        const bool less = ask(pair->negative, document).matches;
        return {answer.matches, answer.score * (less ? static_cast<double>(pair->negative_boost) : 1)};
    }
    return {false, 0};
}

class RandomQueries {
 public:
    explicit RandomQueries(unsigned seed) : random_(seed) {}

    QueryPtr next(unsigned depth) {
        const float boosts[] = {0, 0.5F, 1, 2, 3};
        switch (depth == 0 ? below(6) : below(12)) {
            case 0:
                return everything();
            case 1:
                return below(3) == 0 ? nothing() : a;
            case 6:
                return boost(next(depth - 1), boosts[below(5)]);
            case 7:
                return constant(next(depth - 1));
            case 8:
                return dis_max(some(depth - 1), static_cast<float>(below(3)) / 2);
            case 9:
                return make(Boosting{next(depth - 1), next(depth - 1), 0.5F});
            case 10:
            case 11:
                return next_bool(depth - 1);
            default:
                return term(std::string(1, static_cast<char>('a' + below(4))));
        }
    }

 private:
    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

    std::vector<QueryPtr> some(unsigned depth) {
        std::vector<QueryPtr> queries(below(4));
        for (QueryPtr& query : queries) query = next(depth);
        return queries;
    }

    QueryPtr next_bool(unsigned depth) {
        std::vector<Clause> clauses;
        for (QueryPtr& query : some(depth)) clauses.push_back({static_cast<Occur>(below(4)), std::move(query)});
        for (QueryPtr& query : some(depth)) clauses.push_back({Occur::should, std::move(query)});
        return all_of(std::move(clauses), below(3) == 0 ? below(3) : 0);
    }

    std::mt19937 random_;
};

TEST(rewriting_keeps_matches_and_scores_and_ends) {
    RandomQueries random(7);
    unsigned wrong = 0;
    for (unsigned round = 0; round < 30'000; ++round) {
        const QueryPtr query = random.next(1 + round % 5), after = rewrite(query);
        bool equal = rewrite(after) == after;
        for (unsigned document = 0; document < 16; ++document) {
            const Answer before = ask(query, document), now = ask(after, document);
            equal &= before.matches == now.matches;
            equal &= !before.matches || std::abs(before.score - now.score) <= 1e-5 * before.score;
        }
        if (!equal && ++wrong <= 5) std::cerr << shown(query) << "\n  became " << shown(after) << '\n';
    }
    CHECK_EQUAL(0U, wrong);
}

TEST(equal_queries_hash_the_same) {
    RandomQueries random(8), again(8), other(9);
    for (unsigned round = 0; round < 5'000; ++round) {
        const QueryPtr query = random.next(4), copy = again.next(4), stranger = other.next(4);
        CHECK(*query == *copy);
        CHECK_EQUAL(hash(*query), hash(*copy));
        if (*query == *stranger) CHECK_EQUAL(hash(*query), hash(*stranger));
    }
}

/// A hundred levels with something for every rule to look at, alike down to the innermost query.
QueryPtr deep_query(QueryPtr innermost) {
    QueryPtr query = std::move(innermost);
    for (unsigned level = 0; level < 100; ++level) {
        const QueryPtr side = all_of({must(c), should(b), filter(all_of({must(d), must(b)}))});
        query = level % 3 == 0   ? all_of({must(query), must(d), filter(side), without(boost(term("x"), 2))})
                : level % 3 == 1 ? boost(all_of({filter(query), should(side), should(c)}), 1.5F)
                                 : dis_max({query, side}, 0.5F);
    }
    return query;
}

TEST(the_deepest_and_the_widest_queries_end_in_time) {
    QueryPtr nested = a;
    for (unsigned level = 0; level < 100; ++level) nested = all_of({should(b), should(nested)});
    CHECK_EQUAL("(f:b)^100.0 f:a", rewritten(nested));

    const QueryPtr one = rewrite(deep_query(a)), same = rewrite(deep_query(a)), other = rewrite(deep_query(b));
    CHECK(*one == *same);
    CHECK(*one != *other);
    CHECK_EQUAL(2U, as<Bool>(rewrite(all_of({should(deep_query(a)), should(deep_query(a)), should(deep_query(b))})))
                        ->clauses.size());

    std::vector<Clause> wide;
    for (unsigned i = 0; i < 100'000; ++i) wide.push_back(should(term(std::to_string(i / 2))));
    CHECK_EQUAL(50'000U, as<Bool>(rewrite(all_of(wide)))->clauses.size());
}

}  // namespace

/// One index with everything in it, and requests that use everything of it.
#pragma once
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "damaged_files.h"
#include "index/builder.h"
#include "index/file.h"
#include "search/fetch.h"
#include "search/rescorer.h"
#include "search/search.h"

namespace damage {

enum Fields : FieldId { title, body, tag, year, years, price, dense, vector, bits };

constexpr std::uint32_t num_documents = 700, num_shards = 3;

inline std::string word(std::size_t number) {
    return "w" + std::to_string(number);
}

/// Common words first: the first few stand in most documents, so that their lists have several blocks.
inline std::string text(Random& random, std::size_t words) {
    std::string made;
    for (std::size_t i = 0; i < words; ++i) made += (i == 0 ? "" : " ") + word(below(random, 2 + below(random, 60)));
    return made;
}

/// The metadata is Python's affair, so any will do here.
inline Blob make_file() {
    Random random(7);
    index::Builder builder(num_shards);
    const text::Analyzer analyzer = text::Analyzer::named("standard");
    builder.add_text_field(title, {analyzer});
    builder.add_text_field(body, {analyzer, 0.9f, 0.4f, 70'000});  // a gap that makes positions four bytes wide
    builder.add_keyword_field(tag, 1.2f, 0.75f);
    builder.add_integer_field(year);
    builder.add_integer_field(years);
    builder.add_real_field(price);
    builder.add_vector_field(vector, {columns::ElementType::float32, 5});
    builder.add_vector_field(bits, {columns::ElementType::bit, 24});
    std::vector<std::int64_t> column;
    for (std::uint32_t doc = 0; doc < num_documents; ++doc) {
        const std::string id = "id" + std::to_string(doc), source = "{\"n\":" + std::to_string(doc) + "}";
        const std::string_view ids[] = {id}, sources[] = {source};
        builder.add_documents(ids);
        builder.add_sources(sources);
        const auto add_text = [&](FieldId field, std::size_t words) {
            const std::string value = text(random, words);
            const std::string_view values[] = {value};
            builder.add_texts(field, std::span(&doc, 1), values);
        };
        if (doc % 11 != 0) add_text(title, doc == 5 ? 400 : below(random, 12));
        for (std::size_t n = doc % 3; n > 0; --n) add_text(body, 1 + below(random, 30));
        for (std::size_t n = doc % 4; n > 0; --n) {
            const std::string value = word(below(random, 30));
            const std::string_view values[] = {value};
            builder.add_keywords(tag, std::span(&doc, 1), values);
            const std::int64_t number = static_cast<std::int64_t>(below(random, 50));
            builder.add_integers(years, std::span(&doc, 1), std::span(&number, 1));
        }
        const std::int64_t number = 1900 + doc % 120;
        builder.add_integers(year, std::span(&doc, 1), std::span(&number, 1));
        const double fraction = doc * 0.5;
        if (doc % 2 == 0) builder.add_reals(price, std::span(&doc, 1), std::span(&fraction, 1));
        column.push_back(doc);
        const float floats[] = {1, 2, static_cast<float>(doc), 4, 5};
        if (doc % 3 != 0) builder.add_vectors(vector, std::span(&doc, 1), std::as_bytes(std::span(floats)));
        builder.add_vectors(bits, std::span(&doc, 1), std::as_bytes(std::span(floats)).first(3));
    }
    builder.set_integers(dense, column, std::make_shared<int>());
    const index::Snapshot index(builder.finish(1),
                                {"title", "body", "tag", "year", "years", "price", "dense", "vector", "bits"});

    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
    index::save(index, "{}", ::fileno(file.get()));
    std::string bytes(static_cast<std::size_t>(::lseek(::fileno(file.get()), 0, SEEK_END)), '\0');
    std::rewind(file.get());
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    return {first, first + bytes.size()};
}

inline plan::QueryPtr term(FieldId field, std::size_t number) {
    return plan::make(plan::Term{field, word(number)});
}

inline plan::QueryPtr phrase(FieldId field, std::vector<std::size_t> words, std::uint32_t slop) {
    plan::Phrase made{field, {}, {}, slop};
    for (const std::size_t number : words) {
        made.positions.push_back(static_cast<std::uint32_t>(made.terms.size()));
        made.terms.push_back({word(number)});
    }
    return plan::make(std::move(made));
}

inline plan::QueryPtr any_of(std::vector<plan::QueryPtr> queries) {
    plan::Bool made;
    for (auto& query : queries) made.clauses.push_back({plan::Occur::should, std::move(query)});
    return plan::make(std::move(made));
}

/// At least one of every kind of node, over every kind of field.
inline std::vector<plan::QueryPtr> make_queries() {
    using namespace plan;
    const auto with_alternatives = make(Phrase{body, {{"w0", "w1"}, {"w2", "w3", "w0"}}, {0, 1}, 3});
    const auto with_prefix = make(Phrase{title, {{"w1"}, {"w"}}, {0, 1}, 1, true, 50});
    std::vector<QueryPtr> queries = {
        make(MatchAll{}),
        term(title, 0),
        term(tag, 3),
        any_of({term(title, 0), term(title, 1), term(title, 17), term(body, 2)}),
        any_of({term(title, 30), term(title, 41), term(body, 50)}),
        phrase(title, {0, 1}, 0),
        phrase(title, {0, 1, 0}, 2),
        phrase(body, {0, 1, 2}, 0),
        phrase(body, {1, 0, 1}, 100'000),
        with_alternatives,
        with_prefix,
        make(Phrase{title, {{"w2"}}, {0}, 0, true, 10}),
        make(Terms{title, {"w1", "w20", "w3", "zz"}}),
        make(Terms{tag, {"w1", "w2"}}),
        make(Prefix{title, "w1"}),
        make(Prefix{tag, "w"}),
        make(TermRange{tag, true, true, false, true, "w1", "w5"}),
        make(TermRange{body, true, false, true, true, "w3", ""}),
        make(Integers{year, {1910, 1950}}),
        make(IntegerRange{years, 3, 20}),
        make(IntegerRange{dense, 100, 300}),
        make(Reals{price, {1.0, 2.0}}),
        make(RealRange{price, 10, 90}),
        make(Ids{{"id0", "id3", "id699", "no"}}),
        make(Blended{{{title, "w1"}, {body, "w1"}}, {1, 2}, 0.5f}),
        make(DisMax{{term(title, 1), phrase(body, {0, 2}, 2), make(Prefix{tag, "w2"})}, 0.3f}),
        make(Boosting{any_of({term(title, 1), term(body, 0)}), make(IntegerRange{years, 0, 25}), 0.2f}),
        make(Boost{make(ConstantScore{any_of({term(title, 4), make(Exists{price})})}), 2}),
    };
    for (const FieldId field : {title, body, tag, year, years, price, dense, vector, bits})
        queries.push_back(make(Exists{field}));
    Bool everything{{{Occur::must, term(title, 1)},
                     {Occur::must, any_of({term(body, 0), make(MatchAll{})})},
                     {Occur::filter, make(IntegerRange{year, 1900, 2000})},
                     {Occur::should, phrase(title, {0, 1}, 4)},
                     {Occur::should, make(Prefix{tag, "w"})},
                     {Occur::must_not, make(Integers{years, {7}})}},
                    0};
    queries.push_back(make(std::move(everything)));
    for (auto& query : queries) query = rewrite(query);
    return queries;
}

inline std::vector<plan::Stage> make_stages(const std::vector<plan::QueryPtr>& queries, Random& random) {
    std::vector<plan::Stage> stages;
    for (std::size_t n = 1 + below(random, 3); n > 0; --n)
        stages.push_back({static_cast<std::uint32_t>(below(random, 200)),
                          plan::QueryStage{queries[below(random, queries.size())], 0.7f, 1.2f,
                                           static_cast<plan::ScoreMode>(below(random, 5))}});
    return stages;
}

}  // namespace damage

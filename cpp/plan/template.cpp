/// From a text to the query that it stands for.
#include "plan/template.h"

#include "plan/inner.h"
#include "plan/prepare.h"

namespace rescora::plan {

namespace {

/// Most phrases that people ask for have no more.
constexpr std::size_t usual_words = 4;

/// Of a text without words.
QueryPtr without_words(const GivenText& asked) {
    return asked.all_match_without_words ? make(MatchAll{}) : make(MatchNone{});
}

QueryPtr words_of(const GivenText& asked, std::string_view text) {
    Bool words;
    const Occur occur = asked.every_word ? Occur::must : Occur::should;
    asked.analyzer.each_term(text, [&](std::string_view term, std::uint32_t) {
        words.clauses.push_back({occur, make(Term{asked.field, std::string(term)})});
    });
    if (words.clauses.empty()) return without_words(asked);
    return words.clauses.size() == 1 ? words.clauses.front().query : make(std::move(words));
}

bool has_texts(const QueryPtr& query) {
    return as<GivenText>(query) != nullptr || any_inner(query, has_texts);
}

QueryPtr phrase_of(const GivenText& asked, std::string_view text) {
    Phrase phrase{asked.field, {}, {}, asked.slop};
    phrase.terms.reserve(usual_words);
    phrase.positions.reserve(usual_words);
    asked.analyzer.each_term(text, [&](std::string_view term, std::uint32_t position) {
        phrase.terms.push_back({std::string(term)});
        phrase.positions.push_back(position);
    });
    if (phrase.terms.empty()) return without_words(asked);
    if (phrase.terms.size() == 1) return make(Term{asked.field, std::move(phrase.terms.front().front())});
    const std::uint32_t first = phrase.positions.front();
    for (std::uint32_t& position : phrase.positions) position -= first;
    return make(std::move(phrase));
}

}  // namespace

std::uint32_t num_texts(const QueryPtr& query) {
    if (const auto* text = as<GivenText>(query)) return text->number + 1;
    std::uint32_t most = 0;
    any_inner(query, [&](const QueryPtr& inner) {
        most = std::max(most, num_texts(inner));
        return false;
    });
    return most;
}

std::uint32_t num_texts(const Stage& stage) {
    const auto* of_query = std::get_if<QueryStage>(&stage.kind);
    return of_query ? num_texts(of_query->query) : 0;
}

QueryPtr fill(const QueryPtr& query, std::span<const std::string_view> texts) {
    if (const auto* text = as<GivenText>(query))
        return text->as == GivenText::As::phrase ? phrase_of(*text, texts[text->number])
                                                 : words_of(*text, texts[text->number]);
    if (!has_texts(query)) return query;
    return map_inner(query, [&](const QueryPtr& inner) { return fill(inner, texts); });
}

QueryPtr prepare_unless_template(const QueryPtr& query) {
    return has_texts(query) ? query : prepare(query);
}

namespace {

/// Leaves what was prepared before as it is.
void fill_and_prepare(QueryPtr& query, std::span<const std::string_view> texts) {
    if (query && has_texts(query)) query = prepare(fill(query, texts));
}
void fill_and_prepare(Stage& stage, std::span<const std::string_view> texts) {
    if (auto* of_query = std::get_if<QueryStage>(&stage.kind)) fill_and_prepare(of_query->query, texts);
}

}  // namespace

Stage fill(const Stage& stage, std::span<const std::string_view> texts) {
    Stage filled = stage;
    fill_and_prepare(filled, texts);
    return filled;
}

std::uint32_t num_texts(const Request& request) {
    std::uint32_t most = num_texts(request.query);
    if (request.post_filter) most = std::max(most, num_texts(request.post_filter));
    for (const Stage& stage : request.stages) most = std::max(most, num_texts(stage));
    return most;
}

Request fill(const Request& request, std::span<const std::string_view> texts) {
    Request filled = request;
    fill_and_prepare(filled.query, texts);
    fill_and_prepare(filled.query_to_count, texts);
    fill_and_prepare(filled.post_filter, texts);
    for (Stage& stage : filled.stages) fill_and_prepare(stage, texts);
    return filled;
}

}  // namespace rescora::plan

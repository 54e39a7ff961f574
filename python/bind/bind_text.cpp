/// text/: analyzers.
#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "text/analyzer.h"

namespace rescora::bind {

namespace {

text::Tokenizer tokenizer_named(std::string_view name) {
    if (name == "standard") return text::Tokenizer::standard;
    if (name == "whitespace") return text::Tokenizer::whitespace;
    if (name == "letter") return text::Tokenizer::letter;
    if (name == "keyword") return text::Tokenizer::keyword;
    throw InvalidArgument("no tokenizer found for [" + shown(name) + "]");
}

/// A filter is its name, or a list of stop words.
text::Filter filter_of(const py::handle& filter) {
    if (!py::isinstance<py::str>(filter)) {
        const auto words = filter.cast<std::vector<std::string>>();
        return text::Stop{{words.begin(), words.end()}};
    }
    const auto name = filter.cast<std::string>();
    if (name == "lowercase") return text::Lowercase{};
    if (name == "english_possessive") return text::EnglishPossessive{};
    if (name == "english_stop") return text::Stop{text::english_stop_words()};
    if (name == "porter_stem") return text::PorterStem{};
    throw InvalidArgument("no token filter found for [" + shown(name) + "]");
}

text::Analyzer custom(std::string_view tokenizer, const py::list& filters) {
    std::vector<text::Filter> chain;
    for (const py::handle filter : filters) chain.push_back(filter_of(filter));
    return text::Analyzer::custom(tokenizer_named(tokenizer), std::move(chain));
}

using TokenTuple = std::tuple<std::string, std::uint32_t, std::uint32_t, std::uint32_t>;

std::vector<TokenTuple> analyze(const text::Analyzer& analyzer, std::string_view text) {
    std::vector<TokenTuple> tuples;
    for (auto& token : analyzer.analyze(text))
        tuples.emplace_back(std::move(token.term), token.position, token.start, token.end);
    return tuples;
}

std::vector<std::pair<std::string, std::uint32_t>> words_of(const text::Analyzer& analyzer, std::string_view text) {
    std::vector<std::pair<std::string, std::uint32_t>> words;
    for (auto& token : analyzer.analyze(text)) words.emplace_back(std::move(token.term), token.position);
    return words;
}

std::vector<std::optional<std::string>> filter_words(const text::Analyzer& analyzer, const py::list& words) {
    std::vector<std::optional<std::string>> terms;
    std::string term;
    for (const std::string_view word : view(words, "words"))
        terms.push_back(analyzer.filter(word, term) ? std::optional(term) : std::nullopt);
    return terms;
}

}  // namespace

void bind_text(py::module_& module) {
    py::class_<text::Analyzer>(module, "Analyzer", "A tokenizer and its filters: text/analyzer.h.")
        .def(py::init(&text::Analyzer::named), py::arg("name"))
        .def_static("custom", &custom, py::arg("tokenizer"), py::arg("filters"))
        .def("analyze", &analyze, py::arg("text"), "Tokens as (term, position, start, end), in UTF-16 units.")
        .def("words", &words_of, py::arg("text"), "Tokens as (term, position).")
        .def("filter", &filter_words, py::arg("words"), "What each word becomes, or None where it is dropped.");
}

}  // namespace rescora::bind

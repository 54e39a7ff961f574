/// Candidates first, positions last: in a range the rarest words' lists tell which documents to look at.
#include "query/phrase.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/budget.h"
#include "base/java_text.h"
#include "plan/prepare.h"
#include "query/blocks.h"
#include "query/distinct_phrase.h"
#include "query/explain_bm25.h"
#include "query/phrase_frequency.h"

namespace rescora::query {

namespace {

/// The first terms of a phrase, and their numbers, on their way from memory together.
void fetch_phrase_ahead(const segment::Field& part, std::span<const std::vector<std::string>> terms) {
    std::array<std::string_view, postings::Dictionary::most_fetched> words;
    std::size_t n = 0;
    for (const auto& alternatives : terms)
        if (n < words.size() && !alternatives.empty()) words[n++] = alternatives.front();
    for (const TermId rank : part.words.fetch_ahead({words.data(), n}))
        if (rank < part.term_infos.size()) __builtin_prefetch(&part.term_infos[rank]);
}

/// Gives each term that a segment lacks a number there: the same one wherever it stands in the phrase, which is seen in
/// the segments that have it.
void number_what_segments_lack(plan::WeightedPhrase& phrase) {
    std::map<std::vector<TermId>, TermId> known;  // by the numbers in all segments
    for (std::size_t p = 0; p < phrase.num_positions; ++p)
        for (std::size_t i = 0; i < phrase.at(0, p).size(); ++i) {
            std::vector<TermId> numbers;
            for (std::size_t s = 0; s < phrase.num_segments(); ++s) numbers.push_back(phrase.at(s, p)[i]);
            const TermId own =
                no_term - 1 - known.try_emplace(numbers, static_cast<TermId>(known.size())).first->second;
            for (std::size_t s = 0; s < phrase.num_segments(); ++s)
                if (phrase.at(s, p)[i] == no_term) phrase.at(s, p)[i] = own;
        }
}

/// What may stand at a position, if the shard has it.
void add_alternative(std::string_view text, const index::SegmentTerms& ids, std::size_t position, Weigher& weigher,
                     plan::WeightedPhrase& phrase, std::vector<plan::TermStatistics>& statistics) {
    if (ids.empty()) return;
    const index::ShardField& field = *phrase.field;
    for (std::size_t s = 0; s < field.parts().size(); ++s) phrase.at(s, position).push_back(ids[s]);
    statistics.push_back(weigher.term_statistics(field, text, field.statistics(ids).document_frequency));
}

/// Candidates are found by the words that must be there, the rarest first.
void require_single_words(plan::PhraseNode& node, Binder& binder) {
    node.required.reserve(node.terms.size());
    for (const auto& alternatives : node.terms)
        if (alternatives.size() == 1) node.required.push_back(alternatives.front());
    const auto rarest = [&](TermId term) { return std::pair(node.field->term_infos[term].document_frequency, term); };
    std::ranges::sort(node.required, {}, rarest);
    const auto repeated = std::ranges::unique(node.required);
    node.required.erase(repeated.begin(), repeated.end());
    node.cursors.reserve(node.required.size());
    for (std::size_t i = 0; i < node.required.size(); ++i) node.cursors.push_back(binder.take_cursor());
}

/// Phrases between two questions whether to go on.
constexpr std::uint32_t between_questions = 64;

/// The places in a range whose documents have every required word.
std::uint32_t find_candidates(const plan::PhraseNode& node, const Batch& batch, Run& run, std::uint32_t* places) {
    std::uint32_t count = 0;
    DocId doc = batch.first;
    while (doc - batch.first < batch.n && count < batch.n) {
        DocId reached = doc;
        for (std::size_t t = 0; t < node.required.size() && reached == doc; ++t)
            reached = run.cursor(node.cursors[t], *node.field, node.required[t]).seek(doc);
        if (reached == doc)
            places[count++] = doc++ - batch.first;
        else
            doc = reached;
    }
    return count;
}

/// Scores the documents that stand at these places of the batch.
template <class Frequency>
void score_places(const plan::PhraseNode& node, const Batch& batch, Frequency frequency, const std::uint32_t* places,
                  std::uint32_t count, Arena& arena, const Scores& scores) {
    const Blocks blocks(node.field->forward, count, arena, [&](std::uint32_t i) { return batch[places[i]]; });
    ask_before_each(between_questions, count, arena.budget(), [&](std::uint32_t i) {
        const float found = frequency(blocks[i]);
        if (found == 0) return;
        scores.matched[places[i]] = 1;
        scores.score[places[i]] = node.weight->score(found, node.field->norms[batch[places[i]]]);
    });
}

/// Whether the document has a word for each position.
bool has_words(const plan::PhraseNode& phrase, DocId doc, const Run& run) {
    const postings::WordList words = phrase.field->forward.words(doc);
    const auto has = [&](TermId word) { return words.find(word, run.kernels) < words.size(); };
    return std::ranges::all_of(phrase.terms, [&](const auto& any) { return std::ranges::any_of(any, has); });
}

}  // namespace

void weigh(const plan::Phrase& query, plan::Weighted& weighted, Weigher& weigher) {
    const auto* field = weigher.field_with_terms(query.field);
    if (field == nullptr || field->type() != segment::FieldType::text)  // keywords have no positions
        return Weigher::cannot_match(weighted);
    auto& phrase = weighted.words.emplace<plan::WeightedPhrase>();
    phrase.field = field;
    phrase.num_positions = query.terms.size();
    phrase.terms.resize(field->parts().size() * phrase.num_positions);
    std::vector<plan::TermStatistics> statistics;
    statistics.reserve(query.terms.size());
    for (const segment::Field* part : field->parts())
        if (part != nullptr) fetch_phrase_ahead(*part, query.terms);
    for (std::size_t i = 0; i < query.terms.size(); ++i) {
        if (query.prefix && i + 1 == query.terms.size())
            for (const index::ShardTerm& term : plan::expansions(*field, query))
                add_alternative(term.text, term.ids, i, weigher, phrase, statistics);
        else
            for (const std::string& term : query.terms[i])
                add_alternative(term, field->find(term), i, weigher, phrase, statistics);
        if (phrase.at(0, i).empty()) return Weigher::cannot_match(weighted);
    }
    if (field->parts().size() > 1) number_what_segments_lack(phrase);
    weigher.weigh_by_bm25(*field, std::move(statistics), weighted.boost, phrase.weight);
}

plan::Node bind(const plan::Phrase& query, const plan::Weighted& weighted, Binder& binder) {
    const auto& phrase = std::get<plan::WeightedPhrase>(weighted.words);
    const auto* field = phrase.field->in(binder.number);
    const auto terms = phrase.in(binder.number);
    if (field == nullptr) return Binder::nothing();
    const auto is_here = [&](TermId term) { return term < field->term_infos.size(); };
    for (const auto& alternatives : terms)
        if (std::ranges::none_of(alternatives, is_here)) return Binder::nothing();
    plan::PhraseNode node{field, terms, query.positions, query.slop, &phrase.weight, {}, {}};
    require_single_words(node, binder);
    return {std::move(node), nullptr};
}

std::string describe(const plan::Phrase& query, const Describer& describer) {
    std::string words;
    std::uint32_t next = 0;  // the position that has nothing written yet
    for (std::size_t i = 0; i < query.terms.size(); ++i) {
        for (; next < query.positions[i]; ++next) words += "? ";
        const bool one = query.terms[i].size() == 1;
        words += one ? query.terms[i][0] : "(" + join(query.terms[i]) + ")";
        if (query.prefix && i + 1 == query.terms.size()) words += '*';
        if (i + 1 < query.terms.size()) words += ' ';
        next = query.positions[i] + 1;
    }
    return describer.in(query.field) + "\"" + words + "\"" + (query.slop > 0 ? "~" + std::to_string(query.slop) : "");
}

/// Of a phrase without any word that the shard has, not even the field.
void collect(const plan::Phrase& query, Scored scored, StatisticsCollector& collector) {
    const auto* field = collector.shard.field(query.field);
    if (scored == Scored::no || field == nullptr || !field->has_terms()) return;
    const std::size_t whole_words = query.terms.size() - (query.prefix ? 1 : 0);
    std::vector<index::ShardTerm> expanded;
    if (query.prefix) expanded = plan::expansions(*field, query);
    if (query.prefix && expanded.empty()) return;  // rewritten to nothing before it has a weight
    bool any = false;
    const auto tell_word = [&](std::string_view term, const index::SegmentTerms& ids) {
        if (ids.empty()) return;
        any = true;
        collector.tell(query.field, std::string(term), field->statistics(ids).document_frequency);
    };
    for (std::size_t i = 0; i < whole_words; ++i)
        for (const std::string& term : query.terms[i]) tell_word(term, field->find(term));
    for (const index::ShardTerm& term : expanded) tell_word(term.text, term.ids);
    if (any) collector.tell(query.field);
}

Scores score(const plan::PhraseNode& node, const Batch& batch, Run& run) {
    const Scores scores = no_match(batch, run);
    auto* places = run.arena.take<std::uint32_t>(batch.n);
    std::uint32_t count = batch.n;
    if (batch.is_range()) {
        count = find_candidates(node, batch, run, places);
    } else {
        for (std::uint32_t i = 0; i < batch.n; ++i) places[i] = i;
    }
    if (DistinctPhrase::fits(node))
        score_places(node, batch, DistinctPhrase(node, run.kernels), places, count, run.arena, scores);
    else
        score_places(node, batch, PhraseFrequency(node, run.kernels), places, count, run.arena, scores);
    return scores;
}

bool contend(const plan::PhraseNode& node, const Batch& batch, Run& run, Contest& contest) {
    if (!DistinctPhrase::fits(node)) return false;
    const DistinctPhrase phrase(node, run.kernels);
    const Blocks blocks(node.field->forward, batch.n, run.arena, [&](std::uint32_t i) { return batch[i]; });
    DistinctPhrase::Places places;
    ask_before_each(between_questions, batch.n, run.arena.budget(), [&](std::uint32_t i) {
        const postings::WordList words = blocks[i];
        if (!phrase.find(words, places)) return contest.unmatched(i);
        const std::uint8_t norm = node.field->norms[batch[i]];
        if (!contest.may_win(i, node.weight->score(phrase.most(words, places), norm))) return;
        const float frequency = phrase.frequency(words, places);
        if (frequency == 0) return contest.unmatched(i);
        contest.matched(i, node.weight->score(frequency, norm));
    });
    return true;
}

Explanation explain(const plan::PhraseNode& phrase, const plan::Node& node, Scoring how, Explainer& explainer) {
    const DocId doc = explainer.doc();
    const float frequency = PhraseFrequency(phrase, explainer.run().kernels)(phrase.field->forward.words(doc));
    if (frequency == 0)
        return explain_no_match(has_words(phrase, doc, explainer.run()) ? "no matching phrase" : "no matching terms");
    Explanation freq = explain_match(frequency, "phraseFreq=" + java_float(frequency));
    if (how != Scoring::full) return explain_weight(node, explain_unscored(1, std::move(freq)), explainer);
    return explain_weight(node, explain_bm25(*phrase.field, *phrase.weight, freq, doc), explainer);
}

Explanation explain_none(const plan::Phrase&, const plan::QueryPtr&, Scoring, Explainer&) {
    return explain_no_match("no matching terms");
}

/// A phrase's frequency is not bounded by its words' in a block, but the score never reaches the weight.
float best(const plan::PhraseNode& node, const Range&) {
    return std::max(node.weight->weight, 0.0f);
}

DocId next(const plan::PhraseNode& node, DocId from, Run& run) {
    if (node.required.empty()) return from;  // alternatives at every position: no single word has to be there
    return run.cursor(node.cursors.front(), *node.field, node.required.front()).seek(from);
}

}  // namespace rescora::query

/// Builds the forward index, the inverted index and the norms of one text field.
#include "segment/text_builder.h"

#include <algorithm>
#include <utility>

#include "base/budget.h"
#include "base/digit_sort.h"
#include "base/error.h"
#include "postings/forward.h"
#include "postings/norm.h"

namespace rescora::segment {

namespace {

constexpr std::uint64_t most_positions = 0x0FFFFFFF;  // forward.h keeps a document's count in 28 bits

/// Writes the forward index, one document after another.
struct ForwardSide {
    std::vector<std::uint8_t> norms;
    std::vector<std::uint64_t> presence;
    std::vector<std::uint32_t> offsets;
    LargeArray<std::byte> blocks;
    Inversion inversion;
    std::uint64_t sum_term_frequency = 0;
    std::uint32_t document_count = 0;

    ForwardSide(DocId num_docs, std::size_t num_terms)
        : norms(num_docs), presence((std::size_t{num_docs} + 63) / 64), inversion(num_terms) {
        offsets.reserve(std::size_t{num_docs} + 1);
        offsets.push_back(0);
    }

    /// Documents come in order; `occurrences` is sorted.
    void add(DocId doc, std::span<const postings::Occurrence> occurrences) {
        skip_to(doc);
        presence[doc / 64] |= std::uint64_t{1} << (doc % 64);
        norms[doc] = postings::encode_length(static_cast<std::uint32_t>(occurrences.size()));
        document_count += !occurrences.empty();
        sum_term_frequency += occurrences.size();
        block_.clear();
        postings::encode_words(occurrences, block_);
        blocks.append(block_);
        for (TermId before = no_term; const postings::Occurrence& occurrence : occurrences)
            inversion.count(occurrence.word, occurrence.word != std::exchange(before, occurrence.word));
        close();
    }

    /// The documents before `doc` that have no value.
    void skip_to(DocId doc) {
        while (offsets.size() <= doc) close();
    }

    void invert(Budget* budget) {
        inversion.begin_lists();
        const postings::Forward forward(offsets, blocks);
        for (DocId doc = 0; doc + 1 < offsets.size(); ++doc) {
            ask_after(64, doc, budget);
            const postings::WordList words = forward.words(doc);
            for (std::uint32_t i = 0; i < words.size(); ++i) inversion.put(doc, words.word(i), words.term_frequency(i));
        }
        inversion.end_lists();
    }

 private:
    void close() {
        const std::size_t units = blocks.size() / postings::Forward::unit;
        if (units > 0xFFFFFFFF)
            throw InvalidArgument("one shard holds at most 16 GiB of one text field; use more shards");
        offsets.push_back(static_cast<std::uint32_t>(units));
    }

    std::vector<std::byte> block_;  ///< of the document at hand
};

/// One document's occurrences, by term, then position.
class Occurrences {
 public:
    void clear() { keys_.clear(); }
    void add(TermId word, std::uint32_t position) { keys_.push_back(postings::Occurrence{word, position}.key()); }

    std::span<const postings::Occurrence> sorted() {
        sort();
        sorted_.clear();
        for (const std::uint64_t key : keys_)
            sorted_.push_back({static_cast<TermId>(key >> 32), static_cast<std::uint32_t>(key)});
        return sorted_;
    }

 private:
    void sort() {
        constexpr std::size_t few = 24;
        const Arena::Scope scope(arena_);
        if (keys_.size() >= few) {
            const auto [least, greatest] = std::ranges::minmax(keys_);
            if (try_sort_by_two_digits(keys_, least, greatest, arena_)) return;
        }
        std::ranges::sort(keys_);
    }

    Arena arena_;
    std::vector<std::uint64_t> keys_;
    std::vector<postings::Occurrence> sorted_;
};

}  // namespace

void TextBuilder::add(DocId doc, std::string_view text) {
    text::split(options_.analyzer.tokenizer(), text, split_);
    words_.number_each(text, split_, [this](std::uint32_t number) { tokens_.push_back(number); });
    values_.push_back({doc, static_cast<std::uint32_t>(split_.size())});
}

TermOrder TextBuilder::order(Budget* budget) {
    if (!terms_) {
        terms_.emplace(words().size());
        std::string term;
        for (std::size_t w = 0; w < words().size(); ++w) {
            ask_after(1024, w, budget);
            if (options_.analyzer.filter(words()[w], term)) (*terms_)[w] = term;
        }
    }
    if (terms_->size() != words().size())
        throw InvalidArgument("a filter gave " + std::to_string(terms_->size()) + " terms for " +
                              std::to_string(words().size()) + " words");
    std::vector<std::optional<std::string_view>> texts(terms_->begin(), terms_->end());
    return order_terms(texts, budget);
}

FieldRecord TextBuilder::build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget) {
    const TermOrder order = this->order(budget);
    ForwardSide side(num_docs, order.terms.size());
    Occurrences occurrences;
    const std::uint32_t* token = tokens_.data();
    for (std::size_t v = 0; v < values_.size();) {
        const DocId doc = values_[v].doc;
        ask_after(16, doc, budget);
        std::uint64_t position = 0;
        occurrences.clear();
        for (; v < values_.size() && values_[v].doc == doc; ++v) {
            for (std::uint32_t i = 0; i < values_[v].num_words; ++i, ++position)
                if (const TermId term = order.term_of[*token++]; term != no_term)
                    occurrences.add(term, static_cast<std::uint32_t>(position));
            position += options_.position_gap;
            if (position > most_positions)
                throw InvalidArgument("a document has more than 268,435,455 positions in one field");
        }
        side.add(doc, occurrences.sorted());
    }
    side.skip_to(num_docs);
    tokens_ = {};  // their memory is needed
    values_.clear();
    side.invert(budget);

    add_word_sections(field, order, side.inversion, side.norms, sections, budget);
    sections.push_back(make_section(SectionKind::norms, field, std::move(side.norms)));
    sections.push_back(make_section(SectionKind::presence, field, std::move(side.presence)));
    sections.push_back(make_section(SectionKind::forward_offsets, field, std::move(side.offsets)));
    sections.push_back(make_section(SectionKind::forward, field, std::move(side.blocks)));
    return {field,
            FieldType::text,
            side.document_count,
            static_cast<std::uint32_t>(order.terms.size()),
            side.sum_term_frequency,
            0,
            options_.k1,
            options_.b};
}

}  // namespace rescora::segment

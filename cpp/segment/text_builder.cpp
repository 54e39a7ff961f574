/// From texts to the forward and inverted side of one field.
#include "segment/text_builder.h"

#include <algorithm>

#include "base/error.h"
#include "postings/forward.h"
#include "postings/norm.h"

namespace rescora::segment {

namespace {

constexpr std::uint64_t most_positions = 0x0FFFFFFF;  // forward.h keeps a document's count in 28 bits

/// The forward side as it grows, one document after another.
struct ForwardSide {
    std::vector<std::uint8_t> norms;
    std::vector<std::uint64_t> presence;
    std::vector<std::uint32_t> offsets;
    std::vector<std::byte> blocks;
    Counts counts;
    std::uint64_t sum_term_frequency = 0;
    std::uint32_t document_count = 0;

    explicit ForwardSide(DocId num_docs) : norms(num_docs), presence((std::size_t{num_docs} + 63) / 64) {
        offsets.reserve(std::size_t{num_docs} + 1);
        offsets.push_back(0);
        counts.starts.reserve(std::size_t{num_docs} + 1);
        counts.starts.push_back(0);
    }

    /// Documents come in order; `occurrences` is sorted.
    void add(DocId doc, std::span<const postings::Occurrence> occurrences) {
        skip_to(doc);
        presence[doc / 64] |= std::uint64_t{1} << (doc % 64);
        norms[doc] = postings::encode_length(static_cast<std::uint32_t>(occurrences.size()));
        document_count += !occurrences.empty();
        sum_term_frequency += occurrences.size();
        postings::encode_words(occurrences, blocks);
        for (std::size_t i = 0; i < occurrences.size();) {
            std::size_t end = i + 1;
            while (end < occurrences.size() && occurrences[end].word == occurrences[i].word) ++end;
            counts.terms.push_back(occurrences[i].word);
            counts.frequencies.push_back(static_cast<std::uint32_t>(end - i));
            i = end;
        }
        close();
    }

    /// The documents before `doc` that have no value.
    void skip_to(DocId doc) {
        while (offsets.size() <= doc) close();
    }

 private:
    void close() {
        const std::size_t units = blocks.size() / postings::Forward::unit;
        if (units > 0xFFFFFFFF)
            throw InvalidArgument("one shard holds at most 16 GiB of one text field; use more shards");
        offsets.push_back(static_cast<std::uint32_t>(units));
        counts.starts.push_back(counts.terms.size());
    }
};

}  // namespace

void TextBuilder::add(DocId doc, std::string_view text) {
    text::split(options_.analyzer.tokenizer(), text, split_);
    for (const text::Word word : split_)
        tokens_.push_back(words_.number(text.substr(word.begin, word.end - word.begin)));
    values_.push_back({doc, static_cast<std::uint32_t>(split_.size())});
}

TermOrder TextBuilder::order() {
    if (!terms_) {
        terms_.emplace(words().size());
        std::string term;
        for (std::size_t w = 0; w < words().size(); ++w)
            if (options_.analyzer.filter(words()[w], term)) (*terms_)[w] = term;
    }
    if (terms_->size() != words().size())
        throw InvalidArgument("a filter gave " + std::to_string(terms_->size()) + " terms for " +
                              std::to_string(words().size()) + " words");
    std::vector<std::optional<std::string_view>> texts(terms_->begin(), terms_->end());
    return order_terms(texts);
}

FieldRecord TextBuilder::build(FieldId field, DocId num_docs, std::vector<Section>& sections) {
    const TermOrder order = this->order();
    ForwardSide side(num_docs);
    std::vector<postings::Occurrence> occurrences;
    const std::uint32_t* token = tokens_.data();
    for (std::size_t v = 0; v < values_.size();) {
        const DocId doc = values_[v].doc;
        std::uint64_t position = 0;
        occurrences.clear();
        for (; v < values_.size() && values_[v].doc == doc; ++v) {
            for (std::uint32_t i = 0; i < values_[v].num_words; ++i, ++position)
                if (const TermId term = order.term_of[*token++]; term != no_term)
                    occurrences.push_back({term, static_cast<std::uint32_t>(position)});
            position += options_.position_gap;
            if (position > most_positions)
                throw InvalidArgument("a document has more than 268,435,455 positions in one field");
        }
        std::ranges::sort(occurrences);
        side.add(doc, occurrences);
    }
    side.skip_to(num_docs);

    add_word_sections(field, order, side.counts, side.norms, sections);
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

/// Sorting terms, then counting and filling the inverted lists.
#include "segment/term_order.h"

#include <algorithm>
#include <numeric>

#include "postings/dictionary.h"
#include "postings/inverted.h"

namespace rescora::segment {

TermOrder order_terms(std::span<const std::optional<std::string_view>> term_texts) {
    std::vector<std::uint32_t> kept;
    for (std::uint32_t w = 0; w < term_texts.size(); ++w)
        if (term_texts[w]) kept.push_back(w);
    std::ranges::sort(kept, {}, [&](std::uint32_t w) { return *term_texts[w]; });

    TermOrder order;
    order.term_of.assign(term_texts.size(), no_term);
    for (const std::uint32_t w : kept) {
        if (order.terms.empty() || order.terms.back() != *term_texts[w]) order.terms.push_back(*term_texts[w]);
        order.term_of[w] = static_cast<TermId>(order.terms.size() - 1);
    }
    return order;
}

namespace {

/// All terms' documents and frequencies, term after term.
struct Inverted {
    std::vector<std::uint64_t> starts;
    std::vector<DocId> docs;
    std::vector<std::uint32_t> frequencies;
};

Inverted invert(const Counts& counts, std::size_t num_terms) {
    Inverted inverted;
    inverted.starts.assign(num_terms + 1, 0);
    for (const TermId term : counts.terms) ++inverted.starts[term + 1];
    std::partial_sum(inverted.starts.begin(), inverted.starts.end(), inverted.starts.begin());
    inverted.docs.resize(counts.terms.size());
    inverted.frequencies.resize(counts.terms.size());
    auto next = inverted.starts;
    for (std::size_t doc = 0; doc + 1 < counts.starts.size(); ++doc)
        for (std::uint64_t i = counts.starts[doc]; i < counts.starts[doc + 1]; ++i) {
            const std::uint64_t at = next[counts.terms[i]]++;
            inverted.docs[at] = static_cast<DocId>(doc);
            inverted.frequencies[at] = counts.frequencies[i];
        }
    return inverted;
}

}  // namespace

void add_word_sections(FieldId field, const TermOrder& order, const Counts& counts, std::span<const std::uint8_t> norms,
                       std::vector<Section>& sections) {
    const Inverted inverted = invert(counts, order.terms.size());
    std::vector<TermInfo> infos;
    std::vector<std::uint64_t> list_starts = {0};
    std::vector<std::byte> lists;
    for (std::size_t term = 0; term < order.terms.size(); ++term) {
        const std::size_t begin = inverted.starts[term], n = inverted.starts[term + 1] - begin;
        const auto frequencies = std::span(inverted.frequencies).subspan(begin, n);
        infos.push_back({static_cast<std::uint32_t>(n), std::accumulate(frequencies.begin(), frequencies.end(), 0u)});
        postings::encode_list(std::span(inverted.docs).subspan(begin, n), frequencies, norms, lists);
        list_starts.push_back(lists.size());
    }
    lists.resize(lists.size() + postings::list_padding);

    auto dictionary = postings::make_dictionary(order.terms);
    sections.push_back(make_section(SectionKind::word_starts, field, std::move(dictionary.starts)));
    sections.push_back(make_section(SectionKind::word_bytes, field, std::move(dictionary.bytes)));
    sections.push_back(make_section(SectionKind::word_table, field, std::move(dictionary.table)));
    sections.push_back(make_section(SectionKind::term_infos, field, std::move(infos)));
    sections.push_back(make_section(SectionKind::list_starts, field, std::move(list_starts)));
    sections.push_back(make_section(SectionKind::lists, field, std::move(lists)));
}

}  // namespace rescora::segment

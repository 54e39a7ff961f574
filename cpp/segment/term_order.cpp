/// Sorts terms; counts and fills the posting lists.
#include "segment/term_order.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/budget.h"
#include "postings/dictionary.h"
#include "postings/inverted.h"

namespace rescora::segment {

TermOrder order_terms(std::span<const std::optional<std::string_view>> term_texts, Budget* budget) {
    std::vector<std::uint32_t> kept;
    for (std::uint32_t w = 0; w < term_texts.size(); ++w)
        if (term_texts[w]) kept.push_back(w);
    std::size_t compared = 0;
    std::ranges::sort(kept, [&](std::uint32_t a, std::uint32_t b) {
        ask_after(1 << 14, compared++, budget);
        return *term_texts[a] < *term_texts[b];
    });

    TermOrder order;
    order.term_of.assign(term_texts.size(), no_term);
    for (const std::uint32_t w : kept) {
        if (order.terms.empty() || order.terms.back() != *term_texts[w]) order.terms.push_back(*term_texts[w]);
        order.term_of[w] = static_cast<TermId>(order.terms.size() - 1);
    }
    return order;
}

void Inversion::begin_lists() {
    std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
    docs_ = LargeArray<DocId>(ends_.back());
    frequencies_ = LargeArray<std::uint8_t>(ends_.back());
}

void Inversion::end_lists() {
    std::ranges::sort(great_, {}, &Great::at);
}

void Inversion::frequencies(TermId term, std::vector<std::uint32_t>& all) const {
    const std::uint64_t first = begin(term), last = ends_[term];
    all.assign(frequencies_.data() + first, frequencies_.data() + last);
    for (auto great = std::ranges::lower_bound(great_, first, {}, &Great::at);
         great != great_.end() && great->at < last; ++great)
        all[great->at - first] = great->frequency;
}

void add_word_sections(FieldId field, const TermOrder& order, const Inversion& inversion,
                       std::span<const std::uint8_t> norms, std::vector<Section>& sections, Budget* budget) {
    std::vector<TermInfo> infos;
    std::vector<std::uint64_t> list_starts = {0};
    LargeArray<std::byte> lists;
    std::vector<std::byte> list;
    std::vector<std::uint32_t> frequencies;
    for (TermId term = 0; term < order.terms.size(); ++term) {
        ask_after(64, term, budget);
        const std::span<const DocId> docs = inversion.docs(term);
        inversion.frequencies(term, frequencies);
        infos.push_back(
            {static_cast<std::uint32_t>(docs.size()), std::accumulate(frequencies.begin(), frequencies.end(), 0u)});
        list.clear();
        postings::encode_list(docs, frequencies, norms, list);
        lists.append(list);
        list_starts.push_back(lists.size());
    }
    lists.append(std::array<std::byte, postings::list_padding>{});

    auto dictionary = postings::make_dictionary(order.terms, budget);
    sections.push_back(make_section(SectionKind::word_starts, field, std::move(dictionary.starts)));
    sections.push_back(make_section(SectionKind::word_bytes, field, std::move(dictionary.bytes)));
    sections.push_back(make_section(SectionKind::word_table, field, std::move(dictionary.table)));
    sections.push_back(make_section(SectionKind::word_crowded, field, std::move(dictionary.crowded)));
    sections.push_back(make_section(SectionKind::term_infos, field, std::move(infos)));
    sections.push_back(make_section(SectionKind::list_starts, field, std::move(list_starts)));
    sections.push_back(make_section(SectionKind::lists, field, std::move(lists)));
}

}  // namespace rescora::segment

/// Columns: values document by document, with the offsets of each document's.
#include "segment/column_builder.h"

#include "base/budget.h"
#include "base/error.h"
#include "columns/ascending.h"
#include "segment/term_order.h"

namespace rescora::segment {

std::vector<std::uint32_t> count_offsets(std::span<const DocId> docs, DocId num_docs) {
    if (docs.size() > 0xFFFFFFFF)
        throw InvalidArgument("one shard holds at most 4,294,967,295 values of one field; use more shards");
    std::vector<std::uint32_t> offsets(std::size_t{num_docs} + 1, 0);
    for (const DocId doc : docs) ++offsets[doc + 1];
    for (DocId doc = 0; doc < num_docs; ++doc) offsets[doc + 1] += offsets[doc];
    return offsets;
}

FieldRecord KeywordBuilder::build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget) {
    const std::vector<std::optional<std::string_view>> texts(words_.words().begin(), words_.words().end());
    const TermOrder order = order_terms(texts, budget);

    Inversion inversion(order.terms.size());
    std::vector<TermId> ordinals, all;
    std::vector<DocId> docs;
    std::uint32_t document_count = 0;
    std::size_t at = 0;
    for (DocId doc = 0; doc < num_docs; ++doc) {
        ask_after(1024, doc, budget);
        ordinals.clear();
        for (; at < values_.docs.size() && values_.docs[at] == doc; ++at)
            ordinals.push_back(order.term_of[values_.values[at]]);
        std::ranges::sort(ordinals);
        ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
        document_count += !ordinals.empty();
        all.insert(all.end(), ordinals.begin(), ordinals.end());
        docs.insert(docs.end(), ordinals.size(), doc);
    }
    for (const TermId ordinal : all) inversion.count(ordinal);
    inversion.begin_lists();
    for (std::size_t i = 0; i < all.size(); ++i) {
        ask_after(4096, i, budget);
        inversion.put(docs[i], all[i], 1);
    }
    inversion.end_lists();

    const FieldRecord record{field,
                             FieldType::keyword,
                             document_count,
                             static_cast<std::uint32_t>(order.terms.size()),
                             all.size(),
                             all.size(),
                             k1_,
                             b_};
    add_word_sections(field, order, inversion, {}, sections, budget);
    sections.push_back(make_section(SectionKind::ordinal_offsets, field, count_offsets(docs, num_docs)));
    sections.push_back(make_section(SectionKind::ordinals, field, std::move(all)));
    return record;
}

template <class T>
FieldRecord NumberBuilder<T>::build(FieldId field, DocId num_docs, std::vector<Section>& sections, Budget* budget) {
    constexpr FieldType type = std::is_same_v<T, double> ? FieldType::real : FieldType::integer;
    if (column_.owner) {
        column_.key = {static_cast<std::uint32_t>(SectionKind::values), 0, field};
        sections.push_back(column_);
        return {field, type, num_docs, flags_.term_count, 0, num_docs, flags_.k1, flags_.b};
    }
    std::uint32_t document_count = 0;
    const auto& docs = values_.docs;
    for (std::size_t i = 0; i < docs.size();) {  // Elasticsearch keeps a document's numbers ascending
        std::size_t end = i + 1;
        ask_after(4096, document_count, budget);
        while (end < docs.size() && docs[end] == docs[i]) ++end;
        std::ranges::sort(std::span(values_.values).subspan(i, end - i), columns::Ascending{});
        ++document_count;
        i = end;
    }
    const std::uint64_t value_count = docs.size();
    if (!one_each(docs, num_docs))
        sections.push_back(make_section(SectionKind::value_offsets, field, count_offsets(docs, num_docs)));
    sections.push_back(make_section(SectionKind::values, field, std::move(values_.values)));
    return {field, type, document_count, flags_.term_count, 0, value_count, flags_.k1, flags_.b};
}

template class NumberBuilder<std::int64_t>;
template class NumberBuilder<double>;

}  // namespace rescora::segment

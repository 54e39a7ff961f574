/// Each term's documents and frequencies come out as they were told, great frequencies too; large arrays keep items.
#include <map>
#include <numeric>
#include <random>

#include "base/large_array.h"
#include "check.h"
#include "segment/term_order.h"

namespace {

using namespace rescora;
using segment::Inversion;

using Document = std::map<TermId, std::uint32_t>;

/// Frequencies about the one from which on they stand aside.
Document random_document(std::mt19937& random, TermId num_terms) {
    Document document;
    for (std::size_t n = random() % 12; n > 0; --n)
        document[static_cast<TermId>(random() % num_terms)] =
            std::array{1u, 2u, 254u, 255u, 256u, 70'000u}[random() % 6];
    return document;
}

TEST(each_term_has_its_documents_and_frequencies) {
    std::mt19937 random(1);
    for (const TermId num_terms : {1u, 2u, 50u, 1000u}) {
        std::vector<Document> documents;
        for (int i = 0; i < 500; ++i) documents.push_back(random_document(random, num_terms));
        Inversion inversion(num_terms);
        for (const Document& document : documents)
            for (const auto& [term, frequency] : document) {
                inversion.count(term);
                inversion.count(term, false);
            }
        inversion.begin_lists();
        for (DocId doc = 0; doc < documents.size(); ++doc)
            for (const auto& [term, frequency] : documents[doc]) inversion.put(doc, term, frequency);
        inversion.end_lists();

        std::vector<std::uint32_t> frequencies;
        for (TermId term = 0; term < num_terms; ++term) {
            inversion.frequencies(term, frequencies);
            const auto docs = inversion.docs(term);
            CHECK_EQUAL(docs.size(), frequencies.size());
            std::size_t at = 0;
            for (DocId doc = 0; doc < documents.size(); ++doc) {
                if (!documents[doc].contains(term)) continue;
                CHECK(at < docs.size() && docs[at] == doc && frequencies[at] == documents[doc][term]);
                ++at;
            }
            CHECK_EQUAL(at, docs.size());
        }
    }
}

TEST(large_arrays_keep_what_they_are_given) {
    LargeArray<std::uint32_t> array;
    CHECK_EQUAL(0u, array.size());
    std::vector<std::uint32_t> some(777);
    for (std::uint32_t i = 0; i < 3'000'000; ++i) {
        if (i % 1000 != 0) {
            array.push_back(i);
            continue;
        }
        std::iota(some.begin(), some.end(), i);
        array.append(some);
        i += static_cast<std::uint32_t>(some.size()) - 1;
        array.append({});
    }
    CHECK_EQUAL(3'000'000u, array.size());
    bool same = true;
    for (std::uint32_t i = 0; i < array.size(); ++i) same = same && array[i] == i;
    CHECK(same);
    const LargeArray<std::uint32_t> moved = std::move(array);
    CHECK_EQUAL(2'999'999u, std::span<const std::uint32_t>(moved).back());
}

}  // namespace

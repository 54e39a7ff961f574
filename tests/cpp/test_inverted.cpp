/// Posting lists: what goes in comes out, cursors find what a plain set finds, damage ends a list early.
#include <numeric>
#include <random>

#include "check.h"
#include "postings/inverted.h"

namespace {

using namespace rescora;
using namespace rescora::postings;

struct Made {
    std::vector<DocId> docs;
    std::vector<std::uint32_t> tfs;
    std::vector<std::byte> bytes;
    DocId num_docs;

    PostingList list() const { return {bytes, static_cast<std::uint32_t>(docs.size()), num_docs}; }
};

Made make(std::vector<DocId> docs, std::vector<std::uint32_t> tfs, DocId num_docs = no_doc) {
    Made made{std::move(docs), std::move(tfs), {}, num_docs};
    encode_list(made.docs, made.tfs, {}, made.bytes);
    made.bytes.resize(made.bytes.size() + list_padding);
    return made;
}

/// n documents with gaps and frequencies of up to `widest` bits, so that blocks are packed in all widths.
Made make_random(std::size_t n, unsigned widest, std::mt19937_64& random) {
    std::vector<DocId> docs;
    std::vector<std::uint32_t> tfs;
    std::uint64_t doc = 0;
    for (std::size_t i = 0; i < n; ++i) {
        doc += random() % ((std::uint64_t{1} << (random() % (widest + 1))));
        docs.push_back(static_cast<DocId>(doc++));
        tfs.push_back(static_cast<std::uint32_t>(1 + random() % (std::uint64_t{1} << (random() % 20))));
    }
    return make(std::move(docs), std::move(tfs));
}

/// Whether an impact of the block is at least as good as a document's own.
bool is_bounded(std::uint32_t tf, std::uint8_t norm, const BlockHeader& header) {
    return std::ranges::any_of(header.impacts, [=](Impact impact) {
        return static_cast<float>(tf) <= impact.frequency() && norm >= impact.norm;
    });
}

void check_round_trip(const Made& made) {
    const PostingList list = made.list();
    std::vector<DocId> docs;
    std::vector<std::uint32_t> tfs;
    for (std::uint32_t block = 0; block < list.num_blocks(); ++block) {
        DocId some[block_size];
        std::uint32_t frequencies[block_size];
        const std::uint32_t n = list.decode_docs(block, some);
        list.decode_tfs(block, frequencies);
        docs.insert(docs.end(), some, some + n);
        tfs.insert(tfs.end(), frequencies, frequencies + n);
        CHECK_EQUAL(docs.back(), list.header(block).last_doc);
        for (std::uint32_t i = 0; i < n; ++i) CHECK(is_bounded(frequencies[i], 1, list.header(block)));
    }
    CHECK(made.docs == docs);
    CHECK(made.tfs == tfs);
}

/// A walk of random seeks and steps finds what the plain list has.
void check_walk(const Made& made, std::mt19937_64& random) {
    Cursor cursor(made.list());
    const DocId last = made.docs.back();
    std::uint64_t from = 0;
    for (;;) {
        const auto at = std::ranges::lower_bound(made.docs, from);
        const DocId found = cursor.seek(static_cast<DocId>(from));
        const DocId expected = at == made.docs.end() ? no_doc : *at;
        CHECK_EQUAL(expected, found);
        if (found == no_doc || expected != found) return;
        CHECK_EQUAL(made.tfs[static_cast<std::size_t>(at - made.docs.begin())], cursor.tf());
        auto next = at;
        for (std::size_t steps = random() % 4; steps > 0 && next != made.docs.end(); --steps) {
            ++next;
            CHECK_EQUAL(next == made.docs.end() ? no_doc : *next, cursor.next());
        }
        if (next == made.docs.end()) return;
        from = *next + random() % (2 + (last - *next) / (1 + random() % 40));
        if (from >= no_doc) return;
    }
}

TEST(lists_of_every_size_come_back) {
    std::mt19937_64 random(3);
    for (const std::size_t n : {1, 2, 127, 128, 129, 255, 256, 257, 1000, 10'000})
        for (const unsigned widest : {0u, 1u, 4u, 13u, 17u}) check_round_trip(make_random(n, widest, random));
}

TEST(gaps_as_wide_as_a_document_number_come_back) {
    check_round_trip(make({0xFFFFFFFD}, {1}));
    check_round_trip(make({0, 0xFFFFFFFD}, {0xFFFFFFFF, 1}));
    check_round_trip(make({0x7FFFFFFF, 0x80000000, 0xFFFFFFFC}, {1, 2, 0x80000000}));
    std::vector<DocId> docs(128);
    std::iota(docs.begin(), docs.end(), 0u);
    docs.push_back(0xFFFFFFFD);
    check_round_trip(make(std::move(docs), std::vector<std::uint32_t>(129, 1)));
}

TEST(cursors_find_what_a_plain_list_has) {
    std::mt19937_64 random(5);
    for (const std::size_t n : {1, 127, 128, 129, 1000, 10'000})
        for (const unsigned widest : {0u, 3u, 10u}) {
            const Made made = make_random(n, widest, random);
            for (int walk = 0; walk < 20; ++walk) check_walk(made, random);
        }
}

TEST(an_empty_list_has_nothing) {
    Cursor none{PostingList()};
    CHECK_EQUAL(no_doc, none.seek(0));
    CHECK_EQUAL(no_doc, none.next());
    CHECK_EQUAL(0u, PostingList().num_blocks());
}

TEST(headers_hold_the_best_frequencies_and_norms_of_the_block) {
    std::vector<std::byte> bytes;
    const std::vector<std::uint8_t> norms = {9, 9, 4, 9, 7};
    encode_list(std::vector<DocId>{0, 2, 4}, std::vector<std::uint32_t>{1, 1, 5}, norms, bytes);
    bytes.resize(bytes.size() + list_padding);
    const BlockHeader header = PostingList(bytes, 3, 5).header(0);
    CHECK((header.impacts == std::array<Impact, 3>{{{5, 7}, {1, 4}, {5, 7}}}));
}

TEST(every_document_is_bounded_however_many_impacts_there_are) {
    std::mt19937_64 random(11);
    for (int round = 0; round < 300; ++round) {
        std::vector<DocId> docs(128);
        std::iota(docs.begin(), docs.end(), 0u);
        std::vector<std::uint32_t> tfs;
        std::vector<std::uint8_t> norms;
        for (std::size_t i = 0; i < docs.size(); ++i) {
            tfs.push_back(static_cast<std::uint32_t>(1 + (random() % 400) / (1 + random() % 40)));
            norms.push_back(static_cast<std::uint8_t>(random() >> (random() % 8) & 255));
        }
        std::vector<std::byte> bytes;
        encode_list(docs, tfs, norms, bytes);
        bytes.resize(bytes.size() + list_padding);
        const BlockHeader header = PostingList(bytes, 128, 128).header(0);
        for (std::size_t i = 0; i < docs.size(); ++i) CHECK(is_bounded(tfs[i], norms[i], header));
    }
}

TEST(find_block_finds_the_first_that_reaches_the_target) {
    std::mt19937_64 random(9);
    const Made made = make_random(5'000, 6, random);
    const PostingList list = made.list();
    for (int i = 0; i < 2'000; ++i) {
        const auto target = static_cast<DocId>(random() % (made.docs.back() + 100));
        const auto from = static_cast<std::uint32_t>(random() % (list.num_blocks() + 1));
        std::uint32_t expected = from;
        while (expected < list.num_blocks() && list.header(expected).last_doc < target) ++expected;
        CHECK_EQUAL(expected, list.find_block(from, target));
    }
}

TEST(more_documents_than_the_shard_has_are_no_list) {
    Made made = make({1, 5, 9}, {1, 1, 1});
    CHECK_EQUAL(0u, PostingList(made.bytes, 3, 2).num_blocks());
    CHECK_EQUAL(0u, PostingList(made.bytes, 0xFFFFFFFF, 0xFFFFFFFE).num_blocks());
    made.num_docs = 6;  // document 9 is beyond the shard: the list ends before it
    Cursor cursor(made.list());
    CHECK_EQUAL(5u, cursor.seek(2));
    CHECK_EQUAL(no_doc, cursor.next());
}

TEST(a_list_cut_short_anywhere_stays_in_its_bytes) {
    std::mt19937_64 random(13);
    const Made made = make_random(300, 9, random);
    for (std::size_t size = 0; size < made.bytes.size(); ++size) {
        const std::vector<std::byte> cut(made.bytes.begin(), made.bytes.begin() + static_cast<std::ptrdiff_t>(size));
        Cursor cursor(PostingList(cut, 300, no_doc));
        std::size_t found = 0;
        for (DocId doc = cursor.seek(0); doc != no_doc; doc = cursor.next()) ++found;
        CHECK(found < 300);
    }
}

}  // namespace

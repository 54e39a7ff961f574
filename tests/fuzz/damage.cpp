/// Damaged index files: each gives an answer or an error, soon, in bounded memory, and without leaving its bytes.
///
///     fuzz_damage [count] [seed]
///
/// Opened from heap memory of exactly the file's length, so that AddressSanitizer sees the first byte beyond it.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <new>

#include "base/error.h"
#include "damage_requests.h"

namespace {

constexpr std::size_t most_memory = std::size_t{64} << 20;  // the file has less than one megabyte

}  // namespace

// A damaged length must not become an allocation. Not inlined, or GCC takes free() for the wrong partner of new.
void* operator new(std::size_t size) {
    if (size > most_memory) throw std::bad_alloc();
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return size > most_memory ? nullptr : std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

using namespace damage;
using Clock = std::chrono::steady_clock;

enum class Checksums { as_they_were, repaired };

struct Damaged {
    Blob file;
    Checksums checksums;
    std::string how;
};

Damaged damage_file(const Blob& good, const Parts& parts, Random& random) {
    const auto table = segment::layout::read<segment::layout::Header>(good.data()).table_offset;
    Blob file = good;
    switch (below(random, 10)) {
        case 0:
            change_bytes(file, 0, file.size(), random);
            return {std::move(file), Checksums::as_they_were, "bytes changed"};
        case 1:
            change_length(file, random);
            return {std::move(file), Checksums::as_they_were, "truncated or extended"};
        case 2:
            swap_blocks(file, random);
            return {std::move(file), Checksums::as_they_were, "blocks swapped"};
        case 3:
            random() & 1 ? change_bytes(file, 0, sizeof(segment::layout::Header), random)
                         : change_bytes(file, table, file.size(), random);
            repair(file);
            return {std::move(file), Checksums::repaired, "header or table changed and repaired"};
        default: {
            Parts changed = parts;
            for (std::size_t n = 1 + below(random, 2); n > 0; --n) change_section(changed, random);
            return {compose(changed), Checksums::repaired, "sections changed and repaired"};
        }
    }
}

void search_all(const index::Snapshot& index, const std::vector<plan::QueryPtr>& queries, Random& random) {
    for (const plan::QueryPtr& query : queries) {
        plan::Request request{query, nullptr, nullptr, std::nullopt, make_stages(queries, random)};
        request.size = static_cast<std::uint32_t>(below(random, 300));
        request.explain = below(random, 8) == 0;
        request.track_total_hits = below(random, 2) ? static_cast<std::int64_t>(below(random, 200)) : plan::all_hits;
        if (below(random, 4) == 0) request.statistics = plan::StatisticsOf::all_shards;
        if (below(random, 4) == 0) request.post_filter = queries[below(random, queries.size())];
        if (below(random, 8) == 0) request.min_score = 0.5f;
        if (request.explain) request.size %= 8;
        const search::Page page = search::search(index, request, 1);
        for (const IndexHit& hit : page.hits)
            if (static_cast<std::uint32_t>(hit.doc) >= index.num_docs())
                throw std::logic_error("a hit that is no document");
        if (index.num_docs() > 0 && below(random, 8) == 0)
            search::explain(index, request, static_cast<DocId>(below(random, index.num_docs())));
        std::vector<DocId> docs(std::min<std::size_t>(index.num_docs(), 50));
        for (DocId& doc : docs) doc = static_cast<DocId>(below(random, index.num_docs()));
        if (below(random, 4) == 0) search::matches(index, query, docs);
    }
}

void rescore_some(const std::shared_ptr<const index::Snapshot>& index, const std::vector<plan::QueryPtr>& queries,
                  Random& random) {
    const search::Rescorer rescorer(index, make_stages(queries, random),
                                    below(random, 2) == 0 ? plan::StatisticsOf::all_shards : plan::StatisticsOf::shard);
    std::vector<DocId> docs;
    std::vector<float> scores;
    for (DocId doc = 0; doc < index->num_docs(); doc += 1 + static_cast<DocId>(below(random, 20))) {
        docs.push_back(doc);
        scores.push_back(static_cast<float>(below(random, 100)));
    }
    rescorer(docs, scores, 10);
}

void read_all(const index::Snapshot& index) {
    std::size_t sum = 0;
    for (std::uint32_t number = 0; number < index.num_docs(); ++number) {
        const IndexDoc doc{number};
        for (const char byte : index.id(doc)) sum += static_cast<unsigned char>(byte);
        for (const char byte : index.source(doc)) sum += static_cast<unsigned char>(byte);
        if (number % 16 == 0) sum += index.find_id("id" + std::to_string(number)).has_value();
    }
    volatile std::size_t seen = sum;
    static_cast<void>(seen);
}

/// Looks at every byte of every vector.
void read_vectors(const index::Snapshot& index) {
    std::size_t sum = 0;
    for (std::size_t s = 0; s < index.num_shards(); ++s)
        for (FieldId number = 0; number < 16; ++number) {
            const segment::Field* field = index.shard(s).segment(0).field(number);
            if (field == nullptr) continue;
            const columns::Vectors& vectors = field->vectors;
            for (DocId doc = 0; doc < index.shard(s).num_docs(); ++doc) {
                const auto* row = reinterpret_cast<const std::byte*>(vectors.floats(doc));
                if (row == nullptr) row = reinterpret_cast<const std::byte*>(vectors.bytes(doc));
                if (row == nullptr) continue;
                for (std::size_t i = 0; i < columns::row_size(vectors.element, vectors.dims); ++i)
                    sum += std::to_integer<unsigned char>(row[i]);
                sum += vectors.magnitude(doc) > 1;
            }
        }
    volatile std::size_t seen = sum;
    static_cast<void>(seen);
}

/// Uses all of a file; returns what came of it. Anything but an answer, CorruptFile and InvalidArgument is thrown on.
std::string use(const Damaged& damaged, const std::vector<plan::QueryPtr>& queries, Random& random) {
    const auto owner = std::shared_ptr<std::byte>(static_cast<std::byte*>(std::malloc(damaged.file.size())), std::free);
    std::ranges::copy(damaged.file, owner.get());
    bool sound = true;
    try {
        const index::File file(segment::Container::view({owner.get(), damaged.file.size()}, owner));
        try {
            file.verify();
        } catch (const CorruptFile&) {
            sound = false;
        }
        const std::vector<std::string> names(64, "field");
        const auto index = std::make_shared<const index::Snapshot>(file.shards(), names);
        read_all(*index);
        read_vectors(*index);
        search_all(*index, queries, random);
        rescore_some(index, queries, random);
    } catch (const CorruptFile&) {
        return "refused";
    } catch (const InvalidArgument&) {
        return "refused";
    }
    return sound ? "answers, and checksums are right" : "answers, and verify() tells";
}

/// Runs one damaged copy; false when it did what none may do.
bool run(const Blob& good, const Parts& parts, const std::vector<plan::QueryPtr>& queries, std::uint64_t seed,
         std::map<std::string, int>& outcomes, double& slowest) {
    Random random(seed);
    const Damaged damaged = damage_file(good, parts, random);
    const auto began = Clock::now();
    std::string outcome, problem;
    try {
        outcome = use(damaged, queries, random);
    } catch (const std::exception& error) {
        problem = error.what();
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    slowest = std::max(slowest, seconds);
    if (seconds > 20) problem = "took " + std::to_string(seconds) + " seconds";
    if (damaged.checksums == Checksums::as_they_were && damaged.file != good && outcome.ends_with("right"))
        problem = "the damage was not found";
    if (!problem.empty()) std::cerr << "FAILED seed " << seed << " (" << damaged.how << "): " << problem << '\n';
    ++outcomes[damaged.how + ": " + outcome];
    return problem.empty();
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000;
    const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const Blob good = make_file();
    const Parts parts = take_apart(good);
    const auto queries = make_queries();
    if (compose(parts) != good) {
        std::cerr << "FAILED: a file that was taken apart and put together is another\n";
        return 1;
    }
    Random random(seed);
    if (use({good, Checksums::repaired, ""}, queries, random) != "answers, and checksums are right") {
        std::cerr << "FAILED: the file is refused as it was written\n";
        return 1;
    }
    std::map<std::string, int> outcomes;
    double slowest = 0;
    std::uint64_t failures = 0;
    for (std::uint64_t i = 0; i < count; ++i) failures += !run(good, parts, queries, seed + i, outcomes, slowest);
    for (const auto& [outcome, times] : outcomes) std::cout << times << "  " << outcome << '\n';
    std::cout << count << " damaged copies of " << good.size() << " bytes: " << failures
              << " failures; the slowest took " << slowest << " s\n";
    return failures == 0 ? 0 : 1;
}

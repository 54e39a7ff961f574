/// The fixed workloads whose instructions guard.py counts. Run alone, it only verifies the answers.
#include <bit>
#include <cstdio>
#include <functional>
#include <stdexcept>

#include "answers.h"
#include "collection.h"
#include "forests.h"
#include "kernels/table.h"
#include "plan/prepare.h"
#include "retrieve/order.h"
#include "retrieve/top_k.h"
#include "script/script.h"
#include "search/rescorer.h"
#include "search/search.h"

namespace instructions {

/// What a workload leaves, to be looked at when the counting is over.
struct Answer {
    std::vector<std::vector<IndexHit>> pages;
    std::vector<std::vector<Hit>> lists;
    std::vector<double> scores;
    std::shared_ptr<const segment::Segment> segment;
};

struct Workload {
    std::string name;
    std::function<void(Answer&)> work;
};

// -- queries

constexpr std::uint32_t num_documents = 20'000, num_requests = 16, widest_window = 1'000;
constexpr std::uint32_t windows[] = {10, 100, widest_window};

plan::QueryPtr term(std::uint32_t number) {
    return plan::make(plan::Term{text_field, word(number)});
}

/// The words of request p: from frequent ones to rare ones.
std::vector<std::uint32_t> words_of(std::uint32_t p) {
    return phrase(5 + 6 * p);
}

plan::QueryPtr phrase_query(std::uint32_t p, std::uint32_t slop) {
    plan::Phrase made{text_field, {}, {0, 1, 2}, slop};
    for (const std::uint32_t number : words_of(p)) made.terms.push_back({word(number)});
    return plan::make(std::move(made));
}

/// Documents with any of these words.
plan::QueryPtr match_query(std::uint32_t p) {
    plan::Bool made;
    for (const std::uint32_t number : words_of(p)) made.clauses.push_back({plan::Occur::should, term(number)});
    return plan::make(std::move(made));
}

/// All four kinds of clauses.
plan::QueryPtr bool_query(std::uint32_t p) {
    const auto words = words_of(p);
    const auto votes = plan::make(plan::IntegerRange{votes_field, 10, 4'000});
    return plan::make(plan::Bool{{{plan::Occur::must, match_query(p)},
                                  {plan::Occur::should, phrase_query(p, 0)},
                                  {plan::Occur::filter, votes},
                                  {plan::Occur::must_not, term(words[0] + 1)}}});
}

plan::QueryPtr dis_max_query(std::uint32_t p) {
    return plan::make(plan::DisMax{{match_query(p), phrase_query(p, 2), term(words_of(p)[1] + 1)}, 0.3f});
}

/// `_score + Math.log10(doc['votes'].value + 2) * 1.5`, as the compiler of scripts would have it.
plan::ScriptPtr score_and_votes() {
    using enum plan::Operation;
    constexpr plan::Register two = 0, factor = 1, before = 2, votes = 3;
    plan::Program program;
    program.source = std::make_shared<const std::string>();
    program.code = {{.operation = score, .out = before},
                    {.operation = first_long, .out = votes, .aux = 0},
                    {.operation = long_to_double, .out = votes, .a = votes},
                    {.operation = add_double, .out = votes, .a = votes, .b = two},
                    {.operation = plan::Operation::log10, .out = votes, .a = votes},
                    {.operation = multiply_double, .out = votes, .a = votes, .b = factor},
                    {.operation = add_double, .out = before, .a = before, .b = votes}};
    program.columns = {{votes_field, plan::ColumnKind::integer}};
    program.num_inputs = program.num_uniforms = 2;
    program.num_registers = 4;
    program.result = before;
    program.uses_score = true;
    return script::make_script(std::make_shared<const plan::Program>(std::move(program)), {2.0, 1.5}, {});
}

plan::ModelStage model_stage() {
    const plan::Columns columns = {{"words", plan::QueryColumn{plan::prepare(match_query(3))}},
                                   {"phrase", plan::QueryColumn{plan::prepare(phrase_query(3, 2))}},
                                   {"votes", plan::FieldColumn{votes_field}},
                                   {"before", plan::FirstPassColumn{}}};
    return {"model", make_xgboost(100, static_cast<std::uint32_t>(columns.size())),
            std::make_shared<const plan::Columns>(columns), std::nullopt};
}

// -- workloads

/// A number as people write it: 1,000.
std::string shown(std::uint32_t number) {
    std::string digits = std::to_string(number);
    if (digits.size() > 3) digits.insert(digits.size() - 3, ",");
    return digits;
}

plan::Request first_pass(std::uint32_t p, std::uint32_t size) {
    plan::Request request;
    request.query = plan::prepare(match_query(p));
    request.size = size;
    return request;
}

/// The first pass of each request, one after another.
void search_each(const index::Snapshot& index, std::uint32_t size, Answer& answer) {
    answer.pages.resize(num_requests);
    for (std::uint32_t p = 0; p < num_requests; ++p)
        answer.pages[p] = search::search(index, first_pass(p, size), 1).hits;
}

/// What a first pass gives a rescorer.
struct Window {
    std::vector<DocId> docs;
    std::vector<float> scores;
};

class Workloads {
 public:
    Workloads() {
        for (std::uint32_t p = 0; p < num_requests; ++p) {
            Window window;
            for (const IndexHit& hit : search::search(*index_, first_pass(p, widest_window), 1).hits) {
                window.docs.push_back(static_cast<std::uint32_t>(hit.doc));
                window.scores.push_back(hit.score);
            }
            if (window.docs.size() < widest_window) throw std::logic_error("a first pass does not fill the window");
            first_passes_.push_back(std::move(window));
        }
    }

    std::vector<Workload> all() {
        add_indexing();
        add_first_passes();
        add_rescorers();
        add_forests();
        add_orders();
        return std::move(all_);
    }

 private:
    using MakeQuery = std::function<plan::QueryPtr(std::uint32_t p)>;

    void add(std::string name, std::function<void(Answer&)> work) {
        all_.push_back({std::move(name), std::move(work)});
    }

    void add_indexing() {
        const auto documents = std::make_shared<const Documents>(make_documents(3'000));
        add("index 3,000 documents",
            [documents](Answer& answer) { answer.segment = make_segment(*documents, "english"); });
    }

    void add_first_passes() {
        for (const std::uint32_t size : {10u, widest_window})
            add("first pass, best " + shown(size),
                [this, size](Answer& answer) { search_each(*index_, size, answer); });
    }

    void add_rescorers() {
        for (const std::uint32_t slop : {0u, 2u})
            for (const std::uint32_t window : windows)
                add_queries("phrase, slop " + shown(slop), window,
                            [slop](std::uint32_t p) { return phrase_query(p, slop); });
        add_new_phrases(10);
        add_queries("bool", widest_window, bool_query);
        add_queries("dis_max", widest_window, dis_max_query);
        add_stage("script", widest_window, plan::ScriptStage{score_and_votes()});
        add_stage("model and its features", 100, model_stage());
    }

    /// A rescorer for each request, bound before.
    void add_queries(const std::string& name, std::uint32_t window, const MakeQuery& make_query) {
        const auto rescorers = std::make_shared<std::deque<search::Rescorer>>();
        for (std::uint32_t p = 0; p < num_requests; ++p)
            rescorers->emplace_back(index_, stages(window, plan::QueryStage{plan::prepare(make_query(p))}),
                                    plan::StatisticsOf::shard);
        add(name + ", window " + shown(window), [this, window, rescorers](Answer& answer) {
            answer.pages.resize(num_requests);
            for (std::uint32_t p = 0; p < num_requests; ++p)
                answer.pages[p] = rescored((*rescorers)[p], first_passes_[p], window);
        });
    }

    /// Phrases that were not bound before: prepared, bound and used once.
    void add_new_phrases(std::uint32_t window) {
        add("new phrase, slop 2, window " + shown(window), [this, window](Answer& answer) {
            answer.pages.resize(num_requests);
            for (std::uint32_t p = 0; p < num_requests; ++p) {
                const plan::QueryStage stage{plan::prepare(phrase_query(p, 2))};
                answer.pages[p] =
                    rescored({index_, stages(window, stage), plan::StatisticsOf::shard}, first_passes_[p], window);
            }
        });
    }

    template <class Kind>
    void add_stage(const std::string& name, std::uint32_t window, Kind kind) {
        const auto rescorer = std::make_shared<const search::Rescorer>(index_, stages(window, std::move(kind)),
                                                                       plan::StatisticsOf::shard);
        add(name + ", window " + shown(window), [this, window, rescorer](Answer& answer) {
            answer.pages.resize(1);
            answer.pages[0] = rescored(*rescorer, first_passes_[3], window);
        });
    }

    template <class Kind>
    static std::vector<plan::Stage> stages(std::uint32_t window, Kind kind) {
        return {{window, std::move(kind)}};
    }

    static std::vector<IndexHit> rescored(const search::Rescorer& rescorer, const Window& window, std::size_t size) {
        return rescorer(std::span(window.docs).first(size), std::span(window.scores).first(size), size);
    }

    void add_forests() {
        constexpr std::uint32_t num_features = 20, num_trees = 300;
        const auto lightgbm = make_lightgbm(num_trees, num_features), xgboost = make_xgboost(num_trees, num_features);
        const auto wide = std::make_shared<const std::vector<double>>(make_rows<double>(widest_window, num_features));
        const auto narrow = std::make_shared<const std::vector<float>>(make_rows<float>(widest_window, num_features));
        for (const std::uint32_t n : windows)
            add("300 trees in float64, window " + shown(n), [this, lightgbm, wide, n](Answer& answer) {
                score(*lightgbm, {nullptr, wide->data(), num_features, 1, n}, answer);
            });
        for (const std::uint32_t n : windows)
            add("300 trees in float32, window " + shown(n), [this, xgboost, narrow, n](Answer& answer) {
                score(*xgboost, {narrow->data(), nullptr, num_features, 1, n}, answer);
            });
    }

    void score(const forest::Model& model, const forest::Rows& rows, Answer& answer) {
        const Arena::Scope scope(arena_);
        answer.scores.resize(rows.n);
        model.score(rows, forest::Scores::raw, answer.scores.data(), arena_);
    }

    void add_orders() {
        constexpr DocId num_hits = 10'000;
        const auto hits = std::make_shared<std::vector<Hit>>();
        Random random(17);
        for (DocId doc = 0; doc < num_hits; ++doc) hits->push_back({ShardDoc{doc}, static_cast<float>(random.unit())});
        add("sort 10,000 hits by score", [this, hits](Answer& answer) {
            const Arena::Scope scope(arena_);
            answer.lists.assign(1, *hits);
            sort_by_score(answer.lists[0], Zeros::equal, arena_);
        });
        add("best 100 of 10,000 hits", [this, hits](Answer& answer) {
            const Arena::Scope scope(arena_);
            retrieve::TopK best(100);
            for (const Hit& hit : *hits) best.add(hit);
            answer.lists.assign(1, best.take(arena_));
        });
    }

    std::shared_ptr<const index::Snapshot> index_ = make_index(make_segment(make_documents(num_documents), "standard"));
    std::vector<Window> first_passes_;  ///< one a request
    std::vector<Workload> all_;
    Arena arena_;
};

// -- counting

/// Over the numbers of an answer, and how many there are of them.
class Checksum {
 public:
    explicit Checksum(const Answer& answer) {
        for (const auto& hits : answer.pages) add(hits);
        for (const auto& hits : answer.lists) add(hits);
        add(answer.scores.size());
        for (const double score : answer.scores) add(std::bit_cast<std::uint64_t>(score));
        if (answer.segment != nullptr) add_found(answer.segment);
    }
    std::uint64_t value() const { return value_; }

 private:
    /// Two steps that can be undone: two answers that differ in one number never have the same checksum.
    void add(std::uint64_t number) {
        value_ = (value_ ^ number) * 0x9E3779B97F4A7C15u;
        value_ ^= value_ >> 32;
    }
    template <class Hits>
    void add(const Hits& hits) {
        add(hits.size());
        for (const auto& hit : hits)
            add(std::uint64_t{static_cast<std::uint32_t>(hit.doc)} << 32 | std::bit_cast<std::uint32_t>(hit.score));
    }
    /// A segment is what is found in it: its bytes may change with the format.
    void add_found(const std::shared_ptr<const segment::Segment>& segment) {
        Answer found;
        search_each(*make_index(segment), widest_window, found);
        for (const auto& hits : found.pages) add(hits);
    }

    std::uint64_t value_ = 0;
};

/// Counts are of what happens inside this function: its name is what guard.py gives to callgrind.
extern "C" [[gnu::noinline]] void rescora_counted(const Workload& workload, Answer& answer) {
    workload.work(answer);
}

/// Whether the answer is the one that is known; says so if not.
bool verify(const Workload& workload, const Answer& answer) {
    const std::uint64_t got = Checksum(answer).value();
    const auto* expected = std::ranges::find(answers, workload.name, &Expected::workload);
    if (expected != std::end(answers) && expected->checksum == got) return true;
    std::fprintf(stderr, "wrong answer, or one that answers.h has not: {\"%s\", 0x%016llX},\n", workload.name.c_str(),
                 static_cast<unsigned long long>(got));
    return false;
}

/// Runs a workload once for memory to be there, and once to be counted. False for a wrong answer.
bool run(const Workload& workload) {
    Answer warm, answer;
    workload.work(warm);
    rescora_counted(workload, answer);
    std::printf("workload\t%s\n", workload.name.c_str());
    return verify(workload, answer);
}

/// What instructions depend on besides the sources, as far as a program knows it of itself.
void print_circumstances() {
#ifdef __clang__
    std::printf("compiler\t%s\n", __VERSION__);
#else
    std::printf("compiler\tGCC %s\n", __VERSION__);
#endif
    std::printf("flags\t%s\n", RESCORA_FLAGS);
    std::printf("instruction set\t%s\n", kernels::active().isa.data());
}

}  // namespace instructions

int main() {
    instructions::print_circumstances();
    instructions::Workloads workloads;
    int wrong = 0;
    for (const instructions::Workload& workload : workloads.all()) wrong += !instructions::run(workload);
    return wrong == 0 ? 0 : 1;
}

/// search/rescorer.h: rescoring hits that come from anywhere.
#include <algorithm>
#include <chrono>

#include "arrays.h"
#include "call.h"
#include "query.h"
#include "search/many.h"
#include "steps.h"

namespace rescora::bind {

namespace {

using search::Rescorer;
using Docs = Array<std::uint32_t>;
using Scores = Array<float>;

std::pair<Docs, Scores> arrays_of(const std::vector<IndexHit>& hits) {
    std::pair<Docs, Scores> result(static_cast<py::ssize_t>(hits.size()), static_cast<py::ssize_t>(hits.size()));
    std::uint32_t* found = result.first.mutable_data();
    float* their = result.second.mutable_data();
    for (std::size_t i = 0; i < hits.size(); ++i) {
        found[i] = static_cast<std::uint32_t>(hits[i].doc);
        their[i] = hits[i].score;
    }
    return result;
}

std::pair<Docs, Scores> rescore(const Rescorer& rescorer, py::array docs, py::array scores, std::size_t size,
                                const py::list& texts) {
    const auto numbers = view_exactly<std::uint32_t>(docs, "docs");
    const auto values = view_exactly<float>(scores, "scores");
    const auto given = view(texts, "texts");
    return arrays_of(interruptible([&](Budget& budget) { return rescorer(numbers, values, size, given, &budget); }));
}

/// With what the stages did, where `partial` lets those that are out of time be left out.
std::tuple<Docs, Scores, std::vector<Step>> rescore_within(const Rescorer& rescorer, const Docs& docs,
                                                           const Scores& scores, std::size_t size,
                                                           const py::list& texts, Limits* limits, bool partial) {
    const auto numbers = view(docs, "docs");
    const auto values = view(scores, "scores");
    const auto given = view(texts, "texts");
    std::vector<search::StepDone> steps;
    const auto hits = interruptible(limits, [&](Budget& budget) {
        if (!partial) budget.ask();  // small windows do not
        return rescorer(numbers, values, size, given, &budget, partial ? &steps : nullptr);
    });
    auto [found, their] = arrays_of(hits);
    return {std::move(found), std::move(their), tuples_of(steps)};
}

/// How long each of some calls takes with no Python in it: what a benchmark compares with other engines.
Array<std::int64_t> nanoseconds(const Rescorer& rescorer, py::array docs, py::array scores, std::size_t size,
                                std::size_t rounds, const py::list& texts) {
    using Clock = std::chrono::steady_clock;
    const auto numbers = view_exactly<std::uint32_t>(docs, "docs");
    const auto values = view_exactly<float>(scores, "scores");
    const auto given = view(texts, "texts");
    std::vector<std::int64_t> taken(rounds);
    without_gil([&] {
        for (std::int64_t& one : taken) {
            const auto began = Clock::now();
            rescorer(numbers, values, size, given);
            one = std::chrono::nanoseconds(Clock::now() - began).count();
        }
    });
    return give(std::move(taken));
}

py::tuple rescore_windows(const std::vector<const Rescorer*>& rescorers, const Docs& docs, const Scores& scores,
                          const Array<std::int64_t>& offsets, std::size_t size, std::size_t threads,
                          const py::list& texts, Limits* limits) {
    if (std::ranges::find(rescorers, nullptr) != rescorers.end()) throw py::type_error("rescorers must not be None");
    const auto numbers = view(docs, "docs");
    const auto values = view(scores, "scores");
    const auto bounds = view(offsets, "offsets");
    const auto given = view(texts, "texts");
    auto windows = interruptible(limits, [&](Budget& budget) {
        budget.ask();
        return search::rescore_windows(rescorers, numbers, values, bounds, size, threads, given, &budget);
    });
    return py::make_tuple(give(std::move(windows.docs)), give(std::move(windows.scores)),
                          give(std::move(windows.offsets)));
}

}  // namespace

void bind_rescorer(py::module_& module) {
    using py::arg;
    py::class_<Rescorer, std::shared_ptr<Rescorer>>(module, "Rescorer", "Stages bound to an index: search/rescorer.h.")
        .def(py::init([](std::shared_ptr<index::Snapshot> index, std::vector<plan::Stage> stages, bool all_shards) {
                 return std::make_shared<Rescorer>(std::move(index), std::move(stages), statistics_of(all_shards));
             }),
             arg("index").none(false), arg("stages"), arg("all_shards_statistics"))
        .def_property_readonly("num_texts", &Rescorer::num_texts, "How many texts a call has to give.")
        .def("__call__", &rescore, arg("docs"), arg("scores"), arg("size"), arg("texts") = py::list())
        .def("within", &rescore_within, arg("docs").noconvert(), arg("scores").noconvert(), arg("size"), arg("texts"),
             arg("limits"), arg("partial"))
        .def("nanoseconds", &nanoseconds, arg("docs"), arg("scores"), arg("size"), arg("rounds"),
             arg("texts") = py::list());
    module.def("rescore_windows", &rescore_windows, arg("rescorers"), arg("docs").noconvert(),
               arg("scores").noconvert(), arg("offsets").noconvert(), arg("size"), arg("threads"),
               arg("texts") = py::list(), arg("limits") = py::none());
}

}  // namespace rescora::bind

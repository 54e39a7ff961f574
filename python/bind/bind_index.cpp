/// index/snapshot.h and search/search.h: an index, its files, and searching it.
#include <algorithm>

#include "arrays.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/shown.h"
#include "call.h"
#include "index/file.h"
#include "plan/prepare.h"
#include "plan/template.h"
#include "query.h"
#include "search/fetch.h"
#include "search/many.h"
#include "search/search.h"
#include "shards.h"
#include "steps.h"

namespace rescora::bind {

namespace {

using index::Snapshot;

py::str text(std::string_view utf8) {
    return py::reinterpret_steal<py::str>(
        PyUnicode_DecodeUTF8(utf8.data(), static_cast<py::ssize_t>(utf8.size()), "replace"));
}

std::shared_ptr<Snapshot> make_snapshot(const Shards& shards, std::vector<std::string> names) {
    std::vector<index::ShardReader::Segments> all;
    for (const auto& segments : shards) {
        if (segments.empty()) throw InvalidArgument("a shard must have a segment");
        if (std::ranges::find(segments, nullptr) != segments.end()) throw py::type_error("segments must not be None");
        all.emplace_back(segments.begin(), segments.end());
    }
    return std::make_shared<Snapshot>(std::move(all), std::move(names));
}

/// Each id's document; ValueError naming the first that is unknown.
Array<std::uint32_t> find_docs(const Snapshot& snapshot, const py::list& ids) {
    const auto views = view(ids, "ids");
    std::vector<std::uint32_t> docs;
    for (std::size_t i = 0; i < views.size(); ++i) {
        hear_signals(i);
        const auto doc = snapshot.find_id(views[i]);
        if (!doc)
            throw InvalidArgument("ids[" + std::to_string(i) + "] is [" + shown(views[i]) +
                                  "], which is not in the index");
        docs.push_back(static_cast<std::uint32_t>(*doc));
    }
    return give(std::move(docs));
}

/// Each id's document, or -1 where there is none.
Array<std::int64_t> look_up_docs(const Snapshot& snapshot, const py::list& ids) {
    const auto views = view(ids, "ids");
    std::vector<std::int64_t> docs;
    docs.reserve(views.size());
    for (const auto id : views) {
        hear_signals(docs.size());
        const auto doc = snapshot.find_id(id);
        docs.push_back(doc ? static_cast<std::int64_t>(*doc) : -1);
    }
    return give(std::move(docs));
}

py::list ids_of(const Snapshot& snapshot, const Array<std::uint32_t>& docs) {
    const auto numbers = view(docs, "docs");
    py::list ids(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        hear_signals(i);
        ids[i] = text(snapshot.id(snapshot.checked(i, numbers[i])));
    }
    return ids;
}

py::bytes source_of(const Snapshot& snapshot, std::uint32_t doc) {
    return snapshot.source(snapshot.checked(0, doc));
}

py::array_t<std::uint32_t> docs_of(const search::Page& page) {
    py::array_t<std::uint32_t> docs(static_cast<py::ssize_t>(page.hits.size()));
    for (std::size_t i = 0; i < page.hits.size(); ++i)
        docs.mutable_data()[i] = static_cast<std::uint32_t>(page.hits[i].doc);
    return docs;
}

py::array_t<float> scores_of(const search::Page& page) {
    py::array_t<float> scores(static_cast<py::ssize_t>(page.hits.size()));
    for (std::size_t i = 0; i < page.hits.size(); ++i) scores.mutable_data()[i] = page.hits[i].score;
    return scores;
}

py::list hit_ids_of(const search::Page& page, const Snapshot& snapshot) {
    py::list ids(page.hits.size());
    for (std::size_t i = 0; i < page.hits.size(); ++i) ids[i] = text(snapshot.id(page.hits[i].doc));
    return ids;
}

py::dict times_of(const search::Page& page) {
    py::list shards;
    for (const search::ShardTimes& times : page.times) {
        std::vector<std::int64_t> stages;
        for (const auto stage : times.stages) stages.push_back(stage.count());
        py::dict shard;
        shard["bind"] = times.bind.count();
        shard["first_pass"] = times.first_pass.count();
        shard["stages"] = stages;
        shards.append(std::move(shard));
    }
    py::dict all;
    all["shards"] = shards;
    all["merge"] = page.reduce_time.count();
    return all;
}

/// A page as Python reads it, in one call: each costs more than what it fetches.
py::tuple read_page(const search::Page& page, const Snapshot& snapshot) {
    return py::make_tuple(docs_of(page), scores_of(page), hit_ids_of(page, snapshot), page.total,
                          page.total_is_lower_bound, page.max_score, page.scored_to_end, page.timed_out,
                          page.terminated_early, tuples_of(page.steps));
}

/// (value, is match, description, details), in place of a class.
py::tuple tuple_of(const Explanation& explanation) {
    py::list details;
    for (const Explanation& detail : explanation.details) details.append(tuple_of(detail));
    const py::object value =
        explanation.count ? py::object(py::int_(*explanation.count)) : py::float_(explanation.value);
    return py::make_tuple(value, explanation.is_match, text(explanation.description), details);
}

void check_texts(const plan::Request& request, std::size_t given) {
    const std::uint32_t wanted = plan::num_texts(request);
    if (given != wanted)
        throw InvalidArgument(std::to_string(wanted) + " texts are wanted, not " + std::to_string(given));
}

/// texts: what stands in the places that the request leaves open.
search::Page search(const Snapshot& snapshot, const plan::Request& request, std::size_t threads, Limits* limits,
                    const py::list& texts) {
    const auto given = view(texts, "texts");
    check_texts(request, given.size());
    return interruptible(limits, [&](Budget& budget) {
        if (given.empty()) return search::search(snapshot, request, threads, &budget);
        return search::search(snapshot, plan::fill(request, given), threads, &budget);
    });
}

py::tuple search_all(const Snapshot& snapshot, const std::vector<const plan::Request*>& requests, std::size_t count,
                     const py::list& texts, const std::vector<std::int64_t>& timeouts, std::size_t threads,
                     Limits* limits) {
    if (std::ranges::find(requests, nullptr) != requests.end()) throw py::type_error("requests must not be None");
    const auto given = view(texts, "texts");
    auto lists = interruptible(limits, [&](Budget& budget) {
        budget.ask();  // short searches do not
        return search::search_all(snapshot, requests, count, given, timeouts, threads, budget);
    });
    return py::make_tuple(give(std::move(lists.docs)), give(std::move(lists.scores)), give(std::move(lists.offsets)));
}

/// Each request has its own limits, whose time is from its own beginning; `limits` are those of the call. One that
/// fails has its error in the place of its page.
py::list msearch(const Snapshot& snapshot, const std::vector<plan::Request>& requests, std::size_t threads,
                 const std::vector<Limits*>& own, Limits* limits) {
    if (own.size() != requests.size()) throw InvalidArgument("own must be limits for each request");
    for (const plan::Request& request : requests) check_texts(request, 0);
    std::vector<search::Page> pages(requests.size());
    std::vector<std::exception_ptr> failures(requests.size());
    interruptible(limits, [&](Budget& call) {
        const auto search_one = [&](std::size_t i) {
            Budget budget(call);
            own[i]->begin(budget);
            try {
                pages[i] = search::search(snapshot, requests[i], 1, &budget);
            } catch (const plan::DocumentError&) {
                failures[i] = std::current_exception();
            } catch (const InvalidArgument&) {
                failures[i] = std::current_exception();
            } catch (const Stopped& stopped) {
                if (stopped.reason != StopReason::deadline) throw;
                failures[i] = std::current_exception();
            }
            own[i]->end(budget);
        };
        parallel_for(requests.size(), thread_count(threads, requests.size()), search_one, &call);
    });
    py::list results;
    for (std::size_t i = 0; i < pages.size(); ++i)
        results.append(failures[i] ? python_error(failures[i]) : py::cast(std::move(pages[i])));
    return results;
}

index::File open_file(int descriptor, const std::string& name, bool in_memory) {
    using segment::Container;
    return interruptible([&](Budget& budget) {
        return index::File(in_memory ? Container::read(descriptor, name, &budget) : Container::map(descriptor, name));
    });
}

/// Without a deadline, for this is not done for long.
std::vector<bool> matches(const Snapshot& snapshot, const Query& query, const Array<std::uint32_t>& docs,
                          Limits* limits, const py::list& texts) {
    const auto numbers = view(docs, "docs");
    const auto given = view(texts, "texts");
    if (given.size() < plan::num_texts(query.query)) throw InvalidArgument("a text of the query is missing");
    const auto matched = interruptible(limits, [&](Budget& budget) {
        budget.forget_deadline();
        return search::matches(snapshot, plan::prepare(plan::fill(query.query, given)), numbers, &budget);
    });
    return {matched.begin(), matched.end()};
}

}  // namespace

void bind_index(py::module_& module) {
    using py::arg;
    // before its use as an argument, or the signature there shows the C++ name
    py::class_<Snapshot, std::shared_ptr<Snapshot>> snapshot_class(module, "Snapshot",
                                                                   "All shards of an index: index/snapshot.h.");

    py::class_<search::Page>(module, "Page", "One page of hits: search/search.h.")
        .def("read", &read_page, arg("index"),
             "Documents, scores, ids; the total, whether that is a lower bound, the best score, documents scored to "
             "the end, whether it is out of time, whether it was terminated early; and of each step: documents asked "
             "about, done, whether all were.")
        .def("times", &times_of, "Nanoseconds of each step.")
        .def(
            "explanation", [](const search::Page& page, std::size_t i) { return tuple_of(page.explanations.at(i)); },
            arg("hit"));

    snapshot_class.def(py::init(&make_snapshot), arg("shards"), arg("field_names"))
        .def("__len__", &Snapshot::num_docs)
        .def_property_readonly("num_shards", &Snapshot::num_shards)
        .def(
            "shard_of",
            [](const Snapshot& snapshot, std::uint32_t doc) { return snapshot.shard_of(snapshot.checked(0, doc)); },
            arg("doc"))
        .def("docs", &find_docs, arg("ids"))
        .def("look_up", &look_up_docs, arg("ids"))
        .def("ids", &ids_of, arg("docs").noconvert())
        .def("source", &source_of, arg("doc"))
        .def("search", &search, arg("request"), arg("threads"), arg("limits") = py::none(), arg("texts") = py::list())
        .def("search_all", &search_all, arg("requests"), arg("count"), arg("texts"), arg("timeouts"), arg("threads"),
             arg("limits") = py::none(), "Documents, scores and offsets of many searches: search/many.h.")
        .def("msearch", &msearch, arg("requests"), arg("threads"), arg("own"), arg("limits") = py::none())
        .def(
            "explain",
            [](const Snapshot& snapshot, const plan::Request& request, std::uint32_t doc, Limits* limits) {
                check_texts(request, 0);
                return tuple_of(interruptible(
                    limits, [&](Budget& budget) { return search::explain(snapshot, request, doc, &budget); }));
            },
            arg("request"), arg("doc"), arg("limits") = py::none())
        .def("matches", &matches, arg("query"), arg("docs").noconvert(), arg("limits") = py::none(),
             arg("texts") = py::list())
        .def(
            "save",
            [](const Snapshot& snapshot, int descriptor, const std::string& metadata) {
                interruptible([&](Budget& budget) { index::save(snapshot, metadata, descriptor, &budget); });
            },
            arg("descriptor"), arg("metadata"));

    py::class_<index::File>(module, "File", "A saved index: index/file.h.")
        .def(py::init(&open_file), arg("descriptor"), arg("name"), arg("in_memory"))
        .def("metadata", [](const index::File& file) { return py::bytes(std::string(file.metadata())); })
        .def_property_readonly("checksum", &index::File::checksum)
        .def("verify", [](const index::File& file) { interruptible([&](Budget& budget) { file.verify(&budget); }); })
        .def(
            "shards", [](const index::File& file) { return mutable_shards(file.shards()); },
            "A list of segments for each.");
}

}  // namespace rescora::bind

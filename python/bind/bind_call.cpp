/// call.h: looking for signals; limits and cancellations as Python holds them.
#include <algorithm>

#include "call.h"

namespace rescora::bind {

namespace {

/// Signals' handlers run in the main thread alone.
bool is_main_thread() {
    const auto threading = py::module_::import("threading");
    const py::object own = threading.attr("get_ident")(), main = threading.attr("main_thread")().attr("ident");
    return own.equal(main);
}

}  // namespace

bool CallBudget::interrupted() noexcept {
    if (!is_main_thread_) return false;
    try {
        const py::gil_scoped_acquire acquire;
        try {
            is_main_thread_ = is_main_thread();
            if (!is_main_thread_ || PyErr_CheckSignals() == 0) return false;
            raised_.emplace();
        } catch (const py::error_already_set& raised) {  // to ask for the thread runs Python, which looks for signals
            raised_.emplace(raised);
        }
        return true;
    } catch (...) {
        return false;
    }
}

using Flag = std::atomic<bool>;

void bind_call(py::module_& module) {
    using py::arg;
    py::class_<Flag, std::shared_ptr<Flag>>(module, "Cancellation", "A flag that ends calls: base/budget.h.")
        .def(py::init([] { return std::make_shared<Flag>(false); }))
        .def("cancel", [](Flag& flag) { flag.store(true, std::memory_order_relaxed); })
        .def_property_readonly("cancelled", [](const Flag& flag) { return flag.load(std::memory_order_relaxed); });
    py::class_<Limits>(module, "Limits", "What a request may not exceed: call.h.")
        .def(py::init([](std::optional<Budget::Nanoseconds> time,
                         const std::vector<std::shared_ptr<Flag>>& cancellations,
                         std::optional<std::int64_t> questions) {
                 if (std::ranges::find(cancellations, nullptr) != cancellations.end())
                     throw py::type_error("cancellations must not be None");
                 return Limits(time, {cancellations.begin(), cancellations.end()}, questions);
             }),
             arg("time"), arg("cancellations"), arg("questions") = py::none())
        .def_readonly("time", &Limits::time);
}

}  // namespace rescora::bind

/// script/: compiled scripts, and running one over documents.
#include <map>

#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "call.h"
#include "index/snapshot.h"
#include "script/run.h"
#include "script/script.h"

namespace rescora::bind {

namespace {

using plan::DefValue;
using ValueKind = plan::Kind;

constexpr py::ssize_t instruction_width = 9;

template <std::size_t size>
std::size_t number_of(std::string_view name, const std::array<std::string_view, size>& names, const char* what) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw InvalidArgument("no " + std::string(what) + " is called [" + shown(name) + "]");
    return static_cast<std::size_t>(found - names.begin());
}

constexpr std::array<std::string_view, 10> kind_names = {"null", "boolean", "byte",  "short",  "char",
                                                         "int",  "long",    "float", "double", "text"};
constexpr std::array<std::string_view, 4> column_kind_names = {"integer", "real", "keyword", "vector"};

constexpr std::array<std::string_view, 5> class_names = {"vector", "lane", "masked", "gather", "control"};

/// Number, operands and class of each operation, by its name.
py::dict operations() {
    py::dict all;
    for (std::size_t i = 0; i < plan::num_operations; ++i) {
        const plan::OperationInfo& info = plan::operation_infos[i];
        all[py::cast(info.name)] = py::make_tuple(i, info.operands, class_names[static_cast<std::size_t>(info.kind)]);
    }
    return all;
}

/// A row an instruction: operation, out, a, b, c, mask, aux, constant, place.
std::vector<plan::Instruction> instructions_of(const Array<std::uint32_t>& rows, const char* name) {
    if (rows.ndim() != 2 || rows.shape(1) != instruction_width)
        throw py::type_error(std::string(name) + " must have two dimensions, the second of 9");
    std::vector<plan::Instruction> instructions;
    for (py::ssize_t i = 0; i < rows.shape(0); ++i) {
        const std::uint32_t* row = rows.data(i, 0);
        for (int k = 0; k < 6; ++k)
            if (row[k] > plan::no_register)
                throw InvalidArgument(std::string(name) + "[" + std::to_string(i) + "] has a number beyond 65535");
        const auto small = [&](int k) { return static_cast<std::uint16_t>(row[k]); };
        instructions.push_back({static_cast<plan::Operation>(row[0]), small(1), small(2), small(3), small(4), small(5),
                                row[6], row[7], row[8]});
    }
    return instructions;
}

std::shared_ptr<plan::Program> make_program(std::string source, const Array<std::uint32_t>& prologue,
                                            const Array<std::uint32_t>& code,
                                            const std::vector<std::pair<FieldId, std::string>>& columns,
                                            plan::Register num_inputs, plan::Register num_uniforms,
                                            plan::Register num_registers, plan::Register result,
                                            std::string_view result_kind, bool uses_score) {
    plan::Program program;
    program.source = std::make_shared<const std::string>(std::move(source));
    program.prologue = instructions_of(prologue, "prologue");
    program.code = instructions_of(code, "code");
    for (const auto& [field, kind] : columns)
        program.columns.push_back(
            {field, static_cast<plan::ColumnKind>(number_of(kind, column_kind_names, "kind of column"))});
    program.num_inputs = num_inputs;
    program.num_uniforms = num_uniforms;
    program.num_registers = num_registers;
    program.result = result;
    program.result_kind = static_cast<ValueKind>(number_of(result_kind, kind_names, "kind"));
    program.uses_score = uses_score;
    return std::make_shared<plan::Program>(std::move(program));
}

/// null, a boolean, an int, or a long where it needs 64 bits, a double or a text.
DefValue value_of(const py::handle& item, const char* name) {
    if (item.is_none()) return {};
    if (PyBool_Check(item.ptr())) return {ValueKind::boolean, std::int64_t{item.ptr() == Py_True}};
    if (PyLong_Check(item.ptr())) {
        const auto value = item.cast<std::int64_t>();
        return {value == static_cast<std::int32_t>(value) ? ValueKind::int_ : ValueKind::long_, value};
    }
    if (PyFloat_Check(item.ptr())) return {ValueKind::double_, item.cast<double>()};
    if (PyUnicode_Check(item.ptr())) return {ValueKind::text, item.cast<std::string>()};
    throw py::type_error(std::string(name) + " must be None, bool, int, float or str, not " +
                         shown(std::string(py::str(py::type::of(item)))));
}

std::vector<plan::InputValue> inputs_of(const py::list& items) {
    std::vector<plan::InputValue> inputs;
    for (const py::handle item : items) {
        inputs.push_back(value_of(item, "an input").value);
    }
    return inputs;
}

/// A list, a map from texts, or the array of a query vector.
plan::Constant constant_of(const py::handle& item) {
    plan::Constant constant;
    if (py::isinstance<py::dict>(item)) {
        for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(item)) {
            constant.keys.push_back(key.cast<std::string>());
            constant.values.push_back(value_of(value, "a value of a map"));
        }
    } else if (py::isinstance<py::list>(item)) {
        for (const py::handle value : py::reinterpret_borrow<py::list>(item))
            constant.values.push_back(value_of(value, "a value of a list"));
    } else if (Array<float>::check_(item)) {
        const auto array = Array<float>::ensure(item);
        const auto components = view(array, "a query vector");
        constant.vector.assign(components.begin(), components.end());
    } else {
        throw py::type_error("a constant must be a list, a dict or an array of float32");
    }
    return constant;
}

std::shared_ptr<plan::Script> make_script(const std::shared_ptr<plan::Program>& program, const py::list& inputs,
                                          const py::list& constants, std::uint32_t index_salt,
                                          std::string description) {
    std::vector<plan::Constant> made;
    for (const py::handle constant : constants) made.push_back(constant_of(constant));
    return std::const_pointer_cast<plan::Script>(
        script::make_script(program, inputs_of(inputs), std::move(made), index_salt, std::move(description)));
}

py::object object_of(const script::Result& value);

py::list list_of(const script::Result& value) {
    py::list list(value.items.size());
    for (std::size_t i = 0; i < value.items.size(); ++i) list[i] = object_of(value.items[i]);
    return list;
}

/// Of keys that are written twice the last counts.
py::dict dict_of(const script::Result& value) {
    py::dict dict;
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2)
        dict[object_of(value.items[i])] = object_of(value.items[i + 1]);
    return dict;
}

py::object object_of(const script::Result& value) {
    switch (value.kind) {
        case ValueKind::list:
            return list_of(value);
        case ValueKind::map:
            return dict_of(value);
        case ValueKind::null:
            return py::none();
        case ValueKind::boolean:
            return py::bool_(std::get<std::int64_t>(value.value) != 0);
        case ValueKind::float_:
        case ValueKind::double_:
            return py::float_(std::get<double>(value.value));
        case ValueKind::char_:
            return py::reinterpret_steal<py::str>(
                PyUnicode_FromOrdinal(static_cast<int>(std::get<std::int64_t>(value.value))));
        case ValueKind::text: {
            const auto& text = std::get<std::string>(value.value);
            return py::reinterpret_steal<py::str>(
                PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "replace"));
        }
        default:
            return py::int_(std::get<std::int64_t>(value.value));
    }
}

template <class Value>
using RunLanes = std::vector<Value>(const script::BoundScript&, const script::Lanes&, Arena&,
                                    std::vector<plan::Fault>&);

std::vector<double> reals(const script::BoundScript& bound, const script::Lanes& lanes, Arena& arena,
                          std::vector<plan::Fault>& faults) {
    std::vector<double> values(lanes.n);
    script::run_reals(bound, lanes, values.data(), arena, faults);
    return values;
}

/// Which segment of which shard.
using SegmentPlace = std::pair<std::size_t, std::size_t>;

/// The places of documents, segment by segment.
std::map<SegmentPlace, std::vector<std::size_t>> by_segment(const index::Snapshot& index,
                                                            std::span<const IndexDoc> docs) {
    std::map<SegmentPlace, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < docs.size(); ++i) {
        const std::size_t s = index.shard_of(docs[i]);
        places[{s, index.shard(s).segment_of(in_shard(index.base(s), docs[i]))}].push_back(i);
    }
    return places;
}

/// The script's results for documents of the index, in their order; `run_lanes` gives those of one segment.
/// Throws DocumentError for the first of them that fails.
template <class Value>
std::vector<Value> run(const index::Snapshot& index, const plan::ScriptPtr& script, std::span<const IndexDoc> docs,
                       std::span<const float> scores, RunLanes<Value>* run_lanes, Arena& arena) {
    std::vector<Value> results(docs.size());
    std::map<std::size_t, plan::Fault> faults;  // by the place of the document
    for (const auto& [where, places] : by_segment(index, docs)) {
        const script::BoundScript bound(script, index.shard(where.first), where.second);
        std::vector<DocId> local;
        std::vector<float> their_scores;
        for (const std::size_t place : places) {
            local.push_back(in_segment(bound.base(), in_shard(index.base(where.first), docs[place])));
            if (!scores.empty()) their_scores.push_back(scores[place]);
        }
        std::vector<plan::Fault> failed;
        auto values = run_lanes(bound, {local.data(), static_cast<std::uint32_t>(local.size()), their_scores.data()},
                                arena, failed);
        for (std::size_t i = 0; i < local.size(); ++i) results[places[i]] = std::move(values[i]);
        for (plan::Fault& fault : failed) {
            const auto at = static_cast<std::size_t>(std::ranges::find(local, fault.doc) - local.begin());
            fault.doc += bound.base();
            faults.try_emplace(places[at], std::move(fault));
        }
    }
    if (faults.empty()) return results;
    auto& [place, first] = *faults.begin();
    throw plan::DocumentError(std::move(first), std::string(index.id(docs[place])));
}

std::vector<IndexDoc> checked_docs(const index::Snapshot& index, std::span<const std::uint32_t> numbers) {
    std::vector<IndexDoc> docs;
    docs.reserve(numbers.size());
    for (const std::uint32_t number : numbers) {
        if (number >= index.num_docs())
            throw InvalidArgument("docs has " + std::to_string(number) + ", the index has " +
                                  std::to_string(index.num_docs()) + " documents");
        docs.push_back(IndexDoc{number});
    }
    return docs;
}

template <class Value>
std::vector<Value> checked_run(const index::Snapshot& index, const std::shared_ptr<plan::Script>& script,
                               const Array<std::uint32_t>& numbers, const std::optional<Array<float>>& scores,
                               Limits* limits, RunLanes<Value>* run_lanes) {
    const std::vector<IndexDoc> docs = checked_docs(index, view(numbers, "docs"));
    const auto values = scores ? view(*scores, "scores") : std::span<const float>{};
    if ((scores || script->program->uses_score) && values.size() != docs.size())
        throw InvalidArgument("scores has " + std::to_string(values.size()) + " entries, docs has " +
                              std::to_string(docs.size()));
    return interruptible(limits, [&](Budget& budget) {
        const RequestArena arena(&budget);
        return run(index, script, docs, values, run_lanes, arena);
    });
}

py::list run_script(const index::Snapshot& index, const std::shared_ptr<plan::Script>& script,
                    const Array<std::uint32_t>& docs, const std::optional<Array<float>>& scores, Limits* limits) {
    const auto results = checked_run(index, script, docs, scores, limits, &script::run_values);
    py::list list(results.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
        list[i] = object_of(results[i]);
        if (!results[i].items.empty() && PyErr_CheckSignals() != 0) throw py::error_already_set();
    }
    return list;
}

Array<double> run_script_reals(const index::Snapshot& index, const std::shared_ptr<plan::Script>& script,
                               const Array<std::uint32_t>& docs, const std::optional<Array<float>>& scores,
                               Limits* limits) {
    return give(checked_run(index, script, docs, scores, limits, &reals));
}

}  // namespace

void bind_script(py::module_& module) {
    using py::arg;
    py::class_<plan::Program, std::shared_ptr<plan::Program>>(module, "Program", "Compiled source: plan/program.h.")
        .def(py::init(&make_program), arg("source"), arg("prologue").noconvert(), arg("code").noconvert(),
             arg("columns"), arg("num_inputs"), arg("num_uniforms"), arg("num_registers"), arg("result"),
             arg("result_kind"), arg("uses_score"));
    py::class_<plan::Script, std::shared_ptr<plan::Script>>(module, "Script", "A program and its inputs' values.")
        .def(py::init(&make_script), arg("program").none(false), arg("inputs"), arg("constants"), arg("index_salt") = 0,
             arg("description") = "")
        .def(
            "__eq__", [](const plan::Script& left, const plan::Script& right) { return left == right; }, arg("other"),
            py::is_operator())
        .def("__hash__", [](const plan::Script& script) { return hash(script); });
    module.def("operations", &operations, "Number, operands and class of each operation of kernels/operations.inc.");
    module.def("run_script", &run_script, arg("index"), arg("script").none(false), arg("docs").noconvert(),
               arg("scores").noconvert() = py::none(), arg("limits") = py::none(),
               "The script's result for each document: None, bool, int, float, str, or a list or dict of such.");
    module.def("run_script_reals", &run_script_reals, arg("index"), arg("script").none(false), arg("docs").noconvert(),
               arg("scores").noconvert() = py::none(), arg("limits") = py::none(),
               "The script's result for each document, which must be a number.");
}

}  // namespace rescora::bind

/// The contents page of `rescora._core`: errors, instruction sets, then one function a folder of the core.
#include <system_error>

#include "arrays.h"
#include "base/error.h"
#include "call.h"
#include "kernels/table.h"
#include "plan/fault.h"
#include "seal.h"

namespace rescora::bind {

void bind_call(py::module_& module);
void bind_arrow(py::module_& module);
void bind_text(py::module_& module);
void bind_geo(py::module_& module);
void bind_plan(py::module_& module);
void bind_builder(py::module_& module);
void bind_index(py::module_& module);
void bind_rescorer(py::module_& module);
void bind_script(py::module_& module);
void bind_model(py::module_& module);
void bind_tree(py::module_& module);

namespace {

/// A file that cannot be read or written -> the OSError of its reason, FileNotFoundError and such.
void raise_os_error(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const std::system_error& error) {
        const auto arguments = py::make_tuple(error.code().value(), error.code().message());
        PyErr_SetObject(PyExc_OSError, arguments.ptr());
    }
}

/// One for the process: made at the first call, never freed, as exceptions of a module are.
py::handle document_error() {
    static PyObject* const type = PyErr_NewExceptionWithDoc(
        "rescora._core.DocumentError", "A document that would be a hit cannot be scored: plan/fault.h.",
        PyExc_ValueError, nullptr);
    return type;
}

/// A document that cannot be scored -> DocumentError(code, document's id, its number in its shard, number, text,
/// source, place); Python words it.
void raise_document_error(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const plan::DocumentError& error) {
        const plan::Fault& fault = error.fault;
        const py::object source = fault.source ? py::cast(*fault.source) : py::none();
        const auto arguments =
            py::make_tuple(name_of(fault.code), error.id, fault.doc, fault.number, fault.text, source, fault.place);
        PyErr_SetObject(document_error().ptr(), arguments.ptr());
    }
}

/// One for the process, as document_error().
py::handle stopped() {
    static PyObject* const type = PyErr_NewExceptionWithDoc(
        "rescora._core.Stopped", "A request that was told to end: base/error.h.", PyExc_RuntimeError, nullptr);
    return type;
}

/// Stopped -> Stopped(why); Python words it.
void raise_stopped(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const Stopped& error) {
        const bool deadline = error.reason == StopReason::deadline;
        PyErr_SetObject(stopped().ptr(), py::make_tuple(deadline ? "deadline" : "cancelled").ptr());
    }
}

}  // namespace

py::object python_error(const std::exception_ptr& thrown) {
    try {
        raise_document_error(thrown);
    } catch (const Stopped&) {
        raise_stopped(thrown);
    } catch (const InvalidArgument& error) {
        py::set_error(py::module_::import("rescora._core").attr("InvalidArgument"), error.what());
    }
    return py::error_already_set().value();
}

namespace {

/// InvalidArgument -> ValueError, CorruptFile -> OSError, Unsupported -> NotImplementedError.
void bind_errors(py::module_& module) {
    py::register_exception<InvalidArgument>(module, "InvalidArgument", PyExc_ValueError);
    py::register_exception<CorruptFile>(module, "CorruptFile", PyExc_OSError);
    py::register_exception<Unsupported>(module, "Unsupported", PyExc_NotImplementedError);
    py::register_exception_translator(&raise_os_error);
    module.attr("Stopped") = stopped();
    py::register_exception_translator(&raise_stopped);
    module.attr("DocumentError") = document_error();
    py::register_exception_translator(&raise_document_error);
}

std::vector<std::string> isas() {
    std::vector<std::string> names;
    for (const auto* table : kernels::runnable()) names.emplace_back(table->isa);
    return names;
}

/// 0 in the main interpreter; in any other -1 and an ImportError. NumPy refuses them or warns; and pybind11 waits there
/// for a lock that only the main interpreter can give.
int demand_main_interpreter(PyObject* = nullptr) {
    if (PyInterpreterState_Get() == PyInterpreterState_Main()) return 0;
    PyErr_SetString(PyExc_ImportError,
                    "rescora cannot be imported in a sub-interpreter: use the main one, with threads or processes");
    return -1;
}

}  // namespace

}  // namespace rescora::bind

PYBIND11_MODULE(_core_of_main_interpreter, module) {
    using namespace rescora::bind;
    module.doc() = "The core of rescora; the package around it is what users call.";
    module.attr("__version__") = RESCORA_VERSION;
    bind_errors(module);
    module.def("isas", &isas, "The instruction sets that run here, fastest first: kernels/table.h.");
    module.def("isa", [] { return std::string(rescora::kernels::active().isa); }, "The one in use.");
    bind_call(module);
    bind_tree(module);
    bind_arrow(module);
    bind_text(module);
    bind_geo(module);
    bind_model(module);
    bind_plan(module);
    bind_builder(module);
    bind_index(module);
    bind_rescorer(module);
    bind_script(module);
    seal(module);
}

/// What Python calls: in the interpreter that imports up to 3.12, in the main one from 3.13 on; there only the steps
/// that make the module run in the other, and the first of them asks.
extern "C" PYBIND11_EXPORT PyObject* PyInit__core() {
    using rescora::bind::demand_main_interpreter;
    if (demand_main_interpreter() != 0) return nullptr;
    PyObject* const made = PyInit__core_of_main_interpreter();
    static std::vector<PyModuleDef_Slot> steps;
    if (made == nullptr || !steps.empty()) return made;
    auto* const definition = reinterpret_cast<PyModuleDef*>(made);
    steps.push_back({Py_mod_exec, reinterpret_cast<void*>(&demand_main_interpreter)});
    for (const PyModuleDef_Slot* slot = definition->m_slots; slot->slot != 0; ++slot) steps.push_back(*slot);
    steps.push_back({0, nullptr});
    definition->m_slots = steps.data();
    return made;
}

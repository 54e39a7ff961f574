/// index/builder.h: documents come in by batches of one field.
#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "call.h"
#include "index/builder.h"
#include "shards.h"

namespace rescora::bind {

namespace {

using index::Builder;
using Docs = Array<std::uint32_t>;

void add_documents(Builder& builder, const py::list& ids) {
    const auto views = view(ids, "ids");
    without_gil([&] { builder.add_documents(views); });
}

void add_sources(Builder& builder, const py::list& sources) {
    const auto views = view_bytes(sources, "sources");
    without_gil([&] { builder.add_sources(views); });
}

void add_texts(Builder& builder, FieldId field, const Docs& docs, const py::list& values) {
    const auto numbers = view(docs, "docs");
    const auto texts = view(values, "values");
    interruptible([&](Budget& budget) { builder.add_texts(field, numbers, texts, &budget); });
}

void add_keywords(Builder& builder, FieldId field, const Docs& docs, const py::list& values) {
    const auto numbers = view(docs, "docs");
    const auto words = view(values, "values");
    interruptible([&](Budget& budget) { builder.add_keywords(field, numbers, words, &budget); });
}

void add_integers(Builder& builder, FieldId field, const Docs& docs, const Array<std::int64_t>& values) {
    const auto numbers = view(docs, "docs");
    const auto integers = view(values, "values");
    without_gil([&] { builder.add_integers(field, numbers, integers); });
}

void add_reals(Builder& builder, FieldId field, const Docs& docs, const Array<double>& values) {
    const auto numbers = view(docs, "docs");
    const auto reals = view(values, "values");
    without_gil([&] { builder.add_reals(field, numbers, reals); });
}

columns::ElementType element_named(std::string_view name) {
    if (name == "float") return columns::ElementType::float32;
    if (name == "byte") return columns::ElementType::int8;
    if (name == "bit") return columns::ElementType::bit;
    throw InvalidArgument("element must be float, byte or bit, not [" + shown(name) + "]");
}

/// The bytes of an array of vectors; TypeError unless it has two dimensions, of float32 or of int8.
/// A copy takes the place of rows that are not aligned.
Bytes rows_of(py::array& rows) {
    if (!py::isinstance<Array<float>>(rows) && !py::isinstance<Array<std::int8_t>>(rows))
        throw py::type_error("rows must be a contiguous array of float32 or int8");
    if (rows.ndim() != 2) throw py::type_error("rows must have two dimensions, not " + std::to_string(rows.ndim()));
    if (!is_aligned(rows)) rows = Array<float>::ensure(rows);  // bytes always are
    return {static_cast<const std::byte*>(rows.data()), static_cast<std::size_t>(rows.nbytes())};
}

void add_vectors(Builder& builder, FieldId field, const Docs& docs, py::array rows) {
    const auto numbers = view(docs, "docs");
    const Bytes bytes = rows_of(rows);
    without_gil([&] { builder.add_vectors(field, numbers, bytes); });
}

void set_vectors(Builder& builder, FieldId field, std::string_view element, std::uint32_t dims, py::array rows) {
    const Bytes bytes = rows_of(rows);
    builder.set_vectors(field, {element_named(element), dims}, bytes, keep_alive(rows));
}

std::vector<py::str> words(Builder& builder, FieldId field, std::uint32_t segment) {
    std::vector<py::str> all;
    for (const std::string_view word : builder.words(field, segment))
        all.push_back(py::reinterpret_steal<py::str>(
            PyUnicode_DecodeUTF8(word.data(), static_cast<py::ssize_t>(word.size()), "replace")));
    return all;
}

}  // namespace

void bind_builder(py::module_& module) {
    using py::arg;
    py::class_<segment::Segment, std::shared_ptr<segment::Segment>>(module, "Segment",
                                                                    "Documents of one shard, finished.")
        .def("__len__", &segment::Segment::num_docs);

    py::class_<Builder>(module, "Builder", "Takes documents in and gives segments: index/builder.h.")
        .def(py::init<std::uint32_t, std::vector<std::uint32_t>>(), arg("num_shards"),
             arg("segment_ends") = std::vector<std::uint32_t>())
        .def_property_readonly("num_segments", &Builder::num_segments, "Of all shards, numbered shard by shard.")
        .def(
            "add_text_field",
            [](Builder& b, FieldId field, const text::Analyzer& analyzer, float k1, float bb, std::uint32_t gap) {
                b.add_text_field(field, {analyzer, k1, bb, gap});
            },
            arg("field"), arg("analyzer"), arg("k1"), arg("b"), arg("position_gap"))
        .def("add_keyword_field", &Builder::add_keyword_field, arg("field"), arg("k1"), arg("b"))
        .def("add_integer_field", &Builder::add_integer_field, arg("field"))
        .def("add_real_field", &Builder::add_real_field, arg("field"))
        .def("set_flags", &Builder::set_flags, arg("field"), arg("k1"), arg("b"))
        .def(
            "add_vector_field",
            [](Builder& b, FieldId field, std::string_view element, std::uint32_t dims) {
                b.add_vector_field(field, {element_named(element), dims});
            },
            arg("field"), arg("element"), arg("dims"))
        .def("add_documents", &add_documents, arg("ids"))
        .def("add_sources", &add_sources, arg("sources"))
        .def("add_texts", &add_texts, arg("field"), arg("docs").noconvert(), arg("values"))
        .def("add_keywords", &add_keywords, arg("field"), arg("docs").noconvert(), arg("values"))
        .def("add_integers", &add_integers, arg("field"), arg("docs").noconvert(), arg("values").noconvert())
        .def("add_reals", &add_reals, arg("field"), arg("docs").noconvert(), arg("values").noconvert())
        .def("add_vectors", &add_vectors, arg("field"), arg("docs").noconvert(), arg("rows").noconvert())
        .def(
            "set_integers",
            [](Builder& b, FieldId field, const Array<std::int64_t>& values) {
                b.set_integers(field, view(values, "values"), keep_alive(values));
            },
            arg("field"), arg("values").noconvert())
        .def(
            "set_reals",
            [](Builder& b, FieldId field, const Array<double>& values) {
                b.set_reals(field, view(values, "values"), keep_alive(values));
            },
            arg("field"), arg("values").noconvert())
        .def("set_vectors", &set_vectors, arg("field"), arg("element"), arg("dims"), arg("rows").noconvert())
        .def("words", &words, arg("field"), arg("segment"),
             "A text field's distinct words, as they stand in the texts.")
        .def("set_terms", &Builder::set_terms, arg("field"), arg("segment"), arg("terms"))
        .def("__len__", &Builder::num_documents)
        .def(
            "finish",
            [](Builder& b, std::size_t threads) {
                return mutable_shards(interruptible([&](Budget& budget) { return b.finish(threads, &budget); }));
            },
            arg("threads"));
}

}  // namespace rescora::bind

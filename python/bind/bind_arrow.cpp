/// arrow.h: batches of any producer become rows for Python, and numbers become arrays that stay where they are.
#include <bit>
#include <new>
#include <optional>

#include "arrays.h"
#include "arrow.h"
#include "base/error.h"
#include "base/shown.h"

namespace rescora::bind {

namespace {

using arrow::Kind;
using arrow::Owned;
using arrow::Type;

/// The columns of a stream, and who writes dates: (milliseconds, whole day) -> str.
struct Table {
    Type type;
    std::vector<py::str> names;
    py::object write_date;
};

class Rows {
 public:
    explicit Rows(const Table& table) : table_(table) {}

    /// A value as JSON would carry it; `place` counts from where the array begins for its parent.
    py::object value(const Type& type, const arrow::Array& array, std::int64_t place) const {
        place += array.offset;
        if (!arrow::is_valid(type, array, place)) return py::none();
        if (type.meanings != nullptr) return meaning(type, array, arrow::integer(type.kind, array, place));
        switch (type.kind) {
            case Kind::null:
                return py::none();
            case Kind::boolean:
                return py::bool_(arrow::bit(array.buffers[1], place));
            case Kind::uint64:
                return py::int_(arrow::load<std::uint64_t>(array.buffers[1], place));
            case Kind::float32:
                return py::float_(double{arrow::load<float>(array.buffers[1], place)});
            case Kind::float64:
                return py::float_(arrow::load<double>(array.buffers[1], place));
            case Kind::string:
            case Kind::large_string:
            case Kind::string_view:
                return decoded(type, arrow::text(type, array, place));
            case Kind::date32:
            case Kind::date64:
            case Kind::timestamp:
                return table_.write_date(arrow::milliseconds(type, array, place), type.kind != Kind::timestamp);
            case Kind::list:
            case Kind::large_list:
            case Kind::fixed_list:
                return list(type, array, arrow::items(type, array, place));
            case Kind::structure:
                return object(type, array, place);
            default:
                return py::int_(arrow::integer(type.kind, array, place));
        }
    }

 private:
    py::object meaning(const Type& type, const arrow::Array& array, std::int64_t number) const {
        if (number < 0 || number >= array.dictionary->length)
            throw InvalidArgument("column [" + shown(type.column) + "]: its dictionary has no entry " +
                                  std::to_string(number));
        return value(*type.meanings, *array.dictionary, number);
    }

    py::list list(const Type& type, const arrow::Array& array, arrow::Range range) const {
        py::list all;
        for (std::int64_t i = range.begin; i < range.end; ++i)
            all.append(value(type.children[0], *array.children[0], i));
        return all;
    }

    py::dict object(const Type& type, const arrow::Array& array, std::int64_t place) const {
        py::dict fields;
        for (std::size_t i = 0; i < type.children.size(); ++i) {
            py::object inner = value(type.children[i], *array.children[i], place);
            if (!inner.is_none()) fields[decoded(type, type.children[i].name)] = std::move(inner);
        }
        return fields;
    }

    static py::str decoded(const Type& type, std::string_view utf8) {
        PyObject* text = PyUnicode_DecodeUTF8(utf8.data(), static_cast<py::ssize_t>(utf8.size()), nullptr);
        if (text != nullptr) return py::reinterpret_steal<py::str>(text);
        PyErr_Clear();
        throw InvalidArgument("column [" + shown(type.column) + "] has a text that is not valid UTF-8");
    }

    const Table& table_;
};

template <class T>
py::array numbers(std::shared_ptr<Owned<arrow::Array>> column, std::int64_t place, std::int64_t count) {
    const T* values = count == 0 ? nullptr : static_cast<const T*>((*column)->buffers[1]) + place;
    if (count == 0 || std::bit_cast<std::uintptr_t>(values) % alignof(T) != 0) {
        Array<T> copied(count);  // Arrow recommends alignment and does not demand it
        if (count > 0) std::memcpy(copied.mutable_data(), values, static_cast<std::size_t>(count) * sizeof(T));
        return copied;
    }
    auto* kept = new std::shared_ptr<Owned<arrow::Array>>(std::move(column));
    const py::capsule owner(kept, [](void* held) { delete static_cast<std::shared_ptr<Owned<arrow::Array>>*>(held); });
    Array<T> lent(count, values, owner);
    lent.attr("setflags")(py::arg("write") = false);
    return lent;
}

Array<bool> bits(const void* buffer, std::int64_t place, std::int64_t count) {
    Array<bool> all(count);
    for (std::int64_t i = 0; i < count; ++i) all.mutable_data()[i] = arrow::bit(buffer, place + i);
    return all;
}

py::array array_of(const Type& type, std::shared_ptr<Owned<arrow::Array>> column, std::int64_t place,
                   std::int64_t count) {
    switch (type.kind) {
        case Kind::boolean:
            return bits((*column)->buffers[1], place, count);
        case Kind::int8:
            return numbers<std::int8_t>(std::move(column), place, count);
        case Kind::uint8:
            return numbers<std::uint8_t>(std::move(column), place, count);
        case Kind::int16:
            return numbers<std::int16_t>(std::move(column), place, count);
        case Kind::uint16:
            return numbers<std::uint16_t>(std::move(column), place, count);
        case Kind::int32:
            return numbers<std::int32_t>(std::move(column), place, count);
        case Kind::uint32:
            return numbers<std::uint32_t>(std::move(column), place, count);
        case Kind::int64:
            return numbers<std::int64_t>(std::move(column), place, count);
        case Kind::uint64:
            return numbers<std::uint64_t>(std::move(column), place, count);
        case Kind::float32:
            return numbers<float>(std::move(column), place, count);
        case Kind::float64:
            return numbers<double>(std::move(column), place, count);
        default:
            throw InvalidArgument("column [" + shown(type.column) + "] is not of numbers");
    }
}

class Batch {
 public:
    Batch(std::shared_ptr<const Table> table, Owned<arrow::Array> rows)
        : table_(std::move(table)), rows_(std::move(rows)), length_(rows_->length) {
        arrow::check(table_->type, *rows_);
        if (arrow::count_nulls(table_->type, *rows_, rows_->offset, length_) > 0)
            throw InvalidArgument("the Arrow stream has a row that is null");
    }

    std::int64_t size() const { return length_; }

    std::int64_t nulls(std::size_t column) const {
        const arrow::Array& values = child(column);
        return arrow::count_nulls(type(column), values, values.offset + rows_->offset, length_);
    }

    /// One dict a row; a null is a key that is not there.
    py::list rows(std::int64_t start, std::int64_t stop, const std::vector<std::size_t>& columns) const {
        if (start < 0 || stop < start || stop > length_) throw InvalidArgument("these rows are not in the batch");
        py::list all;
        for (std::int64_t row = start; row < stop; ++row) all.append(py::dict());
        const Rows reader(*table_);
        for (const std::size_t column : columns)
            for (std::int64_t row = start; row < stop; ++row) {
                const py::object value = reader.value(type(column), child(column), rows_->offset + row);
                if (value.is_none()) continue;
                if (PyDict_SetItem(PyList_GET_ITEM(all.ptr(), row - start), table_->names[column].ptr(), value.ptr()))
                    throw py::error_already_set();
            }
        return all;
    }

    /// Columns of numbers as (values, which are valid or None), used where they lie; the rest of the batch ends here.
    py::list take(const std::vector<std::size_t>& columns) {
        py::list taken;
        for (const std::size_t column : columns) {
            const std::int64_t missing = nulls(column);
            // A child may be moved out if its parent is released right afterwards, as it is below.
            auto held = std::make_shared<Owned<arrow::Array>>(*rows_->children[column]);
            const std::int64_t place = (*held)->offset + rows_->offset;
            py::object valid = py::none();
            if (missing > 0) valid = bits((*held)->buffers[0], place, length_);
            taken.append(py::make_tuple(array_of(type(column), std::move(held), place, length_), valid));
        }
        rows_.release();
        return taken;
    }

 private:
    const Type& type(std::size_t column) const { return table_->type.children.at(column); }

    const arrow::Array& child(std::size_t column) const {
        if (!rows_) throw InvalidArgument("the batch has been given away");
        if (column >= table_->names.size()) throw InvalidArgument("there is no column " + std::to_string(column));
        if (rows_->children[column]->release == nullptr) throw InvalidArgument("a column can be taken once");
        return *rows_->children[column];
    }

    std::shared_ptr<const Table> table_;
    Owned<arrow::Array> rows_;
    std::int64_t length_;
};

class Stream {
 public:
    Stream(const py::capsule& capsule, py::object write_date) : stream_(pointed_at(capsule)) {
        Owned<arrow::Schema> schema;
        demand(without_gil([&] { return stream_->get_schema(&*stream_, &*schema); }));
        if (!schema) throw InvalidArgument("the Arrow stream has no schema");
        Table table{arrow::read_type(*schema), {}, std::move(write_date)};
        if (table.type.kind != Kind::structure)
            throw InvalidArgument("the Arrow stream must be of rows, not of single values of type [" +
                                  shown(table.type.format) + "]");
        for (const Type& column : table.type.children) table.names.emplace_back(column.name);
        table_ = std::make_shared<const Table>(std::move(table));
    }

    std::vector<std::pair<py::str, std::string>> columns() const {
        std::vector<std::pair<py::str, std::string>> all;
        for (std::size_t i = 0; i < table_->names.size(); ++i) {
            const Type& type = table_->type.children[i];
            all.emplace_back(table_->names[i], type.meanings == nullptr ? type.format : "dictionary");
        }
        return all;
    }

    std::optional<Batch> next() {
        Owned<arrow::Array> rows;
        demand(without_gil([&] { return stream_->get_next(&*stream_, &*rows); }));
        if (!rows) return std::nullopt;
        return Batch(table_, std::move(rows));
    }

 private:
    static arrow::Stream& pointed_at(const py::capsule& capsule) {
        auto* stream = static_cast<arrow::Stream*>(PyCapsule_GetPointer(capsule.ptr(), "arrow_array_stream"));
        if (stream == nullptr) throw py::error_already_set();
        if (stream->release == nullptr) throw InvalidArgument("the Arrow stream has been read already");
        return *stream;
    }

    /// The producer's own words where it has any.
    void demand(int error) {
        if (error == 0) return;
        const char* said = stream_->get_last_error == nullptr ? nullptr : stream_->get_last_error(&*stream_);
        throw std::runtime_error("the Arrow stream failed: " + shown(said == nullptr ? strerror(error) : said, 200));
    }

    Owned<arrow::Stream> stream_;
    std::shared_ptr<const Table> table_;
};

}  // namespace

void bind_arrow(py::module_& module) {
    using py::arg;
    py::class_<Batch>(module, "ArrowBatch", "Some rows of an Arrow stream.")
        .def("__len__", &Batch::size)
        .def("nulls", &Batch::nulls, arg("column"), "How many values of a column are null.")
        .def("rows", &Batch::rows, arg("start"), arg("stop"), arg("columns"), "Dicts, without the keys of nulls.")
        .def("take", &Batch::take, arg("columns"),
             "Columns of numbers as (values, valid or None), where they lie; the batch is of no use afterwards.");
    py::class_<Stream>(module, "ArrowStream", "The rows behind a capsule of __arrow_c_stream__: arrow.h.")
        .def(py::init<const py::capsule&, py::object>(), arg("capsule"), arg("write_date"))
        .def_property_readonly("columns", &Stream::columns, "Names and Arrow's formats.")
        .def("next", &Stream::next, "The next batch, or None at the end.");
}

}  // namespace rescora::bind

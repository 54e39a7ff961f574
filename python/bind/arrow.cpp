/// Arrow's types and buffers, checked and read; no Python here.
#include "arrow.h"

#include <limits>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/shown.h"

namespace rescora::bind::arrow {

namespace {

constexpr int max_depth = 100;  // of lists and structures; as deep as a document may be
constexpr std::int64_t day = 86'400'000;

std::optional<Kind> plain_kind(std::string_view format) {
    constexpr std::pair<std::string_view, Kind> kinds[] = {
        {"n", Kind::null},     {"b", Kind::boolean},      {"c", Kind::int8},         {"C", Kind::uint8},
        {"s", Kind::int16},    {"S", Kind::uint16},       {"i", Kind::int32},        {"I", Kind::uint32},
        {"l", Kind::int64},    {"L", Kind::uint64},       {"f", Kind::float32},      {"g", Kind::float64},
        {"u", Kind::string},   {"U", Kind::large_string}, {"vu", Kind::string_view}, {"tdD", Kind::date32},
        {"tdm", Kind::date64}, {"+l", Kind::list},        {"+L", Kind::large_list},  {"+s", Kind::structure},
    };
    for (const auto& [letters, kind] : kinds)
        if (letters == format) return kind;
    return std::nullopt;
}

/// Units a second of "tss:", "tsm:UTC", "tsu:", "tsn:"; 0 for any other format.
std::int64_t timestamp_unit(std::string_view format) {
    if (format.size() < 4 || format.substr(0, 2) != "ts" || format[3] != ':') return 0;
    switch (format[2]) {
        case 's':
            return 1;
        case 'm':
            return 1'000;
        case 'u':
            return 1'000'000;
        case 'n':
            return 1'000'000'000;
        default:
            return 0;
    }
}

/// What the letters of the more usual formats mean, for a message.
std::string_view spoken(std::string_view format) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"e", "float16"},
        {"z", "binary"},
        {"Z", "large binary"},
        {"vz", "binary view"},
        {"w:", "fixed-size binary"},
        {"d:", "decimal"},
        {"tt", "time"},
        {"tD", "duration"},
        {"ti", "interval"},
        {"+vl", "list view"},
        {"+vL", "large list view"},
        {"+m", "map"},
        {"+u", "union"},
        {"+r", "run-end encoded"},
    };
    for (const auto& [beginning, name] : names)
        if (format.starts_with(beginning)) return name;
    return "unknown";
}

[[noreturn]] void refuse(const Type& type) {
    throw Unsupported("Arrow type [" + shown(type.format) + "] (" + std::string(spoken(type.format)) + ") of column [" +
                      shown(type.column) + "]");
}

void read_kind(Type& type) {
    if (const auto plain = plain_kind(type.format)) {
        type.kind = *plain;
    } else if (const auto unit = timestamp_unit(type.format); unit != 0) {
        type.kind = Kind::timestamp;
        type.unit = unit;
    } else if (type.format.starts_with("+w:") && type.format.size() < 14 &&
               type.format.find_first_not_of("0123456789", 3) == std::string::npos && type.format.size() > 3) {
        type.kind = Kind::fixed_list;
        type.unit = std::stoll(type.format.substr(3));
    } else {
        refuse(type);
    }
}

[[noreturn]] void broken(const Type& type, const std::string& what) {
    const std::string where = type.column.empty() ? "the batch" : "column [" + shown(type.column) + "]";
    throw InvalidArgument(where + " of Arrow type [" + shown(type.format) + "] is broken: " + what);
}

bool is_list(Kind kind) {
    return kind == Kind::list || kind == Kind::large_list || kind == Kind::fixed_list;
}

Type read_level(const Schema& schema, std::string name, std::string column, int depth) {
    Type type{std::move(name), std::move(column), schema.format == nullptr ? "" : schema.format, {}, 0, {}, {}};
    read_kind(type);
    if (depth > max_depth) throw Unsupported("nesting deeper than 100 levels of column [" + shown(type.column) + "]");
    if (schema.n_children > 0 && schema.children == nullptr) broken(type, "there are no children");
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
        const Schema* child = schema.children[i];
        if (child == nullptr) broken(type, "a child is missing");
        std::string own = child->name == nullptr ? "" : child->name;
        std::string full = is_list(type.kind) ? type.column : type.column.empty() ? own : type.column + "." + own;
        type.children.push_back(read_level(*child, std::move(own), std::move(full), depth + 1));
    }
    if (is_list(type.kind) && type.children.size() != 1) broken(type, "a list needs one child");
    if (schema.dictionary != nullptr) {
        if (type.kind < Kind::int8 || type.kind > Kind::uint64) broken(type, "a dictionary needs integers");
        type.meanings = std::make_unique<Type>(read_level(*schema.dictionary, type.name, type.column, depth + 1));
    }
    return type;
}

/// The least number of buffers that the specification gives a kind; Arrow's older versions gave null one too.
std::int64_t buffers_of(Kind kind) {
    switch (kind) {
        case Kind::null:
            return 0;
        case Kind::structure:
        case Kind::fixed_list:
            return 1;
        case Kind::string:
        case Kind::large_string:
        case Kind::string_view:
            return 3;
        default:
            return 2;
    }
}

void check_buffers(const Type& type, const Array& array) {
    const std::int64_t wanted = buffers_of(type.kind);
    if (array.n_buffers < wanted || (array.n_buffers != wanted && wanted != 0 && type.kind != Kind::string_view))
        broken(type, "it has " + std::to_string(array.n_buffers) + " buffers, not " + std::to_string(wanted));
    if (wanted == 0) return;
    if (array.buffers == nullptr) broken(type, "there are no buffers");
    if (array.buffers[0] == nullptr && array.null_count > 0) broken(type, "nulls are not marked");
    if (array.length > 0 && wanted > 1 && array.buffers[1] == nullptr) broken(type, "a buffer is missing");
}

void check_child(const Type& type, const Type& child_type, const Array* child, std::int64_t least) {
    if (child == nullptr) broken(type, "a child is missing");
    if (child->length < least) broken(child_type, "it is too short");
    check(child_type, *child);
}

}  // namespace

Type read_type(const Schema& schema) {
    return read_level(schema, "", "", 0);
}

void check(const Type& type, const Array& array) {
    if (array.length < 0 || array.offset < 0 || array.length > std::numeric_limits<std::int64_t>::max() - array.offset)
        broken(type, "length or offset is out of range");
    check_buffers(type, array);
    const std::int64_t end = array.offset + array.length;
    if (array.n_children != static_cast<std::int64_t>(type.children.size()) ||
        (array.n_children > 0 && array.children == nullptr))
        broken(type, "the children are not those of the type");
    for (std::size_t i = 0; i < type.children.size(); ++i) {
        std::int64_t least = type.kind == Kind::structure ? end : 0;
        if (type.kind == Kind::fixed_list && __builtin_mul_overflow(end, type.unit, &least))
            broken(type, "length or offset is out of range");
        check_child(type, type.children[i], array.children[i], least);
    }
    if (type.meanings != nullptr) check_child(type, *type.meanings, array.dictionary, 0);
}

std::int64_t integer(Kind kind, const Array& array, std::int64_t place) {
    const void* values = array.buffers[1];
    switch (kind) {
        case Kind::int8:
            return load<std::int8_t>(values, place);
        case Kind::uint8:
            return load<std::uint8_t>(values, place);
        case Kind::int16:
            return load<std::int16_t>(values, place);
        case Kind::uint16:
            return load<std::uint16_t>(values, place);
        case Kind::int32:
        case Kind::date32:
            return load<std::int32_t>(values, place);
        case Kind::uint32:
            return load<std::uint32_t>(values, place);
        default:
            return load<std::int64_t>(values, place);
    }
}

namespace {

template <class Offset>
Range between_offsets(const Type& type, const Array& array, std::int64_t place) {
    const Range range{load<Offset>(array.buffers[1], place), load<Offset>(array.buffers[1], place + 1)};
    if (range.begin < 0 || range.end < range.begin) broken(type, "the offsets descend");
    return range;
}

/// 16 bytes: the length, then the text itself if it has room, else four of its bytes, its buffer, and the place there.
std::string_view viewed(const Type& type, const Array& array, std::int64_t place) {
    const char* view = static_cast<const char*>(array.buffers[1]) + place * 16;
    const auto length = load<std::int32_t>(view, 0);
    if (length < 0) broken(type, "a length is negative");
    if (length <= 12) return {view + 4, static_cast<std::size_t>(length)};
    const std::int64_t buffer = load<std::int32_t>(view, 2), start = load<std::int32_t>(view, 3);
    // the last buffer is no text: it holds the lengths of the others
    if (buffer < 0 || buffer >= array.n_buffers - 3 || start < 0 || array.buffers[buffer + 2] == nullptr)
        broken(type, "a text lies in no buffer");
    return {static_cast<const char*>(array.buffers[buffer + 2]) + start, static_cast<std::size_t>(length)};
}

std::int64_t floor_divide(std::int64_t number, std::int64_t by) {
    return number / by - (number % by < 0 ? 1 : 0);
}

}  // namespace

std::string_view text(const Type& type, const Array& array, std::int64_t place) {
    if (type.kind == Kind::string_view) return viewed(type, array, place);
    const Range range = type.kind == Kind::string ? between_offsets<std::int32_t>(type, array, place)
                                                  : between_offsets<std::int64_t>(type, array, place);
    if (range.begin == range.end) return {};
    if (array.buffers[2] == nullptr) broken(type, "a buffer is missing");
    return {static_cast<const char*>(array.buffers[2]) + range.begin,
            static_cast<std::size_t>(range.end - range.begin)};
}

Range items(const Type& type, const Array& array, std::int64_t place) {
    if (type.kind == Kind::fixed_list) return {place * type.unit, (place + 1) * type.unit};
    const Range range = type.kind == Kind::list ? between_offsets<std::int32_t>(type, array, place)
                                                : between_offsets<std::int64_t>(type, array, place);
    if (range.end > array.children[0]->length) broken(type, "the items reach beyond the child");
    return range;
}

std::int64_t milliseconds(const Type& type, const Array& array, std::int64_t place) {
    const std::int64_t number = integer(type.kind, array, place);
    if (type.kind == Kind::date32) return number * day;
    if (type.kind == Kind::date64 || type.unit == 1'000) return number;
    if (type.unit > 1'000) return floor_divide(number, type.unit / 1'000);
    std::int64_t millis = 0;
    if (__builtin_mul_overflow(number, std::int64_t{1'000}, &millis))
        throw InvalidArgument("column [" + shown(type.column) + "]: " + std::to_string(number) +
                              " seconds are out of range for a date");
    return millis;
}

std::int64_t count_nulls(const Type& type, const Array& array, std::int64_t place, std::int64_t count) {
    if (type.kind == Kind::null) return count;
    if (array.null_count == 0 || array.buffers[0] == nullptr) return 0;
    std::int64_t nulls = 0;
    for (std::int64_t i = place; i < place + count; ++i) nulls += bit(array.buffers[0], i) ? 0 : 1;
    return nulls;
}

}  // namespace rescora::bind::arrow

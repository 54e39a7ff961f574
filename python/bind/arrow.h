/// Arrow's C data interface: its three structures, who owns them, and the types that can become documents.
///
/// Source  Apache Arrow's specification, "The Arrow C data interface" and "The Arrow C stream interface"; both are
///         fixed forever, so the layouts are written down here and no library is needed.
#pragma once
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rescora::bind::arrow {

/// ArrowSchema: a type.
struct Schema {
    const char* format;
    const char* name;
    const char* metadata;
    std::int64_t flags;
    std::int64_t n_children;
    Schema** children;
    Schema* dictionary;
    void (*release)(Schema*);
    void* private_data;
};

/// ArrowArray: the values of one batch.
struct Array {
    std::int64_t length;
    std::int64_t null_count;
    std::int64_t offset;
    std::int64_t n_buffers;
    std::int64_t n_children;
    const void** buffers;
    Array** children;
    Array* dictionary;
    void (*release)(Array*);
    void* private_data;
};

/// ArrowArrayStream: batch after batch of one type; the functions give an errno.
struct Stream {
    int (*get_schema)(Stream*, Schema*);
    int (*get_next)(Stream*, Array*);
    const char* (*get_last_error)(Stream*);
    void (*release)(Stream*);
    void* private_data;
};

/// One of the three, released once, when its last owner ends. A structure whose `release` is null has been released.
template <class T>
class Owned {
 public:
    Owned() = default;
    /// Moves as the specification says: the bytes are copied, and what stays behind counts as released.
    explicit Owned(T& from) : value_(from) { from.release = nullptr; }
    Owned(Owned&& other) noexcept : Owned(other.value_) {}
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    Owned& operator=(Owned&&) = delete;
    ~Owned() { release(); }

    void release() {
        if (value_.release != nullptr) value_.release(&value_);
        value_.release = nullptr;
    }

    explicit operator bool() const { return value_.release != nullptr; }
    T& operator*() { return value_; }
    const T& operator*() const { return value_; }
    T* operator->() { return &value_; }
    const T* operator->() const { return &value_; }

 private:
    T value_{};
};

enum class Kind {
    null,
    boolean,
    int8,
    uint8,
    int16,
    uint16,
    int32,
    uint32,
    int64,
    uint64,
    float32,
    float64,
    string,
    large_string,
    string_view,
    date32,
    date64,
    timestamp,
    list,
    large_list,
    fixed_list,
    structure
};

/// What a column's values are; a copy of what matters in a Schema.
struct Type {
    std::string name;    ///< the part of the field's name that this level adds
    std::string column;  ///< the full dotted name, for messages
    std::string format;
    Kind kind = Kind::null;
    std::int64_t unit = 0;           ///< of a timestamp: how many make a second; of a fixed list: its length
    std::vector<Type> children;      ///< of a structure its fields, of a list its items
    std::unique_ptr<Type> meanings;  ///< of a dictionary-encoded column: what the integers stand for
};

/// Throws Unsupported, naming column and format, for a type that cannot become a field.
Type read_type(const Schema& schema);

/// Throws InvalidArgument, naming the column, if counts, pointers or children are not what the type needs.
void check(const Type& type, const Array& array);

/// One item of a buffer, which need not be aligned.
template <class T>
T load(const void* buffer, std::int64_t place) {
    T item;
    std::memcpy(&item, static_cast<const char*>(buffer) + place * static_cast<std::int64_t>(sizeof item), sizeof item);
    return item;
}

inline bool bit(const void* buffer, std::int64_t place) {
    return (static_cast<const unsigned char*>(buffer)[place / 8] >> (place % 8) & 1) != 0;
}

// In what follows `place` counts from the beginning of the buffers: the array's offset has been added.

inline bool is_valid(const Type& type, const Array& array, std::int64_t place) {
    if (type.kind == Kind::null) return false;
    return array.null_count == 0 || array.buffers[0] == nullptr || bit(array.buffers[0], place);
}

/// An integer of any width as 64 bits; an uint64 keeps its bits.
std::int64_t integer(Kind kind, const Array& array, std::int64_t place);

/// A string of any of the three layouts.
std::string_view text(const Type& type, const Array& array, std::int64_t place);

struct Range {
    std::int64_t begin, end;
};

/// The items of a list, as places before the offset of the child is added.
Range items(const Type& type, const Array& array, std::int64_t place);

/// A date or timestamp as milliseconds since 1970, rounded down.
std::int64_t milliseconds(const Type& type, const Array& array, std::int64_t place);

/// The number of nulls among `count` values from `place` on.
std::int64_t count_nulls(const Type& type, const Array& array, std::int64_t place, std::int64_t count);

}  // namespace rescora::bind::arrow

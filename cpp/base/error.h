/// The errors that the core throws. Everything else that goes wrong is a bug, and an assert.
///
///     std::runtime_error
///     ├── InvalidArgument   a value that cannot be: the caller can mend it
///     ├── CorruptFile       bytes that no builder wrote
///     └── Unsupported       a thing that is well formed, and not there
#pragma once
#include <stdexcept>
#include <string>

namespace rescora {

struct InvalidArgument : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct CorruptFile : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Unsupported : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace rescora

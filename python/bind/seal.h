/// What keeps Python from making the core's objects in any way but by their constructors.
#pragma once
#include <pybind11/pybind11.h>

namespace rescora::bind {

/// Closes every class of the module: its objects cannot be pickled or copied, made by `__new__`, be given another
/// class, or be derived from. Any of these would leave an object with no C++ behind it, at which the next call reads.
///
/// Needs   all classes to be there.
void seal(pybind11::module_& module);

}  // namespace rescora::bind

"""The only file of the package that imports the extension module of the C++ core."""

import rescora._core as _core

__all__ = ["_core"]

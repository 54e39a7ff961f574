"""The door to the C++ core: the one file of the package that imports the extension module."""

import rescora._core as _core

__all__ = ["_core"]

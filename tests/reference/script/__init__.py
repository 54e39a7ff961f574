"""
Scripts, slowly: the part of Painless that scores documents, by its documented rules, one document at a time.

Shares nothing with the engine's grammar, compiler and machine, which are held to it.
"""

from .documents import PlainDocument, Vector
from .errors import CompileError, ScriptError
from .functions import Place
from .run import Script, parse_script
from .values import Value

__all__ = [
    "CompileError",
    "Place",
    "PlainDocument",
    "Script",
    "ScriptError",
    "Value",
    "Vector",
    "parse_script",
]

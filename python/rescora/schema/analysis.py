"""How text becomes words: the analyzers of an index, built in or put together in its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rescora.core import _core
from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.reading.values import string
from rescora.schema.stemmers import NOT_HERE, SNOWBALL, Stemmer, Words, library_stemmer

BUILT_IN = ("standard", "english", "keyword", "whitespace", "simple", "stop")
_TOKENIZERS = ("standard", "whitespace", "letter", "keyword")
_CORE_FILTERS = {
    "lowercase": "lowercase",
    "stop": "english_stop",
    "porter_stem": "porter_stem",
    "english_possessive": "english_possessive",
}
_PORTER = ("english", "porter")


class Token(NamedTuple):
    """
    One word of an analyzed text.

    Attributes
    ----------
    token : str
        The word as it is indexed.
    position : int
        Its place among the words, from 0; words that were dropped leave holes.
    start_offset, end_offset : int
        Where it stands in the text, in UTF-16 units as Elasticsearch counts.
    """

    token: str
    position: int
    start_offset: int
    end_offset: int


Token.__module__ = "rescora"  # where users find it; the body of a NamedTuple may not say so


class Analyzer:
    """
    One analyzer: a core part that splits and filters, then perhaps stemmers of a library.

    Parameters
    ----------
    core : _core.Analyzer
        Tokenizer and filters.
    stemmers : sequence of callable
        From words to their stems, after the core's filters; each distinct word passes them once.
    """

    __slots__ = ("core", "stemmers")

    def __init__(self, core: _core.Analyzer, stemmers: Sequence[Stemmer] = ()) -> None:
        self.core = core
        self.stemmers = tuple(stemmers)

    def terms(self, words: Words) -> list[str | None]:
        """Return what each word of a text becomes; None where it is dropped."""
        terms = self.core.filter(words)
        kept = [place for place, term in enumerate(terms) if term is not None]
        stems = [term for term in terms if term is not None]
        for stem in self.stemmers:
            stems = stem(stems)
        for place, term in zip(kept, stems, strict=True):
            terms[place] = term
        return terms

    def analyze(self, text: str) -> list[Token]:
        """Return the words of a text."""
        tokens = [Token(*token) for token in self.core.analyze(text)]
        if not self.stemmers:
            return tokens
        stems = [token.token for token in tokens]
        for stem in self.stemmers:
            stems = stem(stems)
        return [token._replace(token=term) for token, term in zip(tokens, stems, strict=True)]


class Analyzers(Mapping[str, Analyzer]):
    """
    The analyzers of an index by name.

    Parameters
    ----------
    analysis : dict, optional
        Elasticsearch's ``settings.analysis``: ``analyzer`` and ``filter``.

    Raises
    ------
    RequestError
        If a definition makes no sense or asks for what is not there; the message names its path.

    Examples
    --------
    >>> analyzers = Analyzers({"analyzer": {"plain": {"tokenizer": "whitespace", "filter": ["lowercase"]}}})
    >>> [token.token for token in analyzers["plain"].analyze("Quick-brown FOX")]
    ['quick-brown', 'fox']
    """

    def __init__(self, analysis: Mapping[str, Any] | None = None) -> None:
        given = dict(analysis or {})
        filters = _object(given.pop("filter", {}), "analysis.filter")
        custom = _object(given.pop("analyzer", {}), "analysis.analyzer")
        for key in given:
            raise UnsupportedError(f"analysis.{key}", path=f"settings.analysis.{key}")
        self._analyzers = {name: Analyzer(_core.Analyzer(name)) for name in BUILT_IN}
        for name, definition in custom.items():
            path = f"analysis.analyzer.{name}"
            self._analyzers[name] = _analyzer(_object(definition, path), filters, path)

    def __getitem__(self, name: str) -> Analyzer:
        return self._analyzers[name]

    def __iter__(self) -> Any:
        return iter(self._analyzers)

    def __len__(self) -> int:
        return len(self._analyzers)

    def words(self, name: str, text: str) -> list[tuple[str, int]]:
        """Return a text's (word, position) pairs; KeyError for an analyzer that is not there."""
        analyzer = self._analyzers[name]
        if not analyzer.stemmers:
            return analyzer.core.words(text)
        return [(token.token, token.position) for token in analyzer.analyze(text)]


def _refuse(reason: str, path: str) -> RequestError:
    return RequestError(reason, path=f"settings.{path}", type="illegal_argument_exception")


def _object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refuse(f"an object is wanted, not [{show(value)}]", path)
    for key in value:
        string(key, f"settings.{path}")
    return value


def _known_keys(definition: dict[str, Any], known: Sequence[str], path: str) -> None:
    for key in definition:
        if key not in known:
            raise _refuse(f"unknown parameter [{key}]{did_you_mean(key, known)}", f"{path}.{key}")


def _analyzer(definition: dict[str, Any], filters: dict[str, Any], path: str) -> Analyzer:
    kind = definition.get("type", "custom")
    if kind in BUILT_IN:
        _known_keys(definition, ("type",), path)
        return Analyzer(_core.Analyzer(kind))
    if kind != "custom":
        raise _refuse(f"no analyzer type [{show(kind)}]{did_you_mean(kind, (*BUILT_IN, 'custom'))}", path)
    _known_keys(definition, ("type", "tokenizer", "filter"), path)
    tokenizer = definition.get("tokenizer")
    chain = definition.get("filter", [])
    if not isinstance(chain, list):
        raise _refuse(f"a list of filters is wanted, not [{show(chain)}]", f"{path}.filter")
    if tokenizer == "lowercase":
        tokenizer, chain = "letter", ["lowercase", *chain]
    if tokenizer not in _TOKENIZERS:
        hint = did_you_mean(tokenizer, _TOKENIZERS)
        raise _refuse(f"tokenizer must be one of {list(_TOKENIZERS)}, not [{show(tokenizer)}]{hint}", path)
    return _assemble(tokenizer, [_filter(one, filters, f"{path}.filter") for one in chain], path)


def _assemble(tokenizer: str, chain: list[str | list[str] | Stemmer], path: str) -> Analyzer:
    stemmers = [one for one in chain if callable(one)]
    first = next((i for i, one in enumerate(chain) if callable(one)), len(chain))
    if any(not callable(one) for one in chain[first:]):
        raise _refuse("a stemmer of another language must come after all other filters", f"{path}.filter")
    return Analyzer(_core.Analyzer.custom(tokenizer, chain[:first]), stemmers)


def _filter(given: Any, filters: dict[str, Any], path: str) -> str | list[str] | Stemmer:
    """Return the core's name of a filter, a list of stop words, or a function that stems words."""
    name = string(given, f"settings.{path}")
    if name in filters:
        return _defined_filter(_object(filters[name], f"analysis.filter.{name}"), f"analysis.filter.{name}")
    if name in _CORE_FILTERS:
        return _CORE_FILTERS[name]
    hint = did_you_mean(name, (*filters, *_CORE_FILTERS))
    raise _refuse(f"failed to find filter under name [{show(name)}]{hint}", path)


def _defined_filter(definition: dict[str, Any], path: str) -> str | list[str] | Stemmer:
    kind = definition.get("type")
    if kind == "stop":
        _known_keys(definition, ("type", "stopwords"), path)
        return _stop_words(definition.get("stopwords", "_english_"), path)
    if kind in ("stemmer", "snowball"):
        _known_keys(definition, ("type", "language", "name"), path)
        return _stemmer(definition.get("language", definition.get("name", "english")), kind, path)
    if isinstance(kind, str) and kind in _CORE_FILTERS:
        _known_keys(definition, ("type",), path)
        return _CORE_FILTERS[kind]
    hint = did_you_mean(kind, ("stemmer", "snowball", *_CORE_FILTERS))
    raise _refuse(f"no token filter type [{show(kind)}]{hint}", f"{path}.type")


def _stop_words(given: Any, path: str) -> str | list[str]:
    if given == "_english_":
        return "english_stop"
    if given == "_none_":
        return []
    if isinstance(given, list) and all(isinstance(word, str) for word in given):
        return [string(word, f"settings.{path}.stopwords") for word in given]
    raise _refuse(f"stopwords must be a list of words, _english_ or _none_, not [{show(given)}]", path)


def _stemmer(language: Any, kind: str, path: str) -> str | Stemmer:
    wanted = language.lower() if isinstance(language, str) else language
    if kind == "stemmer":
        if wanted in _PORTER:
            return "porter_stem"
        if wanted == "possessive_english":
            return "english_possessive"
    elif wanted in ("english", "porter"):  # a snowball filter's English is the newer one
        return library_stemmer("english" if wanted == "english" else "porter", path)
    if wanted in NOT_HERE:
        raise UnsupportedError(f"the stemmer [{wanted}]", path=f"settings.{path}.language")
    if wanted not in SNOWBALL:
        known = (*_PORTER, "possessive_english", *SNOWBALL)
        hint = did_you_mean(wanted, known) or f"; there are {list(known)}"
        raise _refuse(f"no stemmer for [{show(language)}]{hint}", f"{path}.language")
    return library_stemmer("english" if wanted == "porter2" else wanted, path)

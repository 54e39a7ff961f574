"""Stemmers of languages: PyStemmer's, in the versions whose stems are those of Lucene's Snowball."""

from __future__ import annotations

import re
from collections.abc import Callable

Words = list[str]
Stemmer = Callable[[Words], list[str]]

SNOWBALL = """
    armenian basque catalan danish dutch finnish french german hungarian italian lithuanian
    norwegian porter2 portuguese romanian russian spanish swedish turkish
""".split()  # noqa: SIM905 - words read better than quotes
# Elasticsearch has them. Of Estonian there is none in a PyStemmer that has the others as Lucene has them.
NOT_HERE = """
    arabic bengali brazilian bulgarian czech dutch_kp estonian french_light french_minimal galician
    german2 german_nn greek hindi indonesian irish kp kstem latvian light_english light_finnish
    light_french light_german light_hungarian light_italian light_norwegian light_nynorsk
    light_portuguese light_russian light_spanish light_swedish lovins minimal_english minimal_french
    minimal_galician minimal_german minimal_norwegian minimal_nynorsk minimal_portuguese persian
    plural_english portuguese_rslp serbian sorani
""".split()  # noqa: SIM905 - words read better than quotes

# Snowball 2.2. PyStemmer 3 has Snowball 3: another Dutch stemmer, and changes in German, French and more.
_FIRST, _BEYOND = (2, 2, 0, 3), (3,)
_INSTALL = 'pip install "rescora[stemmers]"'


def library_stemmer(language: str, path: str) -> Stemmer:
    """
    Return Lucene's stemmer of a language.

    Parameters
    ----------
    language : str
        Snowball's name of it.
    path : str
        Where it is asked for, for messages.

    Raises
    ------
    ImportError
        If PyStemmer is not installed, or in a version whose stems are others.
    """
    wanted = f"settings.{path}: the {language} stemmer needs PyStemmer"
    try:
        import Stemmer as PyStemmer
    except ImportError:
        raise ImportError(f"{wanted}: {_INSTALL}", name="Stemmer") from None
    from importlib import metadata  # reads packages, which takes a tenth of the time of `import rescora`

    version = metadata.version("PyStemmer")
    if not _FIRST <= _numbers(version) < _BEYOND:
        message = f"{wanted} 2.2.0.3, for the stems of PyStemmer {version} are not Lucene's: {_INSTALL}"
        raise ImportError(message, name="Stemmer")
    stems: Stemmer = PyStemmer.Stemmer(language).stemWords
    return stems


def _numbers(version: str) -> tuple[int, ...]:
    return tuple([int(part) for part in re.findall(r"\d+", version.partition("+")[0])])

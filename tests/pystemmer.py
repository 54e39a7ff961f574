"""Whether there is a PyStemmer with Lucene's stems: it has no wheel for the newest Python."""

import pytest

from rescora.schema.stemmers import library_stemmer

try:
    library_stemmer("german", "")
    MISSING = ""
except ImportError:
    MISSING = "NOT RUN, for PyStemmer 2.2.0.3 is not installed: stemmers of languages."

needs_pystemmer = pytest.mark.skipif(bool(MISSING), reason=MISSING)

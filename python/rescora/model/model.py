"""`Model`: a trained model of any library, to load, predict and save."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rescora.errors import ModelError, model_error, show
from rescora.files.place import MODEL
from rescora.files.replacing import replacing
from rescora.model.adjust import with_infinity_as_missing, with_shift
from rescora.model.contract import check_live, check_rows
from rescora.model.features import Feature, as_json, parse_features
from rescora.model.parsing.source import read_source
from rescora.model.scorer import Scorer
from rescora.model.stored import store
from rescora.public import public_methods
from rescora.reading.limits import check_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from rescora.core import _core
    from rescora.files.paths import AnyPath
    from rescora.model.ensemble import Loaded


_PIECE = 4 * 1024**2  # bytes written at a time


@public_methods
class Model:
    """
    A trained model: trees or a weighted sum, with the features that it wants.

    `load` makes one; it is immutable, and may be used by many threads at once.

    Examples
    --------
    >>> trees = [{"nodeid": 0, "split": "f0", "split_condition": 2.5, "yes": 1, "no": 2, "missing": 1,
    ...           "children": [{"nodeid": 1, "leaf": -0.5}, {"nodeid": 2, "leaf": 1.5}]}]
    >>> model = Model.load(trees)
    >>> model
    <rescora.Model of xgboost: 1 tree, 1 feature>
    >>> model.predict([[2.0], [3.0]]).tolist()
    [-0.5, 1.5]
    """

    __module__ = "rescora"
    __slots__ = ("_features", "_scorer")

    def __init__(self, loaded: Loaded, features: Sequence[Feature]) -> None:
        self._features = tuple(features)
        self._scorer = Scorer(loaded)

    @property
    def _loaded(self) -> Loaded:
        """What the format read."""
        return self._scorer.loaded

    @property
    def _core(self) -> _core.Model:
        """The core's form of it."""
        return self._scorer.core

    @classmethod
    def load(
        cls,
        source: Any,
        features: Sequence[str | Mapping[str, Any]] | None = None,
        *,
        format: str | None = None,
        default_params: Mapping[str, Any] | None = None,
        test_rows: tuple[ArrayLike, ArrayLike] | None = None,
        check: bool = True,
        elasticsearch_shift: bool | None = None,
        elasticsearch_infinity: bool | None = None,
    ) -> Model:
        """
        Read a model, whatever its format.

        Parameters
        ----------
        source : path, bytes, dict, list or object
            A file or its contents, parsed JSON, or the live object of the library that trained it: LightGBM
            (text, ``dump_model()``), XGBoost (JSON, UBJ, a dump), Elasticsearch (``definition``,
            ``compressed_definition``), the o19s plugin, Solr, RankLib, CatBoost (JSON), scikit-learn (live),
            or what `save` wrote. Pickles are not read.
        features : sequence of str or dict, optional
            The columns, in order: a name, or an extractor, which says how an index computes it. Extractors
            are Elasticsearch's ``{"feature_name", "query", "default_score"}`` (in ``{"query_extractor": …}``
            or bare), or have in place of ``query`` one of ``field``, ``script``, ``first_pass_score``,
            ``param`` and ``term_statistics``. By default those of the file.
        format : str, optional
            The format's name; it is found out by default.
        default_params : dict, optional
            Parameters of the extractors' templates, for those that a request does not give.
        test_rows : tuple of array_like, optional
            Rows of shape (n, features) and the n raw scores that the model must give for them.
        check : bool
            Whether a live object's own prediction is compared on rows made of the model's thresholds: its raw
            scores to the last bit, where the library fixes their bits.
        elasticsearch_shift : bool, optional
            Whether what the scores may fall below 0 is added to them, as Elasticsearch does. By default
            for its own format only.
        elasticsearch_infinity : bool, optional
            Whether an infinite value counts as missing, as in Elasticsearch. By default for its own format
            only.

        Returns
        -------
        Model

        Raises
        ------
        ModelError
            If the source is no model, or has something that cannot be had exactly; if it does not give the
            test rows' scores: the message shows the first row that differs.
        OSError
            If a path cannot be read.
        """
        from rescora.model.formats.registry import (
            find_format,  # not when the package is imported: most never load a model
        )

        given = read_source(source)
        parsed = None if features is None else parse_features(features)
        names = None if parsed is None else tuple(feature.name for feature in parsed)
        loaded = find_format(given, format).load(given, names)
        loaded = _adjusted(loaded, elasticsearch_shift, elasticsearch_infinity)
        params = _params(loaded.default_params if default_params is None else default_params)
        loaded = dataclasses.replace(loaded, default_params=params)
        model = cls(loaded, _features_of(loaded, parsed))
        if test_rows is not None:
            check_rows(model._scorer, *test_rows)
        if check and given.data is None:
            check_live(model._scorer, given.given)
        return model

    def save(self, path: AnyPath, *, overwrite: bool = False) -> None:
        """
        Write the model, its features and parameters to a file that `load` reads: whole, or not at all.

        A file that `save` wrote before is replaced, and its permissions stay; links are followed.

        Parameters
        ----------
        path : path
            The file.
        overwrite : bool
            Whether any other file is replaced too, such as the one that a library saved this model to.

        Raises
        ------
        OSError
            If it cannot be written, or another file stands there; what stood there before is untouched.
        """
        data = self.to_bytes()
        with (
            replacing(path, MODEL, overwrite=overwrite) as descriptor,
            open(descriptor, "wb", closefd=False) as file,
            memoryview(data) as bytes_,
        ):
            for start in range(0, len(data), _PIECE):  # a signal is heard between two
                file.write(bytes_[start : start + _PIECE])

    def to_bytes(self) -> bytes:
        """Return what `save` writes."""
        extractors = [feature.to_dict() for feature in self._features]
        return store(dataclasses.replace(self._loaded, extractors=extractors))

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (self.to_bytes(),)

    def __copy__(self) -> Model:
        return self

    def __deepcopy__(self, _memo: object) -> Model:
        return self

    def predict(self, X: ArrayLike, raw: bool = False) -> NDArray[Any]:  # noqa: N803 - as users know it
        """
        Score rows, as the library that trained the model does.

        Parameters
        ----------
        X : array_like of float, shape (n, features)
            NaN is a missing value, and a category its code. float32 and float64 are used where they lie,
            whatever their strides. A data frame's columns are taken by name where it has all of the model's.
        raw : bool
            Whether the score before the objective's transform is wanted: the margin, ``raw_score``.

        Returns
        -------
        ndarray, shape (n,)
            float32 where the library gives that (XGBoost, o19s, RankLib, Solr), float64 otherwise.

        Raises
        ------
        ModelError
            If X has not the model's columns.
        TypeError
            If X is not two-dimensional, or not of numbers.
        """
        return self._scorer.predict(X, raw=raw)

    def predict_leaves(self, X: ArrayLike) -> NDArray[np.int32]:  # noqa: N803 - as in `predict`
        """
        Return the leaf that each row falls into, tree by tree.

        Returns
        -------
        ndarray of int32, shape (n, trees)
            Leaves are numbered as in the arrays of the format; `ModelError` for a model without trees.
        """
        return self._scorer.predict_leaves(X)

    @property
    def format(self) -> str:
        """The format that it was read from."""
        return self._loaded.format

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns' names; empty if there are none."""
        return self._loaded.feature_names

    @property
    def num_features(self) -> int:
        """The columns of a row."""
        return self._loaded.num_features

    @property
    def num_trees(self) -> int:
        """The trees; 0 for a weighted sum."""
        return self._scorer.core.num_trees

    @property
    def features(self) -> list[dict[str, Any]]:
        """The extractors, as `load` takes them; empty if the model has none."""
        return [feature.to_dict() for feature in self._features]

    @property
    def default_params(self) -> dict[str, Any]:
        """Parameters of the extractors for requests that do not give them."""
        return copy.deepcopy(self._loaded.default_params)

    def __repr__(self) -> str:
        trees = (
            f"{self.num_trees:,} tree{'' if self.num_trees == 1 else 's'}"
            if self.num_trees
            else "weighted sum"
        )
        features = f"{self.num_features} feature{'' if self.num_features == 1 else 's'}"
        return f"<rescora.Model of {self.format}: {trees}, {features}>"


def _unpickled(data: bytes) -> Model:
    """Return what `Model.to_bytes` gave; `Model.load` could be another's in a derived class."""
    return Model.load(data)


def _params(given: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise ModelError(f"must be an object, not [{show(given)}]", path="default_params")
    check_size(given, "default_params", error=model_error)
    try:
        params: dict[str, Any] = json.loads(as_json(dict(given)))  # a copy that nobody else has
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelError(f"is not JSON: {error}", path="default_params") from None
    return params


def _adjusted(loaded: Loaded, shift: bool | None, infinity: bool | None) -> Loaded:
    if infinity is not None:
        loaded = with_infinity_as_missing(loaded, infinity)
    return loaded if shift is None else with_shift(loaded, shift)


def _features_of(loaded: Loaded, parsed: Sequence[Feature] | None) -> Sequence[Feature]:
    """
    Return the caller's extractors, or the file's in the order of its columns.

    Those that no column has the name of are left out: Elasticsearch's trees never ask for them.
    """
    if parsed is not None:
        return parsed
    found = {feature.name: feature for feature in parse_features(loaded.extractors)}
    return [found.get(name, Feature(name)) for name in loaded.feature_names] if found else ()

"""Make the core's model: arrays are copied to the core, which validates them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from rescora.core import _core
from rescora.errors import ModelError
from rescora.model.ensemble import Ensemble
from rescora.model.flat import flatten

if TYPE_CHECKING:
    from rescora.model.ensemble import Loaded


def make_core(loaded: Loaded) -> _core.Model:
    """
    Return the core's model.

    Raises
    ------
    ModelError
        If its trees are none, or look at features that are not there.
    """
    model = loaded.model
    normalizers = [(column, one.offset, one.divisor) for column, one in sorted(loaded.normalizers.items())]
    try:
        settings = _core.ModelSettings(
            loaded.num_features,
            model.base,
            absent=loaded.absent,
            normalizers=normalizers,
            **asdict(model.output),
        )
        if isinstance(model, Ensemble):
            flat = flatten(model.trees)
            return _core.Model.trees(
                **flat._asdict(),
                accumulate=model.accumulate,
                wide=model.wide,
                groups=list(model.groups),
                settings=settings,
            )
        feature = np.ascontiguousarray(model.feature, np.int32)
        weight = np.ascontiguousarray(model.weight, np.float64)
        single = model.accumulate == "float32"
        return _core.Model.linear(feature, weight, single, model.skips_nan, settings)
    except _core.InvalidArgument as error:
        raise ModelError(str(error)) from None

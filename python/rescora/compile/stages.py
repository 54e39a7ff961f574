"""Rescorers become the core's stages: a kind leads to its compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.compile.columns import compile_columns
from rescora.core import _core
from rescora.model.ensemble import Ensemble
from rescora.queries.scripts import SCORE
from rescora.reading.values import illegal
from rescora.request.rescorer import ModelRescorer, QueryRescorer, Rescorer, ScriptRescorer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rescora.model.model import Model
    from rescora.queries import Compiler


def compile_stages(compiler: Compiler, rescorers: Sequence[Rescorer]) -> list[_core.Stage]:
    """Return the core's stages, in the order in which they run."""
    return [_KINDS[type(one)](compiler, one) for one in rescorers]


def _query(compiler: Compiler, stage: QueryRescorer) -> _core.Stage:
    query = compiler.compile(stage.query)
    weights = stage.query_weight, stage.rescore_query_weight
    return _core.Stage.query(stage.window_size, query, *weights, stage.score_mode)


def _script(compiler: Compiler, stage: ScriptRescorer) -> _core.Stage:
    return _core.Stage.script(stage.window_size, compiler.script(stage.script, SCORE))


def _model(compiler: Compiler, stage: ModelRescorer) -> _core.Stage:
    model = compiler.model(stage.model_id, stage.path)
    columns = compile_columns(compiler, model, stage.params, f"{stage.path}.learning_to_rank")
    exit_ = stage.early_exit
    if exit_ is not None:
        _check_early_exit(model, stage)
    return _core.Stage.model(
        stage.window_size,
        stage.model_id,
        model._core,
        columns,
        None if exit_ is None else (exit_.after_trees, exit_.keep),
    )


def _check_early_exit(model: Model, stage: ModelRescorer) -> None:
    """Refuse models of which the best by the first trees are not the best so far."""
    own = model._loaded.model
    path = f"{stage.path}.learning_to_rank.early_exit"
    if not isinstance(own, Ensemble):
        raise illegal(f"[early_exit] is of trees, and model [{stage.model_id}] has none", path)
    if own.groups:
        raise illegal(
            f"[early_exit] is of one ensemble, and model [{stage.model_id}] is {len(own.groups)}", path
        )
    if min(own.output.scale or 0, own.output.slope) < 0:
        raise illegal(f"[early_exit]: model [{stage.model_id}] turns the sum of its trees around", path)


_KINDS: dict[type[Rescorer], Callable[[Compiler, Any], _core.Stage]] = {
    QueryRescorer: _query,
    ScriptRescorer: _script,
    ModelRescorer: _model,
}

"""Random RankLib files: boosted trees, random forests, linear models."""

from functools import partial

import numpy as np

from model_makers.common import ROUNDED_TWICE, Columns, Made, Rng, leaf_value, nested, shape_for, short


def node_of(columns: Columns, _node: int, left: str, right: str) -> str:
    column, threshold = columns.draw()
    asked = f"<feature> {column + 1} </feature>\n<threshold> {short(threshold)} </threshold>\n"
    return f'{asked}<split pos="left">\n{left}</split>\n<split pos="right">\n{right}</split>\n'


def ensemble_of(rng: Rng, columns: Columns, trees: int, leaves: int) -> str:
    lines = ["<ensemble>"]
    for number in range(1, trees + 1):
        body = nested(
            shape_for(rng, leaves),
            partial(node_of, columns),
            lambda _: f"<output> {short(leaf_value(rng))} </output>\n",
        )
        weight = rng.choice(["0.1", "1.0", "0.05", "-0.3"])
        lines.append(f'<tree id="{number}" weight="{weight}">\n<split>\n{body}</split>\n</tree>')
    return "\n".join([*lines, "</ensemble>", ""])


def terms_of(rng: Rng, features: int, name: str) -> str:
    pairs = [f"{i}:{leaf_value(rng)!r}" for i in (rng.permutation(features) + 1)]
    pairs = [f"0:{leaf_value(rng)!r}", *pairs] if name == "Linear Regression" else pairs
    return f"## {name}\n## Lambda = 1.0E-10\n{' '.join(pairs)}\n"


def ranklib_text(rng: Rng, columns: Columns, trees: int, leaves: int) -> str:
    names = ["LambdaMART", "MART", "Random Forests", "Linear Regression", "Coordinate Ascent"]
    name = str(rng.choice(names, p=[0.4, 0.1, 0.3, 0.1, 0.1]))
    if name in names[3:]:
        return terms_of(rng, columns.count, name)
    sizes = [max(1, trees // 3)] * 3 if name == "Random Forests" else [trees]
    ensembles = [ensemble_of(rng, columns, size, leaves) for size in sizes]
    return f"## {name}\n## No. of trees = {trees}\n\n" + "\n".join(ensembles)


def make(seed: int, trees: int, leaves: int, features: int) -> Made:
    rng = np.random.default_rng(seed)
    columns = Columns(rng, features, np.float32, also=(ROUNDED_TWICE,))
    return columns.made(ranklib_text(rng, columns, trees, leaves))

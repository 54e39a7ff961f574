"""LightGBM's text scored as it stands, one row and one node at a time. Source: LightGBM's tree.h."""

import math

import numpy as np

ZERO = float(np.float32(1e-35))  # what is no larger counts as 0 everywhere, and as missing where zeros are
MISSING_ZERO, MISSING_NAN = 1, 2  # 0: NaN is 0, and 0 is not missing


def parse(text: str) -> tuple[dict, list[dict]]:
    """Return the header and the trees, each as its lines ``key=value``; a line without value means True."""
    body = text.split("\nend of trees")[0]
    header, *blocks = body.split("\nTree=")
    return fields(header), [fields(block) for block in blocks]


def fields(block: str) -> dict:
    pairs = (line.partition("=") for line in block.splitlines() if line)
    return {key: value if equals else True for key, equals, value in pairs}


def numbers(tree: dict, key: str, kind: type) -> list:
    return [kind(word) for word in tree.get(key, "").split()]


class Tree:
    """One tree's arrays."""

    def __init__(self, block: dict) -> None:
        self.leaf_value = numbers(block, "leaf_value", float)
        self.alone = int(block["num_leaves"]) == 1
        self.linear = block.get("is_linear") == "1" and not self.alone
        self.split_feature = numbers(block, "split_feature", int)
        self.decision_type = numbers(block, "decision_type", int)
        self.left_child = numbers(block, "left_child", int)
        self.right_child = numbers(block, "right_child", int)
        self.cat_boundaries = numbers(block, "cat_boundaries", int)
        self.cat_threshold = numbers(block, "cat_threshold", int)
        self.threshold = numbers(block, "threshold", float)
        if self.linear:
            self.read_linear(block)

    def read_linear(self, block: dict) -> None:
        """Read each leaf's constant and its coefficients, which stand one leaf's after another's."""
        self.leaf_const = numbers(block, "leaf_const", float)
        features, weights = numbers(block, "leaf_features", int), numbers(block, "leaf_coeff", float)
        terms = list(zip(features, weights, strict=True))
        self.terms = []
        for count in numbers(block, "num_features", int):
            self.terms.append(terms[:count])
            terms = terms[count:]

    def leaf(self, row: list[float]) -> int:
        node = -1 if self.alone else 0
        while node >= 0:
            left = self.goes_left(node, row[self.split_feature[node]])
            node = (self.left_child if left else self.right_child)[node]
        return ~node

    def goes_left(self, node: int, x: float) -> bool:
        kind = self.decision_type[node]
        if kind & 1:
            return self.in_set(int(self.threshold[node]), x)
        default_left, missing = bool(kind & 2), kind >> 2 & 3
        if math.isnan(x) and missing != MISSING_NAN:
            x = 0.0
        if (missing == MISSING_ZERO and abs(x) <= ZERO) or (missing == MISSING_NAN and math.isnan(x)):
            return default_left
        return x <= self.threshold[node]

    def in_set(self, which: int, x: float) -> bool:
        if math.isnan(x) or abs(x) >= 2**31:  # C's (int)x is then negative, or the set has no such bit
            return False
        category = int(x)
        words = self.cat_threshold[self.cat_boundaries[which] : self.cat_boundaries[which + 1]]
        return 0 <= category < 32 * len(words) and bool(words[category // 32] >> category % 32 & 1)

    def value(self, row: list[float]) -> float:
        leaf = self.leaf(row)
        if not self.linear or any(math.isnan(row[feature]) for feature, _ in self.terms[leaf]):
            return self.leaf_value[leaf]
        total = self.leaf_const[leaf]
        for feature, weight in self.terms[leaf]:
            total += weight * row[feature]
        return total


def dense(row: np.ndarray) -> list[float]:
    """Return the row as the dense predictor sees it: whatever is very small is 0."""
    return [0.0 if abs(float(x)) <= ZERO else float(x) for x in row]


def exp(x: float) -> float:
    """Return C's exp, which LightGBM calls: that of NumPy differs, and from processor to processor."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def transform(objective: str, x: float) -> float:
    name, *options = objective.split()
    if name in ("binary", "cross_entropy"):
        slope = next((float(o.partition(":")[2]) for o in options if o.startswith("sigmoid:")), 1.0)
        return 1 / (1 + exp(-slope * x))
    if name in ("poisson", "gamma", "tweedie"):
        return exp(x)
    if name == "cross_entropy_lambda":
        return math.log1p(exp(x))
    return math.copysign(x * x, x) if name == "regression" and "sqrt" in options else x


def score(model: bytes, rows: np.ndarray, raw: bool = False) -> np.ndarray:
    """Return one score a row: the sum of the leaves in float64, in the order of the trees."""
    header, blocks = parse(model.decode())
    trees = [Tree(block) for block in blocks]
    scores = []
    for row in map(dense, rows):
        total = 0.0
        for tree in trees:
            total += tree.value(row)
        if not raw:
            total = total / len(trees) if "average_output" in header else total
            total = transform(header.get("objective", "none"), total)
        scores.append(total)
    return np.array(scores, np.float64)


def leaves(model: bytes, rows: np.ndarray) -> np.ndarray:
    """Return each row's leaf in each tree."""
    trees = [Tree(block) for block in parse(model.decode())[1]]
    return np.array([[tree.leaf(row) for tree in trees] for row in map(dense, rows)], np.int32)

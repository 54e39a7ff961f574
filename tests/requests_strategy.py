"""
Documents and requests by chance, over few words and few numbers, so that ties, repeats and collisions occur.

Every field type and every option of every query turns up; what cannot be asked of a field is not asked.
"""

from hypothesis import strategies as st

WORDS = ("a", "b", "c", "d", "running", "runs", "the")
PREFIXES = ("a", "r", "ru", "run", "t", "z", "")
TAGS = ("red", "green", "r", "", "much-too-long")
MAPPINGS = {
    "properties": {
        "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
        "body": {"type": "text", "analyzer": "english"},
        "note": {"type": "text", "analyzer": "stop", "similarity": "own"},
        "tag": {"type": "keyword", "ignore_above": 6},
        "n": {"type": "long"},
        "i": {"type": "integer"},
        "x": {"type": "double"},
        "f": {"type": "float"},
        "ok": {"type": "boolean"},
        "when": {"type": "date"},
        "at": {"type": "geo_point"},
        "rank": {"type": "rank_feature"},
        "cost": {"type": "rank_feature", "positive_score_impact": False},
        "o": {"properties": {"text": {"type": "text"}, "n": {"type": "short"}}},
    }
}
SETTINGS = {"similarity": {"own": {"type": "BM25", "k1": 0.4, "b": 0.1}}}
TEXT_FIELDS = ("title", "body", "note", "o.text")
WORD_FIELDS = (*TEXT_FIELDS, "tag", "title.raw")
ALL_FIELDS = (*WORD_FIELDS, "n", "i", "x", "f", "ok", "when", "o.n")
UNMAPPED = "nowhere"

texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
queries_text = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
integers = st.integers(-3, 3)
reals = st.sampled_from([-1.5, -0.0, 0.0, 0.1, 1.0, 2.5, 1e10])
days = st.sampled_from(["2023", "2024-01", "2024-01-02", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05.678Z"])
booleans = st.booleans()
points = st.sampled_from(["48.85,2.35", [151.2, -33.9], {"lat": 0, "lon": 179.9}, "u33d", "POINT (-0.5 10)"])
ranks = st.sampled_from([0.001, 1, 1.5, 7, 300.25, 1e20])
tags = st.sampled_from(TAGS)
boosts = st.sampled_from([0, 0.5, 1, 1, 1, 2, 0.1, 3.3])
weights = st.sampled_from([0, 1, 1, 0.7, 1.2, -1, -0.3, 2])
VALUES = {
    "tag": tags,
    "title.raw": texts,
    "n": integers,
    "i": integers,
    "o.n": integers,
    "x": reals,
    "f": reals,
    "ok": booleans,
    "when": days,
}


def one_or_more(values):
    """Return one value, several, none in an array, null."""
    return st.one_of(values, values, st.lists(values, max_size=3), st.none())


documents = st.fixed_dictionaries(
    {},
    optional={
        "title": one_or_more(texts),
        "body": one_or_more(texts),
        "note": one_or_more(texts),
        "tag": one_or_more(tags),
        "n": one_or_more(integers),
        "i": one_or_more(integers),
        "x": one_or_more(reals),
        "f": one_or_more(reals),
        "ok": one_or_more(booleans),
        "when": one_or_more(days),
        "at": st.one_of(points, st.lists(points, max_size=3), st.none()),
        "rank": st.one_of(ranks, st.none()),
        "cost": st.one_of(ranks, st.none()),
        "o": st.fixed_dictionaries({}, optional={"text": one_or_more(texts), "n": one_or_more(integers)}),
    },
)


@st.composite
def collections(draw, document=documents, most=14):
    """Draw documents; some come several times, for ties."""
    drawn = draw(st.lists(document, max_size=most // 2))
    places = draw(st.lists(st.integers(0, len(drawn) - 1), max_size=most // 2)) if drawn else []
    everything = [*drawn, *(drawn[place] for place in places)]
    return [{"id": f"d{number}", **one} for number, one in enumerate(everything)]


minimums = st.one_of(
    st.integers(-4, 5),
    st.sampled_from(["2", "-1", "50%", "75%", "-25%", "100%", "-100%", "33%", "0%", "150%"]),
    st.sampled_from(["1<2", "2<75%", "2<-25%", "1<-1 3<50%", "3<90%", "0<1", "2 < 2", "1<50% 2<-1 4<4"]),
)


def optional(**options):
    """Return a strategy of some of these options."""
    return st.fixed_dictionaries({}, optional=options)


@st.composite
def with_options(draw, required, options):
    return {**draw(st.fixed_dictionaries(required)), **draw(options)}


def on_field(name, fields, required, options):
    """Return a strategy of {name: {field: {...}}}."""
    body = with_options(required, options)
    return st.tuples(st.sampled_from(fields), body).map(lambda pair: {name: {pair[0]: pair[1]}})


match_queries = on_field(
    "match",
    (*WORD_FIELDS, *TEXT_FIELDS, UNMAPPED),
    {"query": queries_text},
    optional(
        operator=st.sampled_from(["or", "and", "AND"]),
        minimum_should_match=minimums,
        boost=boosts,
        zero_terms_query=st.sampled_from(["none", "all"]),
        analyzer=st.sampled_from(["standard", "english", "stop", "whitespace", "simple"]),
    ),
)
phrase_queries = on_field(
    "match_phrase",
    TEXT_FIELDS,
    {"query": queries_text},
    optional(
        slop=st.one_of(st.integers(0, 8), st.sampled_from([99, 100, 101, 102, 103, 250])),
        boost=boosts,
        zero_terms_query=st.sampled_from(["none", "all"]),
    ),
)
prefix_texts = st.tuples(queries_text, st.sampled_from(PREFIXES)).map(" ".join)
phrase_prefix_queries = on_field(
    "match_phrase_prefix",
    TEXT_FIELDS,
    {"query": prefix_texts},
    optional(slop=st.integers(0, 6), max_expansions=st.integers(1, 4), boost=boosts),
)
term_queries = st.one_of(
    on_field("term", TEXT_FIELDS, {"value": st.sampled_from((*WORDS, "run", ""))}, optional(boost=boosts)),
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: on_field("term", [name], {"value": VALUES[name]}, optional(boost=boosts))
    ),
)


def values_of(name):
    return VALUES.get(name, st.sampled_from((*WORDS, "run")))


@st.composite
def terms_queries(draw):
    name = draw(st.sampled_from(ALL_FIELDS))
    options = draw(optional(boost=boosts))
    return {"terms": {name: draw(st.lists(values_of(name), max_size=3)), **options}}


date_limits = st.one_of(
    days,
    st.sampled_from(
        ["2024||+1d", "2024-01-02||/M", "2024-01-02T03:04:05Z||-1d/d", "2024||+1M-1s", "now", "now-10y/y"]
    ),
)
END_VALUES = {
    "n": st.one_of(integers, st.sampled_from([0.5, -0.5, "1", 1e30, -1e30])),
    "i": st.one_of(integers, st.sampled_from([0.5, 1.5, "2"])),
    "o.n": st.one_of(integers, st.sampled_from([1.5])),
    "when": date_limits,
}


@st.composite
def range_queries(draw, fields=ALL_FIELDS):
    name = draw(st.sampled_from(fields))
    ends = END_VALUES.get(name, values_of(name))
    low, high = st.sampled_from(["gt", "gte"]), st.sampled_from(["lt", "lte"])
    body = draw(optional(boost=boosts))
    if draw(st.booleans()):
        body[draw(low)] = draw(ends)
    if draw(st.booleans()):
        body[draw(high)] = draw(ends)
    return {"range": {name: body}}


exists_queries = with_options(
    {"field": st.sampled_from((*ALL_FIELDS, "o", UNMAPPED))}, optional(boost=boosts)
).map(lambda body: {"exists": body})
ids_queries = with_options(
    {"values": st.lists(st.integers(0, 15).map(lambda number: f"d{number}"), max_size=4)},
    optional(boost=boosts),
).map(lambda body: {"ids": body})
prefix_queries = on_field(
    "prefix", WORD_FIELDS, {"value": st.sampled_from((*PREFIXES, "gr", "re"))}, optional(boost=boosts)
)
match_all = optional(boost=boosts).map(lambda body: {"match_all": body})
match_none = st.just({"match_none": {}})

weighted_fields = st.lists(
    st.tuples(st.sampled_from(TEXT_FIELDS), st.sampled_from(["", "^2", "^0.5", "^3.3"])),
    min_size=1,
    max_size=4,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [name + boost for name, boost in pairs])
multi_match_queries = with_options(
    {
        "query": queries_text,
        "fields": weighted_fields,
        "type": st.sampled_from(["best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix"]),
    },
    optional(
        tie_breaker=st.sampled_from([0, 0.3, 0.7, 1]),
        boost=boosts,
        operator=st.sampled_from(["or", "and"]),
        minimum_should_match=minimums,
        zero_terms_query=st.sampled_from(["none", "all"]),
    ),
).map(lambda body: {"multi_match": without_misfits(body)})


def without_misfits(body):
    """Drop the options that a type of multi_match refuses."""
    phrase = body["type"] in ("phrase", "phrase_prefix")
    refused = ("operator", "minimum_should_match") if phrase else ()
    return {key: value for key, value in body.items() if key not in refused}


positives = st.sampled_from([0.001, 0.5, 1, 3.3, 100])
rank_functions = st.one_of(
    st.just({}),
    st.just({"saturation": {}}),
    st.just({"linear": {}}),
    st.fixed_dictionaries({"saturation": st.fixed_dictionaries({"pivot": positives})}),
    st.fixed_dictionaries({"sigmoid": st.fixed_dictionaries({"pivot": positives, "exponent": positives})}),
    st.just({"log": {"scaling_factor": 1.5}}),
)
rank_features = st.tuples(
    st.sampled_from(["rank", "rank", "cost", UNMAPPED]), rank_functions, optional(boost=boosts)
).map(lambda parts: {"rank_feature": {"field": parts[0], **without_log(*parts[:2]), **parts[2]}})
distance_features = st.tuples(
    st.one_of(
        st.fixed_dictionaries(
            {
                "field": st.just("when"),
                "origin": st.sampled_from(["2024-01-02", "2023-06", 1_700_000_000_000]),
                "pivot": st.sampled_from(["7d", "36h", "1ms"]),
            }
        ),
        st.fixed_dictionaries(
            {"field": st.just("at"), "origin": points, "pivot": st.sampled_from(["10km", "3000mi", "1m"])}
        ),
    ),
    optional(boost=boosts),
).map(lambda parts: {"distance_feature": {**parts[0], **parts[1]}})


def without_log(field, function):
    """Drop the logarithm where less is better: it could be negative, and is refused."""
    return {} if field == "cost" and "log" in function else function


value_queries = st.one_of(
    term_queries, terms_queries(), range_queries(), exists_queries, ids_queries, prefix_queries
)
leaves = st.one_of(
    match_queries,
    match_queries,
    phrase_queries,
    phrase_prefix_queries,
    multi_match_queries,
    value_queries,
    rank_features,
    distance_features,
    match_all,
    match_none,
)


field_value_factors = with_options(
    {"field": st.sampled_from(["n", "i", "o.n", "x", "f", "ok", "when"])},
    optional(
        factor=st.sampled_from([0, 0.1, 1, 1.2, 3]),
        modifier=st.sampled_from(
            ["none", "log", "log1p", "LOG2P", "ln", "ln1p", "ln2p", "square", "sqrt", "reciprocal"]
        ),
        missing=st.sampled_from([0, 1, 2.5, 10]),
    ),
)
random_scores = with_options(
    {"seed": st.one_of(st.integers(-9, 9), st.sampled_from([2**40, -(2**40), "seed", ""]))},
    optional(field=st.sampled_from(["_seq_no", "n", "x", "f", "ok", "when", "tag", "title.raw", "at"])),
)
number_decays = st.tuples(
    st.sampled_from(["n", "i", "o.n", "x", "f"]),
    with_options(
        {"origin": st.integers(-3, 3), "scale": st.sampled_from([0.5, 1, 10])},
        optional(offset=st.sampled_from([0, 0.5, 2]), decay=st.sampled_from([0.1, 0.5, 0.9])),
    ),
)
date_decays = st.tuples(
    st.just("when"),
    with_options(
        {"origin": st.sampled_from(["2024-01-02", "2023||+1M"]), "scale": st.sampled_from(["10d", "5h"])},
        optional(offset=st.sampled_from(["1d", "0ms"]), decay=st.sampled_from([0.1, 0.5])),
    ),
)
point_decays = st.tuples(
    st.just("at"),
    with_options(
        {"origin": points, "scale": st.sampled_from(["500km", "1000mi", "3000000"])},
        optional(offset=st.sampled_from(["10km", "5m"]), decay=st.sampled_from([0.1, 0.5])),
    ),
)
decays = st.tuples(
    st.sampled_from(["gauss", "exp", "linear"]),
    st.one_of(number_decays, date_decays, point_decays),
    optional(multi_value_mode=st.sampled_from(["min", "max", "avg", "sum", "median"])),
).map(lambda parts: {parts[0]: {parts[1][0]: parts[1][1], **parts[2]}})
functions = st.one_of(
    field_value_factors.map(lambda body: {"field_value_factor": body}),
    random_scores.map(lambda body: {"random_score": body}),
    decays,
    decays,
)
function_weights = st.sampled_from([0, 0.5, 1, 2, 3.3])
function_score_options = optional(
    boost_mode=st.sampled_from(["multiply", "replace", "sum", "avg", "max", "min", "Sum"]),
    score_mode=st.sampled_from(["multiply", "first", "avg", "max", "sum", "min", "FIRST"]),
    max_boost=st.sampled_from([0.5, 1, 100]),
    min_score=st.sampled_from([0, 0.1, 0.7, 2]),
    boost=boosts,
)


def function_scores(inner):
    """Return function_score with a list of functions, or one beside the query."""

    def entry(draw):
        made = draw(functions) if draw(st.booleans()) else {}
        if not made or draw(st.booleans()):
            made = {**made, "weight": draw(function_weights)}
        return {**made, "filter": draw(inner)} if draw(st.booleans()) else made

    @st.composite
    def function_score(draw):
        body = draw(function_score_options)
        if draw(st.booleans()):
            body["query"] = draw(inner)
        if draw(st.integers(0, 2)):
            body["functions"] = [entry(draw) for _ in range(draw(st.integers(0, 4)))]
        else:
            body |= draw(functions)
        return {"function_score": body}

    return function_score()


def compounds(inner):
    """Return queries made of queries."""
    few = st.lists(inner, max_size=3)
    bools = optional(
        must=few,
        filter=few,
        should=st.lists(inner, max_size=4),
        must_not=st.lists(inner, max_size=2),
        minimum_should_match=minimums,
        boost=boosts,
    ).map(lambda body: {"bool": body})
    dis_max = with_options(
        {"queries": st.lists(inner, min_size=1, max_size=4)},
        optional(tie_breaker=st.sampled_from([0, 0.4, 1]), boost=boosts),
    ).map(lambda body: {"dis_max": body})
    constant = with_options({"filter": inner}, optional(boost=boosts)).map(
        lambda body: {"constant_score": body}
    )
    boosting = with_options(
        {"positive": inner, "negative": inner, "negative_boost": st.sampled_from([0, 0.2, 0.5, 1, 2])},
        optional(boost=boosts),
    ).map(lambda body: {"boosting": body})
    return st.one_of(bools, bools, bools, dis_max, constant, boosting, function_scores(inner))


few_leaves = st.one_of(
    st.sampled_from(WORDS).map(lambda word: {"term": {"title": word}}),
    st.sampled_from(WORDS).map(lambda word: {"match": {"title": {"query": word, "boost": 2}}}),
    match_all,
    leaves,
)
queries = st.recursive(few_leaves, compounds, max_leaves=7)

windows = st.one_of(st.integers(0, 4), st.sampled_from([0, 1, 10, 14, 15, 1000]))
rescorers = st.fixed_dictionaries(
    {
        "query": with_options(
            {"rescore_query": st.one_of(phrase_queries, leaves, queries)},
            optional(
                query_weight=weights,
                rescore_query_weight=weights,
                score_mode=st.sampled_from(["total", "multiply", "avg", "max", "min", "Max"]),
            ),
        )
    },
    optional={"window_size": windows},
)
chains = st.lists(rescorers, min_size=1, max_size=4)
bodies = with_options(
    {"query": queries},
    optional(
        rescore=st.one_of(rescorers, chains),
        size=st.integers(0, 20),
        min_score=st.sampled_from([0, 0.05, 0.5, 1, -1]),
        post_filter=value_queries,
        track_total_hits=st.one_of(st.booleans(), st.integers(0, 5)),
        **{"from": st.integers(0, 6)},
    ),
)

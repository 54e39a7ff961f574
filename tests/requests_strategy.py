"""
Random documents and requests, over few terms and few numbers, so that ties, repeats and collisions occur.

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
SETTINGS = {
    "similarity": {"own": {"type": "BM25", "k1": 0.4, "b": 0.1}},
    "indices.id_field_data.enabled": True,  # random scores by _id
}
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


# Scripts that can score any document, and below them some that cannot: for want of a value, by a division by
# zero, or with a negative score. Parameters not asked for do no harm.
SCORES = (
    "_score * params.w",
    "_score + Math.abs(doc['n'].size() == 0 ? 0 : doc['n'].value)",
    "doc['x'].empty ? _score : Math.max(0, doc['x'].value)",
    "doc.i.empty ? 0.5f : Math.abs(doc.i.value) / 2",
    "double s = 0; for (v in doc['i']) { s += Math.abs(v) } return s / (1 + s) + Math.abs(_score)",
    "long s = doc['o.n'].length; for (long v : doc['n']) { if (v < 0) continue; s += v * v } return s",
    "saturation(doc['f'].empty ? 1 : Math.abs(doc['f'].value), params.k)",
    "sigmoid(Math.abs(_score) + 1, params.k, 2)",
    "decayNumericGauss(params.o, 10, 0.5, 0.5, doc['x'].size() == 0 ? 1 : doc['x'].value)",
    "decayNumericLinear(0, params.k, 0, 0.3, doc['n'].empty ? 0 : doc['n'].value)",
    "if (doc['when'].empty) { return 1 } "
    "return decayDateExp('2024-01-02T00:00:00Z', '10d', '1h', 0.5, doc['when'].value)",
    "doc['when'].empty ? 0 : doc['when'].value.getYear() % 10 + doc['when'].value.getHour()",
    "randomScore(params.o)",
    "randomScore(params.o, 'tag')",
    "randomScore(params.o, 'x') + _score * 0",
    "doc['tag'].size() > 0 && params.tags.contains(doc['tag'].value) ? _score * 2 : _score",
    "params.by.getOrDefault(doc['title.raw'].empty ? '' : doc['title.raw'].value, 0.5)",
    "Math.log10(Math.abs(_score) + 2) * params.w",
    "doc['ok'].empty || doc['ok'].value ? 2 : 1",
    "def best = 0; for (t in doc['tag']) { if (t.length() > best) { best = t.length() } } return best",
    "double twice(double x) { return x + x } return twice(Math.sqrt(Math.abs(_score)))",
)
FAILING_SCORES = (
    "doc['n'].value + 3",
    "1 / (doc['i'].size() - 1) + 1",
    "_score - 1",
    "doc['x'].value",
    "doc['o.n'].get(1) + 5",
    "_score / 0.0 - _score / 0.0 + 1",
    "if (doc['tag'].size() > 1) { return -1 } return 10 / (doc['n'].empty ? 1 : doc['n'].value + 3)",
    "Integer.parseInt(doc['tag'].empty ? '1' : doc['tag'].value.length() < 3 ? 'x' : '2')",
)
CONDITIONS = (
    "doc['n'].size() > 0 && doc['n'].value > params.o",
    "params.flag",
    "doc['tag'].contains(params.tags[0])",
    "!doc['when'].empty && doc['when'].value.getYear() > 2023",
    "for (v in doc['x']) { if (v > 0) { return true } } return false",
    "doc['i'].length % 2 == 0",
    "doc['title.raw'].size() != 0 && doc['title.raw'].value.startsWith('a')",
)
FAILING_CONDITIONS = ("doc['n'].value > 0", "1 / doc['i'].size() > 0", "doc['f'].value < params.k")
script_parameters = st.fixed_dictionaries(
    {
        "w": st.sampled_from([0, 0.5, 1, 2, 1.7]),
        "k": st.sampled_from([1, 0.1, 2.5]),
        "o": st.integers(-3, 3),
        "flag": st.booleans(),
        "tags": st.lists(st.sampled_from(TAGS), min_size=1, max_size=3),
        "by": st.dictionaries(st.sampled_from([*WORDS, "a b"]), st.sampled_from([0, 1, 2.5, 2**40])),
    }
)


def scripts_of(sources, failing):
    """Return a strategy of scripts, one in sixteen of which may fail on a document."""
    source = st.integers(1, 16).flatmap(lambda chance: st.sampled_from(failing if chance == 1 else sources))
    return st.fixed_dictionaries({"source": source, "params": script_parameters})


scores_by_script = scripts_of(SCORES, FAILING_SCORES)
script_filters = scripts_of(CONDITIONS, FAILING_CONDITIONS).map(lambda script: {"script": {"script": script}})


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
    script_filters,
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
    optional(
        field=st.sampled_from(["_seq_no", "_id", "n", "x", "f", "ok", "when", "tag", "title.raw", "at"])
    ),
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
    scores_by_script.map(lambda script: {"script_score": {"script": script}}),
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
    by_script = with_options(
        {"query": inner, "script": scores_by_script},
        optional(min_score=st.sampled_from([0, 0.5, 2]), boost=boosts),
    ).map(lambda body: {"script_score": body})
    return st.one_of(bools, bools, bools, dis_max, constant, boosting, function_scores(inner), by_script)


few_leaves = st.one_of(
    st.sampled_from(WORDS).map(lambda word: {"term": {"title": word}}),
    st.sampled_from(WORDS).map(lambda word: {"match": {"title": {"query": word, "boost": 2}}}),
    match_all,
    leaves,
)
queries = st.recursive(few_leaves, compounds, max_leaves=7)

windows = st.one_of(st.integers(0, 4), st.sampled_from([0, 1, 10, 14, 15, 1000]))
query_rescorers = st.fixed_dictionaries(
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
script_rescorers = st.fixed_dictionaries(
    {"script": scores_by_script.map(lambda script: {"script": script})}, optional={"window_size": windows}
)
rescorers = st.one_of(query_rescorers, query_rescorers, script_rescorers)
chains = st.lists(rescorers, min_size=1, max_size=4)
# Features of any kind, and what a model makes of them: `ranking_chains` name the models "m" and "n".
EXTRACTORS = (
    {"query": {"match": {"title": "{{words}}"}}},
    {"query": {"match_phrase": {"body": {"query": "{{words}}", "slop": 3}}}, "default_score": 0.5},
    {"query": {"range": {"n": {"gte": "{{low}}", "boost": 2}}}},
    {"query": {"multi_match": {"query": "a b the", "fields": ["title^2", "body", "note"]}}},
    {"query": {"bool": {"must": {"term": {"tag": "red"}}, "should": {"match": {"o.text": "{{words}}"}}}}},
    {"field": "n"},
    {"field": "x"},
    {"field": "when"},
    {"first_pass_score": True},
    {"param": "low", "default": -1},
    {"param": "nothing"},
)
MODEL_WINDOWS = (26, 30, 1000)  # as large as any page of `bodies`


def extractors(names):
    """Return a strategy of one extractor a name."""
    return st.permutations(EXTRACTORS).map(
        lambda drawn: [{"feature_name": name, **one} for name, one in zip(names, drawn, strict=False)]
    )


model_rescorers = st.fixed_dictionaries(
    {
        "window_size": st.sampled_from(MODEL_WINDOWS),
        "learning_to_rank": st.fixed_dictionaries(
            {
                "model_id": st.sampled_from(["m", "n"]),
                "params": optional(words=queries_text, low=st.integers(-2, 2)),
            }
        ),
    }
)


def with_smaller_windows(chain):
    """Return the chain with no window larger than a model's before it, which is refused."""
    most, made = 10_000, []
    for one in chain:
        window = min(one.get("window_size", 10), most)
        made.append({**one, "window_size": window})
        most = window if "learning_to_rank" in one else most
    return made


ranking_chains = st.tuples(
    st.lists(rescorers, max_size=2),
    model_rescorers,
    st.lists(st.one_of(rescorers, model_rescorers), max_size=2),
).map(lambda parts: with_smaller_windows([*parts[0], parts[1], *parts[2]]))
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

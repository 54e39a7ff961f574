"""The learning-to-rank rescorer ranks as its features, computed one by one, and the model's library do."""

import json
from pathlib import Path

import numpy as np
import pytest

import ranking
from agreement import bits, bits_of
from ranking import EVERYTHING, FEATURES, TEXTS, first_query, in_order, params_of, plainly, ranked, stump
from reference.goldens import beside
from rescora import Index, Model


@pytest.fixture(scope="module", params=[1, 3], ids=["one shard", "three shards"])
def papers(request) -> Index:
    return ranking.papers(request.param)


@pytest.fixture(scope="module")
def rows():
    return ranking.training_rows(ranking.papers())


@pytest.fixture(scope="module")
def lightgbm_booster(rows):
    library = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    data = library.Dataset(*rows, group=[len(rows[0])], params={"verbose": -1}, free_raw_data=False)
    told = {
        "objective": "lambdarank",
        "num_leaves": 15,
        "verbose": -1,
        "num_threads": 1,
        "min_data_in_leaf": 5,
    }
    told["lambdarank_truncation_level"] = 30
    return library.train(told, data, 40)


@pytest.fixture(scope="module")
def xgboost_booster(rows):
    library = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    ranker = library.XGBRanker(n_estimators=40, max_depth=4, n_jobs=1, objective="rank:ndcg")
    return ranker.fit(*rows, group=[len(rows[0])]).get_booster()


def own_predictions(booster):
    """Return what the library itself makes of rows."""
    if hasattr(booster, "feature_name"):
        return lambda rows: booster.predict(rows, raw_score=True)
    import xgboost

    return lambda rows: booster.predict(xgboost.DMatrix(rows), output_margin=True)


@pytest.fixture(params=["lightgbm_booster", "xgboost_booster"])
def booster(request):
    return request.getfixturevalue(request.param)


def search(index, text, window, **more):
    rescore = ranked(window, "m", params_of(text))
    return index.search({"query": first_query(text), "size": window, "rescore": rescore, **more})


# -- the path of a request, step by step in Python


@pytest.mark.parametrize("search_type", ["query_then_fetch", "dfs_query_then_fetch"])
def test_a_search_ranks_as_the_library_ranks_the_features(papers, booster, search_type):
    papers.put_model("m", Model.load(booster, FEATURES))
    predict = own_predictions(booster)
    for text in TEXTS:
        hits = search(papers, text, EVERYTHING, search_type=search_type)

        want = bits(plainly(papers, text, EVERYTHING, predict, search_type))
        assert bits_of(hits) == want, text
        assert len({score for _, score in want}) > 5, "the model tells papers apart"


def test_the_window_is_cut_before_the_model_scores_it(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    shards = papers._view.core.num_shards
    for window in (1, 17, 40):
        hits = search(papers, TEXTS[0], window)

        want = plainly(papers, TEXTS[0], window, own_predictions(booster))
        assert len(want) == window * shards
        assert bits_of(hits) == bits(want[:window])
        assert hits.total == papers.search(query=first_query(TEXTS[0]), size=0).total


def test_many_searches_at_once_give_what_each_gives_alone(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    bodies = [
        {"query": first_query(text), "rescore": ranked(40, "m", params_of(text)), "search_type": kind}
        for text in TEXTS
        for kind in ("query_then_fetch", "dfs_query_then_fetch")
    ]
    bodies.insert(3, {"rescore": ranked(40, "another")})

    answers = papers.msearch(bodies, threads=4)

    assert answers[3].status == 404
    for body, hits in zip(bodies[:3] + bodies[4:], answers[:3] + answers[4:], strict=True):
        assert bits_of(hits) == bits_of(papers.search(body))


def test_pages_are_parts_of_the_whole_ranking(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    whole = bits_of(search(papers, TEXTS[0], 60))

    for begin in (0, 7, 50):
        part = search(papers, TEXTS[0], 60, **{"from": begin, "size": 10})
        assert bits_of(part) == whole[begin : begin + 10]
        assert part.max_score == search(papers, TEXTS[0], 60).max_score


def test_filters_and_the_least_score_are_the_first_passs(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    filter_ = {"range": {"num_pages": {"lte": 12}}}
    first = papers.search(query=first_query(TEXTS[0]), size=EVERYTHING, post_filter=filter_, min_score=0.4)
    assert 10 < len(first) < papers.search(query=first_query(TEXTS[0]), size=0).total

    hits = search(papers, TEXTS[0], EVERYTHING, post_filter=filter_, min_score=0.4)

    left = set(first.ids)
    whole = plainly(papers, TEXTS[0], EVERYTHING, own_predictions(booster))
    assert bits_of(hits) == bits([(id_, score) for id_, score in whole if id_ in left])


# -- hits that come from elsewhere


def test_given_hits_are_ranked_and_their_scores_are_the_first_pass(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    given = {paper["id"]: np.float32(i % 7) for i, paper in enumerate(ranking.PAPERS[:90])}
    params = params_of(TEXTS[1])
    table = ranking.table(papers, given, params, "query_then_fetch")
    want = bits(in_order(papers, given, np.float32(own_predictions(booster)(table))))

    hits = papers.rescore(list(given), list(given.values()), ranked(100, "m", params), size=None)
    stage = papers.rescorer(ranked(100, "m", params), size=None)
    docs, scores = stage(papers.docs(list(given)), list(given.values()))

    assert bits_of(hits) == want
    assert bits(zip(papers.ids(docs), scores, strict=True)) == want


def test_a_rescorers_parameters_become_the_models(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    params = {"query_text": "{{text}}", "category": "h{{two_letters}}", "length": "{{length}}"}
    stage = papers.rescorer(ranked(EVERYTHING, "{{model}}", params), size=None)
    assert stage.variables == {"text", "two_letters", "length", "model"}

    for text in TEXTS:
        first = ranking.matches(papers, first_query(text), "query_then_fetch")
        given = {"text": text, "two_letters": "ep", "length": len(text), "model": "m"}
        docs, scores = stage(papers.docs(list(first)), list(first.values()), given)

        assert bits(zip(papers.ids(docs), scores, strict=True)) == bits_of(search(papers, text, EVERYTHING))


def test_a_rescorers_parameters_keep_their_types():
    index = Index.from_documents([{"id": "a", "tag": "x"}, {"id": "b", "tag": "y"}], "id")
    index.put_model(
        "m",
        Model.load(
            [stump("number", 2.5, 0.0, 10.0), stump("tagged", 0.0, 0.0, 1.0)],
            [
                {"feature_name": "number", "param": "n"},
                {"feature_name": "tagged", "query": {"terms": {"tag.keyword": ["{{#join}}tags{{/join}}"]}}},
            ],
        ),
    )
    stage = index.rescorer(ranked(10, "m", {"n": "{{n}}", "tags": "{{tags}}"}))

    def scores(**params):
        docs, found = stage([0, 1], [1, 1], params)
        return dict(zip(index.ids(docs), found.tolist(), strict=True))

    assert scores(n=3, tags=["y"]) == {"a": 10, "b": 11}
    assert scores(n=2.5, tags=["x"]) == {"a": 11, "b": 10}
    assert scores(n=True, tags=["x"]) == {"a": 1, "b": 0}
    assert scores(n=None, tags=[]) == {"a": 0, "b": 0}


def test_many_lists_are_ranked_each_by_its_parameters(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    stage = papers.rescorer(ranked(30, "m", {name: f"{{{{{name}}}}}" for name in params_of("")}), size=5)
    lists = [ranking.matches(papers, first_query(text), "query_then_fetch") for text in TEXTS]
    docs = papers.docs([id_ for one in lists for id_ in one])
    scores = np.array([score for one in lists for score in one.values()], np.float32)
    offsets = np.cumsum([0, *map(len, lists)])

    found, new, ends = stage.batch(docs, scores, offsets, [params_of(text) for text in TEXTS], threads=3)

    for i, text in enumerate(TEXTS):
        part = slice(ends[i], ends[i + 1])
        got = bits(zip(papers.ids(found[part]), new[part], strict=True))
        assert got == bits_of(search(papers, text, 30))[:5]


# -- chains


def test_a_model_sees_the_scores_of_the_rescorer_before_it():
    papers = ranking.papers()
    first = {"feature_name": "first", "first_pass_score": True}
    papers.put_model("m", Model.load([stump("first", 0.6, 1.0, 2.0)], [first]))
    before = {
        "window_size": 60,
        "query": {"rescore_query": {"match": {"text": "quantum"}}, "query_weight": 0},
    }
    alone = papers.search(query=first_query(TEXTS[0]), size=60, rescore=before)

    hits = papers.search(query=first_query(TEXTS[0]), size=60, rescore=[before, ranked(60, "m")])

    want = np.where(alone.scores >= 0.6, 2, 1)
    assert {1, 2} == set(want.tolist())
    assert bits_of(hits) == bits(in_order(papers, alone.ids, want))


def test_a_rescorer_after_a_model_begins_with_its_scores(booster):
    papers = ranking.papers()
    papers.put_model("m", Model.load(booster, FEATURES))
    after = {
        "window_size": 9,
        "query": {"rescore_query": {"match": {"title": "the"}}, "query_weight": 0.5, "score_mode": "max"},
    }
    alone = search(papers, TEXTS[0], 30)

    hits = search(papers, TEXTS[0], 30, rescore=[ranked(30, "m", params_of(TEXTS[0])), after])

    assert bits_of(hits) == bits_of(papers.rescore(alone.ids, alone.scores, after, size=None))


def test_a_model_cuts_the_hits_for_those_after_it():
    index = Index.from_documents([{"id": str(i), "n": i} for i in range(9)], "id")
    index.put_model("m", Model.load([stump("n", 4.0, 1.0, 2.0)], [{"feature_name": "n", "field": "n"}]))

    first = {"window_size": 20, "script": {"script": {"source": "doc['n'].value"}}}
    hits = index.search(rescore=[first, ranked(5, "m"), ranked(3, "m")], size=3)

    assert list(zip(hits.ids, hits.scores.tolist(), strict=True)) == [("4", 2), ("5", 2), ("6", 2)]
    assert hits.total == 9


# -- goldens


PRODUCTS = [
    {"id": f"{name}-{cost}", "product": name, "cost": cost}
    for name, costs in {"TV": (20, 30, 900), "VCR": (10, 15, 80), "Laptop": (25, 38, 2_000)}.items()
    for cost in costs
]


def elasticsearch_tree(feature, threshold, left, right):
    split = {"decision_type": "lte", "default_left": True, "left_child": 1, "right_child": 2}
    nodes = [
        {"node_index": 0, "split_feature": 0, "threshold": threshold, **split},
        {"node_index": 1, "leaf_value": left},
        {"node_index": 2, "leaf_value": right},
    ]
    return {"tree": {"feature_names": [feature], "tree_structure": nodes, "target_type": "regression"}}


def product_model():
    trees = [elasticsearch_tree("cost", 38, 5, 2), elasticsearch_tree("type_tv", 1, 1, 12)]
    cost = {"script_score": {"query": {"match_all": {}}, "script": {"source": "return doc['cost'].value;"}}}
    extractors = [
        {"query_extractor": {"feature_name": "cost", "query": cost}},
        {"query_extractor": {"feature_name": "type_tv", "query": {"term": {"product": "{{keyword}}"}}}},
    ]
    return {
        "inference_config": {
            "learning_to_rank": {"feature_extractors": extractors, "default_params": {"keyword": "TV"}}
        },
        "definition": {"trained_model": {"ensemble": {"trained_models": trees, "target_type": "regression"}}},
    }


@pytest.fixture
def products() -> Index:
    mappings = {"properties": {"product": {"type": "keyword"}, "cost": {"type": "integer"}}}
    index = Index.from_documents(PRODUCTS, "id", mappings=mappings)
    index.put_model("ltr-model", Model.load(product_model()))
    return index


def test_elasticsearchs_own_test_gives_its_scores(products):
    rescore = ranked(10, "ltr-model")

    every = products.search(query={"match_all": {}}, rescore=rescore, size=3)
    laptops = products.search(query={"term": {"product": "Laptop"}}, rescore=rescore, size=3)

    assert every.scores.tolist() == [17, 17, 14]
    assert laptops.scores.tolist() == [6, 6, 3]
    assert products.search(query={"term": {"product": "TV"}}).scores[0] == np.float32(1.0498221)
    other = products.search(rescore=ranked(10, "ltr-model", {"keyword": "Laptop"}), size=3)
    assert other.scores.tolist() == [17, 17, 14]
    assert other[0].id.startswith("Laptop")


def test_the_manuals_request_runs_as_it_is_written():
    page = beside() / "seeds" / "rescore-search-results.md"
    if not page.exists():
        pytest.skip(f"NOT RUN: {page} is not there; RESCORA_SHARED names its folder")
    blocks = page.read_text("utf-8").split("```json\n")[1:]
    request = next(json.loads(block.split("```")[0]) for block in blocks if '"model_id"' in block)
    docs = [
        {"id": "1", "title": "the quick brown fox", "content": "jumps"},
        {"id": "2", "title": "a fox", "content": "the quick brown fox the quick brown fox"},
        {"id": "3", "title": "dogs", "content": "sleep"},
    ]
    index = Index.from_documents(docs, "id")
    features = [
        {"feature_name": name, "query": {"match": {name: "{{query_text}}"}}} for name in ("title", "content")
    ]
    trees = [stump("title", 1.0, 0.0, 1.0), stump("content", 1e-9, 0.25, 8.0)]
    index.put_model("ltr-model", Model.load(trees, features))

    hits = index.search(request)

    assert list(zip(hits.ids, hits.scores.tolist(), strict=True)) == [("2", 8), ("1", 1.25)]


# -- explanations and times


def test_an_explanation_has_the_scores_bits_and_its_features(papers, booster):
    papers.put_model("m", Model.load(booster, FEATURES))
    hits = search(papers, TEXTS[0], 60, explain=True)

    first = ranking.matches(papers, first_query(TEXTS[0]), "query_then_fetch")
    rows = ranking.table(
        papers, {hit.id: first[hit.id] for hit in hits}, params_of(TEXTS[0]), "query_then_fetch"
    )
    for hit, row in zip(hits, rows, strict=True):
        explained = hit.explanation
        assert np.float32(explained["value"]) == np.float32(hit.score)
        assert explained["description"] == "rescored using LTR model m"
        before = explained["details"][0]
        assert before["description"] == "first pass query score"
        assert np.float32(before["value"]) == first[hit.id] == np.float32(before["details"][0]["value"])
        there = {name: value for name, value in zip(ranking.NAMES, row, strict=True) if not np.isnan(value)}
        assert ranking.features_of(explained) == there


def test_the_leaves_in_an_explanation_add_up(papers, booster):
    model = Model.load(booster, FEATURES)
    papers.put_model("m", model)
    for hit in search(papers, TEXTS[0], 20, explain=True):
        leaves = hit.explanation["details"][2]
        assert leaves["description"] == "leaves, tree by tree"
        assert len(leaves["details"]) == model.num_trees
        total = model._loaded.model.base + sum(leaf["value"] for leaf in leaves["details"])
        assert total == pytest.approx(hit.score, rel=1e-4, abs=1e-5)  # each leaf is shown as a float32


def test_an_explanation_shows_the_way_through_each_tree(products):
    explained = products.explain("VCR-80", rescore=ranked(10, "ltr-model"))

    assert explained["value"] == 3
    assert [node["description"] for node in explained["details"][2]["details"]] == [
        "tree 0: cost = 80 right, leaf 1",
        "tree 1: type_tv = nan left, leaf 0",
    ]
    assert [node["value"] for node in explained["details"][2]["details"]] == [2, 1]
    absent = products.explain("VCR-80", query={"term": {"product": "TV"}}, rescore=ranked(10, "ltr-model"))
    assert absent["description"] == "no match found"


def test_documents_outside_the_window_are_explained_too(products):
    rescore = ranked(1, "ltr-model")

    assert products.search(rescore=rescore, size=1).ids == ["TV-20"]
    assert products.explain("TV-900", rescore=rescore, size=1)["value"] == 14


def test_explanations_of_chains_nest(products):
    after = {"window_size": 3, "query": {"rescore_query": {"match_all": {}}, "query_weight": 2.0}}
    chain = [after | {"window_size": 20}, ranked(10, "ltr-model"), after]
    hits = products.search(rescore=chain, size=10, explain=True)

    assert hits.scores[:3].tolist() == [35, 35, 29]
    for hit in hits:
        outer = hit.explanation
        assert outer["value"] == hit.score
        inner = outer["details"][0]
        by_model = inner["details"][0] if outer["description"] == "sum of:" else inner
        assert by_model["description"] == "rescored using LTR model ltr-model"
        assert by_model["details"][0]["value"] == 3  # 2 * 1 + 1


def test_each_stages_time_is_told(products):
    told = products.search(rescore=[ranked(10, "ltr-model")] * 2, profile=True).profile

    times = told["shards"][0]["rescore"]
    assert len(times) == 2
    assert all(time["time_in_nanos"] > 0 for time in times)


# -- files


def test_a_saved_index_has_its_models(papers, booster, tmp_path):
    papers.put_model("m", Model.load(booster, FEATURES, default_params={"category": "hep"}))
    papers.save(tmp_path / "papers")

    opened = Index.open(tmp_path / "papers", verify=True)

    assert {*opened.models} >= {"m"}
    assert opened.models["m"].features == papers.models["m"].features
    assert opened.models["m"].default_params == {"category": "hep"}
    for text in TEXTS:
        assert bits_of(search(opened, text, 50)) == bits_of(search(papers, text, 50))
    opened.delete_model("m")
    assert "m" not in opened.models
    assert "m" in Index.open(tmp_path / "papers").models


def test_a_saved_model_ranks_as_it_did(papers, booster, tmp_path):
    model = Model.load(booster, FEATURES)
    papers.put_model("m", model)
    want = bits_of(search(papers, TEXTS[0], 50))
    model.save(tmp_path / "model")
    papers.put_model("m", Model.load(Path(tmp_path / "model")))

    assert bits_of(search(papers, TEXTS[0], 50)) == want


def shop_tree(name, threshold, test, below, beyond):
    root = {"node_index": 0, "split_feature": 0, "threshold": threshold, "decision_type": test}
    root |= {"default_left": True, "left_child": 1, "right_child": 2}
    leaves = [{"node_index": 1, "leaf_value": below}, {"node_index": 2, "leaf_value": beyond}]
    return {"tree": {"feature_names": [name, f"{name}_squared"], "tree_structure": [root, *leaves]}}


def shop_model(names):
    """Two trees in Elasticsearch's format; they ask for price and is_lamp, whatever else is extracted."""
    queries = {
        "price": {"script_score": {"query": {"match_all": {}}, "script": "return doc['price'].value;"}},
        "is_lamp": {"term": {"kind": "lamp"}},
        "is_chair": {"term": {"kind": "chair"}},
    }
    extractors = [{"query_extractor": {"feature_name": name, "query": queries[name]}} for name in names]
    trees = [shop_tree("price", 40, "lte", 4.0, 1.0), shop_tree("is_lamp", 0.01, "lt", 2.0, 9.0)]
    ensemble = {"trained_models": trees, "target_type": "regression", "feature_names": [*queries, "weight"]}
    return {
        "inference_config": {"learning_to_rank": {"feature_extractors": extractors}},
        "definition": {"trained_model": {"ensemble": ensemble}},
    }


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("names", [("price", "is_lamp"), ("is_chair", "price", "is_lamp")])
def test_an_extractor_and_a_feature_that_no_tree_uses_are_no_errors(names, shards):
    mappings = {"properties": {"kind": {"type": "keyword"}, "price": {"type": "integer"}}}
    shop = [("lamp", 30), ("lamp", 50), ("chair", 30), ("chair", 90)]
    docs = [{"_id": f"{kind} {price}", "kind": kind, "price": price} for kind, price in shop]
    index = Index.from_documents(docs, mappings=mappings, settings={"number_of_shards": shards})

    index.put_model("shop", Model.load(shop_model(names)))

    hits = index.search(rescore={"window_size": 10, "learning_to_rank": {"model_id": "shop"}})
    assert dict(zip(hits.ids, hits.scores.tolist(), strict=True)) == {
        "lamp 30": 13.0,
        "lamp 50": 10.0,
        "chair 30": 6.0,
        "chair 90": 3.0,
    }

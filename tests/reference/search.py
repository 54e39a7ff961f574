"""The reference itself: an index of one or more shards that answers search bodies and rescores given hits."""

from typing import NamedTuple

import numpy as np

from .collect import Collected, collect
from .index import Shard
from .mapping import as_text, make_mapping
from .parse import parse
from .queries import ConstantScore, MatchAll
from .ranking import RankingModel, apply_model, filled
from .rescore import Hit, ModelRescorer, ScriptRescorer, apply, apply_script, by_score, parse_rescorers
from .rewrite import rewrite
from .routing import shard_of
from .score import Statistics, make_scorer
from .scripts import of_document

# Keys that change nothing here: they decide what is shown beside ids and scores.
SHOWN_ONLY = {"_source", "explain", "profile", "sort"}
KNOWN = {
    "query",
    "rescore",
    "from",
    "size",
    "min_score",
    "post_filter",
    "track_total_hits",
    "search_type",
} | SHOWN_ONLY


class Result(NamedTuple):
    hits: list[tuple[str, np.float32]]
    total: int | None
    total_relation: str


def count(total: int, track: bool | int) -> tuple[int | None, str]:
    """Count to 10,000, or as far as asked; -1 means as `false`, not at all."""
    if track is False or track == -1:
        return None, "eq"
    limit = total if track is True else track
    return (limit, "gte") if total > limit else (total, "eq")


class Reference:
    """
    Documents that can be searched and rescored, slowly.

    Parameters
    ----------
    docs : iterable of dict
        The documents, in order; each one's id is under `id_field` and is no field of the document.
    mappings, settings : dict, optional
        As an Elasticsearch index is created with.
    """

    def __init__(self, docs, mappings=None, settings=None, id_field="id"):
        settings = settings or {}
        flat = {**settings, **{f"index.{key}": value for key, value in settings.get("index", {}).items()}}
        shards = flat.get("number_of_shards", flat.get("index.number_of_shards", 1))
        self.mapping = make_mapping(mappings, settings)
        self.models: dict[str, RankingModel] = {}
        self.shards = [Shard(self.mapping) for _ in range(int(shards))]
        for number, doc in enumerate(docs):
            id_ = as_text(doc.get(id_field, number))
            fields = {name: value for name, value in doc.items() if name != id_field}
            self.shards[shard_of(id_, len(self.shards))].add(id_, fields)
        name = flat.get("index.name", "index")
        base = 0
        for number, shard in enumerate(self.shards):
            shard.base, shard.number, shard.index_name = base, number, name
            base += len(shard.ids)

    def search(self, body: dict, search_type: str | None = None) -> list[tuple[str, np.float32]]:
        """Answer a search body: the hits' ids and scores in order."""
        return self.result(body, search_type).hits

    def result(self, body: dict, search_type: str | None = None) -> Result:
        """Answer a search body, with the count of what matched."""
        if set(body) - KNOWN:
            msg = f"the reference does not know {sorted(set(body) - KNOWN)}"
            raise ValueError(msg)
        body = {"search_type": search_type, "size": 10, "from": 0, **body}
        query = parse(body["query"], self.mapping) if body.get("query") else MatchAll()
        rescorers = parse_rescorers(body.get("rescore", []), self.mapping)
        lists, total = [], 0
        with np.errstate(all="ignore"):  # overflow and infinity are answers, too
            collected = self.collected([query, *self.queries_of(rescorers)], body["search_type"])
            if body["size"] == 0 and not body.get("min_score"):
                query = ConstantScore(query)  # where nothing but the number of hits is asked for
            for shard in self.shards:
                hits = self.first_pass(query, shard, body, collected)
                total += len(hits)
                wanted = max([body["from"] + body["size"], *(rescorer.window for rescorer in rescorers)])
                hits = hits[:wanted]
                if body["size"] > 0:
                    hits = self.rescore_shard(rescorers, shard, hits, collected)
                lists.append((shard, hits))
        page = merge(lists)[body["from"] : body["from"] + body["size"]]
        return Result(page, *count(total, body.get("track_total_hits", 10_000)))

    def rescore(self, ids, scores, rescore, size=None, search_type=None) -> list[tuple[str, np.float32]]:
        """Rescore hits from elsewhere, in any order; each shard has its own window."""
        given = {str(id_): np.float32(score) for id_, score in zip(ids, scores, strict=True)}
        rescorers = parse_rescorers(rescore, self.mapping)
        lists = []
        with np.errstate(all="ignore"):
            collected = self.collected(self.queries_of(rescorers), search_type)
            for shard in self.shards:
                hits = [Hit(i, given[id_]) for i, id_ in enumerate(shard.ids) if id_ in given]
                hits.sort(key=by_score)  # as numbers: -0.0 is 0.0
                lists.append((shard, self.rescore_shard(rescorers, shard, hits, collected)))
        return merge(lists)[:size]

    def queries_of(self, rescorers) -> list:
        """Return the queries by which rescorers score, those of models' features among them."""
        queries = []
        for rescorer in rescorers:
            if isinstance(rescorer, ModelRescorer):
                features = self.models[rescorer.model_id].features
                filled_in = [filled(one, rescorer.params) for one in features if "query" in one]
                queries += [parse(one, self.mapping) for one in filled_in]
            elif not isinstance(rescorer, ScriptRescorer):
                queries.append(rescorer.query)
        return queries

    def collected(self, queries: list, search_type: str | None) -> Collected | None:
        """Return the statistics of all shards, if the search type wants them."""
        if search_type != "dfs_query_then_fetch":
            return None
        return collect(lambda shard: [rewrite(query, shard) for query in queries], self.shards)

    def scorer(self, query, shard: Shard, collected: Collected | None, scored: bool = True):
        return make_scorer(rewrite(query, shard), shard, Statistics(shard, collected, scored))

    def first_pass(self, query, shard: Shard, body: dict, collected: Collected | None) -> list[Hit]:
        """Find what matches in a shard, best first."""
        scorer = self.scorer(query, shard, collected)
        post_filter = parse(body.get("post_filter") or {"match_all": {}}, self.mapping)
        keep = self.scorer(post_filter, shard, collected, scored=False)
        least = np.float32(body.get("min_score") or -np.inf)
        hits = []
        shard.faults.clear()
        for document in range(len(shard.ids)):
            score = scorer(document)
            if score is None or keep(document) is None:
                continue
            raise_fault(shard, document)
            if score >= least:
                hits.append(Hit(document, score))
        return sorted(hits, key=by_score)

    def rescore_shard(
        self, rescorers, shard: Shard, hits: list[Hit], collected: Collected | None
    ) -> list[Hit]:
        for rescorer in rescorers:
            hits = self.rescore_once(rescorer, shard, hits, collected)
        return hits

    def rescore_once(self, rescorer, shard: Shard, hits: list[Hit], collected: Collected | None) -> list[Hit]:
        if isinstance(rescorer, ScriptRescorer):
            return apply_script(rescorer, shard, hits)
        if isinstance(rescorer, ModelRescorer):

            def scorer_of(query: dict):
                return self.scorer(parse(query, self.mapping), shard, collected)

            return apply_model(rescorer, self.models[rescorer.model_id], shard, hits, scorer_of)
        scorer = self.scorer(rescorer.query, shard, collected)
        shard.faults.clear()
        for hit in sorted(hits[: rescorer.window], key=lambda hit: hit.document):
            if scorer(hit.document) is not None:
                raise_fault(shard, hit.document)
        return apply(rescorer, scorer, hits)


def raise_fault(shard: Shard, document: int) -> None:
    """Raise why a document that would be a hit cannot be scored, if there is a reason."""
    if document in shard.faults:
        raise of_document(shard.faults[document], shard, document)


def merge(lists: list[tuple[Shard, list[Hit]]]) -> list[tuple[str, np.float32]]:
    """Merge the shards' lists: of equal scores the earlier shard's come first, in their order."""
    every = [(shard.ids[hit.document], hit.score) for shard, hits in lists for hit in hits]
    return sorted(every, key=lambda hit: -hit[1])

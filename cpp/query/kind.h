/// What a kind of query does: the verbs that its header declares overloads of.
///
///     weigh     when it can match in a shard, and what its words weigh there (weigher.h)
///     bind      its node in one segment (binder.h)
///     describe  itself in Lucene's words (describer.h)
///     collect   the statistics that its words want; without words, nothing (statistics_collector.h)
///     score     its node over a batch (score.h)
///     explain   its node's score of one document; else as a constant (explainer.h)
///     explain_none  why it matches nothing in a shard (explainer.h)
///     best      what its node can score at best (bounds.h)
///     next      where its node can match next; else anywhere (bounds.h)
#pragma once
#include "query/binder.h"
#include "query/bounds.h"
#include "query/describer.h"
#include "query/explainer.h"
#include "query/score.h"
#include "query/statistics_collector.h"
#include "query/weigher.h"

/// A whole search, as plain data: the first pass, the stages that look again, and the page that is wanted.
#pragma once
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "plan/model.h"
#include "plan/query.h"
#include "plan/statistics.h"

namespace rescora::plan {

/// How a stage's score joins the one before it.
enum class ScoreMode : std::uint8_t { total, multiply, avg, max, min };

/// The query rescorer: the score before and that of a query, weighted and combined.
struct QueryStage {
    QueryPtr query;
    float query_weight = 1, rescore_query_weight = 1;
    ScoreMode mode = ScoreMode::total;
};

/// The script rescorer: what the script gives replaces the score.
struct ScriptStage {
    ScriptPtr script;
};

/// One rescorer.
struct Stage {
    std::uint32_t window = 10;  ///< hits of each shard that are looked at again
    std::variant<QueryStage, ScriptStage, ModelStage> kind;
};

/// Counting stops being exact beyond this many hits; all_hits counts them all, no_hits none.
constexpr std::int64_t all_hits = INT64_MAX;
constexpr std::int64_t no_hits = -1;

struct Request {
    QueryPtr query;
    QueryPtr query_to_count;  ///< set where only the number of hits is wanted, and the query takes another form then
    QueryPtr post_filter;     ///< may be null
    std::optional<float> min_score;
    std::vector<Stage> stages;
    std::uint32_t from = 0, size = 10;
    std::int64_t track_total_hits = 10'000;
    StatisticsOf statistics = StatisticsOf::shard;
    bool explain = false;
    std::uint32_t terminate_after = 0;  ///< hits of each shard after which no more are looked for; 0: never
    bool allow_partial_results = true;  ///< whether less is given where the time is over, or Stopped thrown
};

}  // namespace rescora::plan

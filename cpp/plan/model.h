/// A model and its columns, as plain data: what a window's documents are scored by.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plan/query.h"

namespace rescora::forest {
class Model;  // what plans point to and never look into: cpp/forest is included where models are made and run
}

namespace rescora::plan {

/// A query's score; NaN where it does not match.
struct QueryColumn {
    QueryPtr query;
};

/// The first value of a number, boolean or date field; NaN where a document has none.
struct FieldColumn {
    FieldId field;
};

/// What a script gives.
struct ScriptColumn {
    ScriptPtr script;
};

/// The score before the rescorer.
struct FirstPassColumn {};

/// A number of the request's.
struct ConstantColumn {
    float value;
};

enum class TermStatistic : std::uint8_t {
    count,  ///< distinct words of the text
    tf,     ///< times that a document has the word
    df,     ///< documents with the word
    ttf,    ///< times that all documents have it
    idf,    ///< log(1 + (N - df + 0.5) / (df + 0.5))
};
enum class Aggregate : std::uint8_t { min, max, mean, sum };

/// A statistic of a text's words, aggregated over those words; NaN for a text without any.
struct TermStatisticColumn {
    FieldId field;
    std::vector<std::string> words;  ///< each once
    TermStatistic statistic;
    Aggregate aggregate;
};

using Column =
    std::variant<QueryColumn, FieldColumn, ScriptColumn, FirstPassColumn, ConstantColumn, TermStatisticColumn>;

struct NamedColumn {
    std::string name;
    Column column;
};
using Columns = std::vector<NamedColumn>;

/// Only the best `keep` documents after `after_trees` trees are scored by all, and stay in the window.
struct EarlyExit {
    std::uint32_t after_trees, keep;
};

/// The learning-to-rank rescorer: the model's score replaces the score before.
struct ModelStage {
    std::string model_id;
    std::shared_ptr<const forest::Model> model;
    std::shared_ptr<const Columns> columns;  ///< one a feature of the model
    std::optional<EarlyExit> early_exit;
};

}  // namespace rescora::plan

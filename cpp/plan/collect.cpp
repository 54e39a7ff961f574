/// One walk through a shard's form of each query, in the order in which Lucene makes weights.
#include "plan/collect.h"

#include <algorithm>
#include <set>

#include "plan/blend.h"
#include "plan/prepare.h"

namespace rescora::plan {

namespace {

bool needs_query_score(const FunctionScore& query) {
    const auto asks = [](const ScoreFunction& function) {
        const auto* scripted = std::get_if<ScriptFunction>(&function.function);
        return scripted != nullptr && scripted->script->program->uses_score;
    };
    return query.boost_mode != BoostMode::replace || query.functions.empty() ||
           std::ranges::any_of(query.functions, asks);
}

/// What one shard tells. Queries of which only the documents count tell nothing, whatever is in them.
class OfShard {
 public:
    explicit OfShard(const index::ShardReader& shard) : shard_(shard) {}

    void visit(const QueryPtr& query, bool scored) {
        std::visit([&](const auto& node) { tell(node, scored); }, query->node);
    }

    void add_to(Statistics& statistics) const {
        for (const FieldId field : fields_) statistics.add(field, shard_.field(field)->statistics());
        for (const auto& [word, document_frequency] : frequencies_)
            statistics.add(word.first, word.second, document_frequency);
    }

 private:
    template <class Other>
    void tell(const Other&, bool) {}

    void tell(const Term& query, bool scored) {
        const auto* field = shard_.field(query.field);
        if (!scored || field == nullptr) return;
        fields_.insert(query.field);
        tell_of(*field, query);
    }

    void tell_of(const index::ShardField& field, const Term& query) {
        std::uint64_t frequency = field.statistics(query.term).document_frequency;
        if (frequency == 0) return;
        if (query.blended_with) {
            const auto place = std::ranges::find(*query.blended_with, query) - query.blended_with->begin();
            frequency = blend(*query.blended_with, shard_)[static_cast<std::size_t>(place)];
        }
        frequencies_[{query.field, query.term}] = frequency;
    }

    /// Of a phrase without any word that the shard has, not even the field.
    void tell(const Phrase& query, bool scored) {
        const auto* field = shard_.field(query.field);
        if (!scored || field == nullptr || !field->has_terms()) return;
        const std::size_t whole_words = query.terms.size() - (query.prefix ? 1 : 0);
        std::vector<index::ShardTerm> expanded;
        if (query.prefix) expanded = expansions(*field, query);
        if (query.prefix && expanded.empty()) return;  // rewritten to nothing before it has a weight
        bool any = false;
        const auto tell_word = [&](std::string_view term, const index::SegmentTerms& ids) {
            if (ids.empty()) return;
            any = true;
            frequencies_[{query.field, std::string(term)}] = field->statistics(ids).document_frequency;
        };
        for (std::size_t i = 0; i < whole_words; ++i)
            for (const std::string& term : query.terms[i]) tell_word(term, field->find(term));
        for (const index::ShardTerm& term : expanded) tell_word(term.text, term.ids);
        if (any) fields_.insert(query.field);
    }

    void tell(const Bool& query, bool scored) {
        for (const Clause& clause : query.clauses)
            visit(clause.query, scored && (clause.occur == Occur::must || clause.occur == Occur::should));
    }

    void tell(const DisMax& query, bool scored) {
        for (const QueryPtr& inner : query.queries) visit(inner, scored);
    }

    void tell(const ConstantScore& query, bool) { visit(query.query, false); }
    void tell(const Boost& query, bool scored) { visit(query.query, scored); }

    /// Lucene asks the negative query for a score that it never looks at.
    void tell(const Boosting& query, bool scored) {
        visit(query.positive, scored);
        if (scored) visit(query.negative, true);
    }

    void tell(const FunctionScore& query, bool scored) {
        const bool functions_run = scored || query.min_score;
        for (const ScoreFunction& function : query.functions)
            if (functions_run && function.filter) visit(function.filter, false);
        visit(query.query, functions_run && needs_query_score(query));
    }

    void tell(const ScriptScore& query, bool scored) {
        const bool script_runs = scored || query.min_score;
        visit(query.query, script_runs && query.script->program->uses_score);
    }

    const index::ShardReader& shard_;
    std::set<FieldId> fields_;
    std::map<std::pair<FieldId, std::string>, std::uint64_t> frequencies_;
};

using TermsByField = std::map<FieldId, std::set<std::string_view>>;

/// Each term once, however many columns ask for it.
TermsByField terms_of(std::span<const TermStatisticColumn* const> columns) {
    TermsByField all;
    for (const TermStatisticColumn* column : columns)
        all[column->field].insert(column->words.begin(), column->words.end());
    return all;
}

void add_totals(const TermsByField& wanted, const index::ShardReader& shard, Statistics& statistics) {
    for (const auto& [number, terms] : wanted) {
        const auto* field = shard.field(number);
        if (field == nullptr) continue;
        statistics.add_total(number, field->statistics());
        for (const std::string_view term : terms) statistics.add_total(number, term, field->statistics(term));
    }
}

}  // namespace

Statistics collect(const WantsStatistics& wants, std::span<const index::ShardReader> shards, Budget* budget) {
    Statistics statistics = Statistics::of_all_shards();
    const TermsByField of_columns = terms_of(wants.columns);
    for (const index::ShardReader& shard : shards) {
        OfShard told(shard);
        for (const QueryPtr& query : wants.queries) {
            ask(budget);
            told.visit(resolve(query, shard), true);
        }
        told.add_to(statistics);
        add_totals(of_columns, shard, statistics);
    }
    return statistics;
}

void WantsStatistics::add(const Columns& all) {
    for (const NamedColumn& named : all) {
        if (const auto* column = std::get_if<QueryColumn>(&named.column)) queries.push_back(column->query);
        if (const auto* column = std::get_if<TermStatisticColumn>(&named.column)) columns.push_back(column);
    }
}

void WantsStatistics::add(std::span<const Stage> stages) {
    for (const Stage& stage : stages) {
        if (const auto* asked = std::get_if<QueryStage>(&stage.kind)) queries.push_back(asked->query);
        if (const auto* model = std::get_if<ModelStage>(&stage.kind)) add(*model->columns);
    }
}

WantsStatistics wants_statistics(const Request& request) {
    WantsStatistics wants;
    wants.add(request.query);
    wants.add(request.stages);
    return wants;
}

}  // namespace rescora::plan

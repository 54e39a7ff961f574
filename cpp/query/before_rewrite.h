/// Queries that there are only before rewriting: the blended terms of cross_fields, a text that is not known yet.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Blended& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::GivenText& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Blended& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::GivenText& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Blended& query, const Describer& describer);
std::string describe(const plan::GivenText& query, const Describer& describer);
Explanation explain_none(const plan::Blended& query, const plan::QueryPtr& self, Scoring how, Explainer& explainer);

}  // namespace rescora::query

/// Nothing is done with them but to put them in words.
#include "query/before_rewrite.h"

#include <stdexcept>

#include "base/java_text.h"
#include "query/term.h"

namespace rescora::query {

void weigh(const plan::Blended&, plan::Weighted&, Weigher&) {
    throw std::logic_error("a blended query was weighed before it was rewritten");
}
void weigh(const plan::GivenText&, plan::Weighted&, Weigher&) {
    throw std::logic_error("a template was weighed before its texts were known");
}

plan::Node bind(const plan::Blended&, const plan::Weighted&, Binder&) {
    throw std::logic_error("a query was bound that is never weighed");
}
plan::Node bind(const plan::GivenText&, const plan::Weighted&, Binder&) {
    throw std::logic_error("a query was bound that is never weighed");
}

std::string describe(const plan::Blended& query, const Describer& describer) {
    std::string terms;
    for (std::size_t i = 0; i < query.terms.size(); ++i) {
        terms += (i == 0 ? "" : ", ") + describe(query.terms[i], describer);
        if (query.boosts[i] != 1) terms += "^" + java_float(query.boosts[i]);
    }
    return "blended(terms:[" + terms + "])";
}
std::string describe(const plan::GivenText& query, const Describer& describer) {
    return describer.in(query.field) + "{{" + std::to_string(query.number) + "}}";
}

Explanation explain_none(const plan::Blended&, const plan::QueryPtr&, Scoring, Explainer&) {
    return explain_no_match("No matching clause");
}

}  // namespace rescora::query

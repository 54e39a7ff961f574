/// Requests whose texts come with each call: everything else of them stays as it was planned.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "plan/request.h"

namespace rescora::plan {

/// How many texts a call has to give: one more than the greatest number of a GivenText, 0 without any.
std::uint32_t num_texts(const QueryPtr& query);
std::uint32_t num_texts(const Stage& stage);
std::uint32_t num_texts(const Request& request);

/// The query with words in place of its texts: `match` becomes a word or a bool of words, `match_phrase` a phrase, as
/// if they had been asked with that text. Branches without texts are shared with the template.
QueryPtr fill(const QueryPtr& query, std::span<const std::string_view> texts);

/// A query that need not wait for texts is prepared at once; a template is when it is filled.
QueryPtr prepare_unless_template(const QueryPtr& query);

/// The stage, or the request, with its queries filled in and prepared.
Stage fill(const Stage& stage, std::span<const std::string_view> texts);
Request fill(const Request& request, std::span<const std::string_view> texts);

}  // namespace rescora::plan

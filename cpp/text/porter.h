/// Porter's stemmer for English.
#pragma once
#include <string>

namespace rescora::text {

/// Replaces a lower-case word by its stem.
///
/// A word of one or two UTF-16 units stays as it is. Letters beyond ASCII are consonants, and none is ever cut in two.
///
/// Needs   valid UTF-8, in lower case: a capital letter is a consonant too.
/// Source  M. F. Porter, "An algorithm for suffix stripping", 1980, with the two later changes of its author (bli ->
/// ble,
///         logi -> log), step by step as in Lucene's PorterStemFilter.
///
///     relational -> relat    hopping -> hop    sky -> sky
void porter_stem(std::string& word);

}  // namespace rescora::text

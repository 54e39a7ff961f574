/// The operations that run lane by lane: one file per kind, each with a table of functions by operation.
#pragma once
#include "script/frame.h"

namespace rescora::script {

void add_numbers(Functions& functions);
void add_columns(Functions& functions);
void add_texts(Functions& functions);
void add_constants(Functions& functions);
void add_defs(Functions& functions);
void add_dates(Functions& functions);
void add_randoms(Functions& functions);
void add_geo(Functions& functions);
void add_vectors(Functions& functions);

/// All of them, made at the first call.
const Functions& functions();

}  // namespace rescora::script

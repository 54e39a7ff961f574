# The core: C++20, standard library only, no Python.
add_library(rescora_core STATIC
  cpp/base/arena.cpp
  cpp/base/budget.cpp
  cpp/base/java_math.cpp
  cpp/base/java_text.cpp
  cpp/base/java_exponential.cpp
  cpp/base/java_trigonometry.cpp
  cpp/base/keyed_hash.cpp
  cpp/kernels/table.cpp
  cpp/kernels/isa/scalar.cpp
  cpp/text/utf8.cpp
  cpp/text/characters.cpp
  cpp/text/casing.cpp
  cpp/text/segmenter.cpp
  cpp/text/porter.cpp
  cpp/text/analyzer.cpp
  cpp/columns/vectors.cpp
  cpp/columns/geo.cpp
  cpp/postings/dictionary.cpp
  cpp/postings/packing.cpp
  cpp/postings/inverted.cpp
  cpp/postings/forward.cpp
  cpp/segment/container.cpp
  cpp/segment/container_write.cpp
  cpp/segment/column_summary.cpp
  cpp/segment/segment.cpp
  cpp/segment/term_order.cpp
  cpp/segment/text_builder.cpp
  cpp/segment/column_builder.cpp
  cpp/segment/vector_builder.cpp
  cpp/segment/writer.cpp
  cpp/index/shard_reader.cpp
  cpp/index/routing.cpp
  cpp/index/builder.cpp
  cpp/index/file.cpp
  cpp/plan/program.cpp
  cpp/plan/query.cpp
  cpp/plan/rewrite_bool.cpp
  cpp/plan/rewrite.cpp
  cpp/plan/statistics.cpp
  cpp/plan/blend.cpp
  cpp/plan/prepare.cpp
  cpp/plan/template.cpp
  cpp/plan/wants_statistics.cpp
  cpp/script/utf16.cpp
  cpp/script/parse.cpp
  cpp/script/numbers.cpp
  cpp/script/texts.cpp
  cpp/script/constants.cpp
  cpp/script/defs.cpp
  cpp/script/calendar.cpp
  cpp/script/dates.cpp
  cpp/script/randoms.cpp
  cpp/script/geo.cpp
  cpp/script/vectors.cpp
  cpp/script/columns.cpp
  cpp/script/operations.cpp
  cpp/script/check.cpp
  cpp/script/script.cpp
  cpp/script/bound.cpp
  cpp/script/interpreter.cpp
  cpp/script/run.cpp
  cpp/forest/check.cpp
  cpp/forest/columns.cpp
  cpp/forest/selections.cpp
  cpp/forest/perfect.cpp
  cpp/forest/leaf_tables.cpp
  cpp/forest/walk.cpp
  cpp/forest/build.cpp
  cpp/forest/forest.cpp
  cpp/forest/linear.cpp
  cpp/forest/model.cpp
  cpp/query/memo.cpp
  cpp/query/term.cpp
  cpp/query/phrase_frequency.cpp
  cpp/query/sloppy_frequency.cpp
  cpp/query/distinct_phrase.cpp
  cpp/query/phrase.cpp
  cpp/query/boolean.cpp
  cpp/query/dis_max.cpp
  cpp/query/constant_score.cpp
  cpp/query/boosting.cpp
  cpp/query/matched.cpp
  cpp/query/functions.cpp
  cpp/query/function_score.cpp
  cpp/query/feature.cpp
  cpp/query/scripts.cpp
  cpp/query/score.cpp
  cpp/query/weigh.cpp
  cpp/query/bind.cpp
  cpp/query/bounds.cpp
  cpp/query/everything.cpp
  cpp/query/term_set.cpp
  cpp/query/numbers.cpp
  cpp/query/documents.cpp
  cpp/query/before_rewrite.cpp
  cpp/query/collect.cpp
  cpp/query/describe_ids.cpp
  cpp/query/describe.cpp
  cpp/query/explained_query.cpp
  cpp/query/explain_bm25.cpp
  cpp/query/explain_functions.cpp
  cpp/query/explain.cpp
  cpp/features/statistics.cpp
  cpp/features/features.cpp
  cpp/retrieve/disjunction.cpp
  cpp/retrieve/first_pass.cpp
  cpp/retrieve/order.cpp
  cpp/retrieve/score_rows.cpp
  cpp/retrieve/top_k.cpp
  cpp/rescore/query_stage.cpp
  cpp/rescore/script_stage.cpp
  cpp/rescore/model_stage.cpp
  cpp/rescore/rescore.cpp
  cpp/search/query_phase.cpp
  cpp/search/reduce.cpp
  cpp/search/fetch.cpp
  cpp/search/search.cpp
  cpp/search/rescorer.cpp
  cpp/search/many.cpp
  cpp/search/extract.cpp
)
target_include_directories(rescora_core PUBLIC cpp)
find_package(Threads REQUIRED)
target_link_libraries(rescora_core PUBLIC Threads::Threads)

# Compiling a small file is mostly reading headers, so up to sixteen of a folder are compiled as one, in which names of
# anonymous namespaces must differ. Kernels stay alone, and what shares a body with them. The first eight of query/ are
# apart: with more in sight, the compiler inlines other functions than the hot ones, and a bool takes 1 % longer.
set_target_properties(rescora_core PROPERTIES UNITY_BUILD ${RESCORA_UNITY} UNITY_BUILD_MODE GROUP)
get_target_property(sources rescora_core SOURCES)
list(FILTER sources EXCLUDE REGEX "cpp/(base|kernels)/")
foreach(source IN LISTS sources)
  string(REGEX REPLACE "cpp/([a-z]+)/.*" "\\1" folder ${source})
  list(APPEND of_${folder} ${source})
  list(LENGTH of_${folder} number)
  if(folder STREQUAL "query" AND number LESS_EQUAL 8)
    set(group hot)
  else()
    math(EXPR group "(${number} - 1) / 16")
  endif()
  set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${group})
endforeach()

# Pairs of values looked up in two places cost more to put together than their sums save: 8 % of a CatBoost model.
set_property(SOURCE cpp/forest/leaf_tables.cpp APPEND PROPERTY COMPILE_OPTIONS -fno-tree-slp-vectorize)

# Kernels for newer processors: only these files may use more than the baseline; kernels/table.cpp chooses at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  target_sources(rescora_core PRIVATE cpp/kernels/isa/avx2.cpp cpp/kernels/isa/avx512.cpp)
  target_compile_definitions(rescora_core PRIVATE RESCORA_X86_KERNELS)
  set_source_files_properties(cpp/kernels/isa/avx2.cpp PROPERTIES COMPILE_OPTIONS "-mavx2")
  set_source_files_properties(cpp/kernels/isa/avx512.cpp PROPERTIES
    COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mprefer-vector-width=512")
endif()

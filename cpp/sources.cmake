# The core: C++20, standard library only, no Python.
add_library(rescora_core STATIC
  cpp/text/utf8.cpp
  cpp/text/characters.cpp
  cpp/text/segmenter.cpp
  cpp/text/porter.cpp
  cpp/text/analyzer.cpp
  cpp/segment/container.cpp
  cpp/segment/container_write.cpp
  cpp/plan/query.cpp
  cpp/plan/rewrite_bool.cpp
  cpp/plan/rewrite.cpp
  cpp/plan/describe.cpp
)
target_include_directories(rescora_core PUBLIC cpp)
find_package(Threads REQUIRED)
target_link_libraries(rescora_core PUBLIC Threads::Threads)

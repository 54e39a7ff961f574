# The core: C++20, standard library only, no Python.
add_library(rescora_core STATIC
  cpp/plan/query.cpp
  cpp/plan/rewrite.cpp
)
target_include_directories(rescora_core PUBLIC cpp)
find_package(Threads REQUIRED)
target_link_libraries(rescora_core PUBLIC Threads::Threads)

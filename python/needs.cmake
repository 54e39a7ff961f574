# What a machine must have for `pip install .`; what is missing ends it within seconds, by the package's name.

function(end_for what debian fedora alpine)
  message(FATAL_ERROR
    "Rescora is compiled while it is installed, and ${what}. To install what is missing:\n"
    "    Debian, Ubuntu   apt install ${debian}\n"
    "    Fedora           dnf install ${fedora}\n"
    "    Alpine           apk add ${alpine}\n"
    "    macOS            xcode-select --install\n")
endfunction()

# CXX may name what Python itself was compiled with, which need not be here: then another compiler is as good.
function(find_compiler)
  separate_arguments(candidates UNIX_COMMAND "$ENV{CXX}")
  list(SUBLIST candidates 0 1 candidates)
  find_program(compiler NAMES ${CMAKE_CXX_COMPILER} ${candidates} c++ g++ clang++ NAMES_PER_DIR NO_CACHE)
  if(candidates)
    find_program(named NAMES ${candidates} NO_CACHE)
    if(NOT named AND compiler)
      set(ENV{CXX} ${compiler})
    endif()
  endif()
  set(compiler "${compiler}" PARENT_SCOPE)
endfunction()

# Before project(), whose own messages name no package, and the headers where the interpreter says that they are.
function(need_compiler_and_headers)
  find_compiler()
  if(NOT compiler)
    list(APPEND what "there is no C++ compiler")
    list(APPEND debian g++)
    list(APPEND fedora gcc-c++)
    list(APPEND alpine g++)
  endif()
  execute_process(COMMAND ${Python_EXECUTABLE} -c "import sysconfig; print(sysconfig.get_path('include'))"
                  OUTPUT_VARIABLE include OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(NOT EXISTS "${include}/Python.h")
    list(APPEND what "Python's headers are not there (${include}/Python.h)")
    list(APPEND debian python3-dev)
    list(APPEND fedora python3-devel)
    list(APPEND alpine python3-dev)
  endif()
  if(what)
    list(JOIN what " and " what)
    list(JOIN debian " " debian)
    list(JOIN fedora " " fedora)
    list(JOIN alpine " " alpine)
    end_for("${what}" "${debian}" "${fedora}" "${alpine}")
  endif()
endfunction()

# GCC 11 and Clang 16 are the first that can.
function(need_cxx20)
  try_compile(can SOURCE_FROM_CONTENT cxx20.cpp [[
    #include <algorithm>
    #include <bit>
    #include <charconv>
    #include <ranges>
    #include <span>
    template <class T> concept Small = sizeof(T) <= 8;
    template <Small T> T first(std::span<const T> items) { return *std::ranges::min_element(items); }
    int main() {
        const double items[] = {1.5};
        char text[32];
        std::to_chars(text, text + 32, first<double>(items));
        return std::has_single_bit(8u) ? 0 : 1;
    }
]] CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  if(NOT can)
    set(compiler "${CMAKE_CXX_COMPILER} (${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION})")
    end_for("${compiler} knows no C++20; GCC 11 does, and Clang 16; the variable CXX names another compiler"
            g++ gcc-c++ g++)
  endif()
endfunction()

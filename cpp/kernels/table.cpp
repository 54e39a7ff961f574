/// Run-time detection of instruction sets, once.
#include "kernels/table.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"

namespace rescora::kernels {

namespace scalar {
extern const Table table;
}
#ifdef RESCORA_X86_KERNELS
namespace avx2 {
extern const Table table;
}
namespace avx512 {
extern const Table table;
}
#endif

namespace {

std::vector<const Table*> find_runnable() {
    std::vector<const Table*> tables;
#ifdef RESCORA_X86_KERNELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        tables.push_back(&avx512::table);
    if (__builtin_cpu_supports("avx2")) tables.push_back(&avx2::table);
#endif
    tables.push_back(&scalar::table);
    return tables;
}

const Table& choose() {
    const char* wanted = std::getenv("RESCORA_ISA");
    if (wanted == nullptr || *wanted == '\0') return *runnable().front();
    std::string names;
    for (const Table* table : runnable()) {
        if (table->isa == wanted) return *table;
        names += (names.empty() ? "" : ", ") + std::string(table->isa);
    }
    throw InvalidArgument("RESCORA_ISA must be one of " + names + " on this processor, not " + wanted);
}

}  // namespace

std::span<const Table* const> runnable() {
    static const std::vector<const Table*> tables = find_runnable();
    return tables;
}

const Table& active() {
    static const Table& table = choose();
    return table;
}

}  // namespace rescora::kernels

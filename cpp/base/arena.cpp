/// The thread-local arena.
#include "base/arena.h"

namespace rescora {

Arena& Arena::of_thread() {
    thread_local Arena arena;
    return arena;
}

}  // namespace rescora

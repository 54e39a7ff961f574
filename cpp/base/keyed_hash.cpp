/// Draws the key of this process.
#include "base/keyed_hash.h"

#include <sys/random.h>
#include <unistd.h>

#include <chrono>

namespace rescora {

namespace {

HashKey draw() noexcept {
    HashKey key{};
    if (::getentropy(&key, sizeof key) != 0) {  // a kernel without it: what differs from process to process
        const auto now = std::chrono::high_resolution_clock::now().time_since_epoch().count();
        key.first = hashing::finish(static_cast<std::uint64_t>(now) ^ hashing::root2);
        key.second = hashing::finish(key.first ^ static_cast<std::uint64_t>(::getpid()));
        key.third = hashing::finish(key.second ^ reinterpret_cast<std::uintptr_t>(&key));
    }
    key.third |= 1;  // a factor that is never 0
    return key;
}

}  // namespace

const HashKey process_key = draw();

}  // namespace rescora

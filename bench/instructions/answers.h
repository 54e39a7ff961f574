/// What the workloads must answer, as checksums: a fast wrong answer is none.
///
/// The bits of scores are the same for every compiler and instruction set, so these hold everywhere. They change when a
/// workload does, or when an answer of the core was wrong before; the program says what came instead.
#pragma once
#include <cstdint>
#include <string_view>

namespace instructions {

struct Expected {
    std::string_view workload;
    std::uint64_t checksum;
};

constexpr Expected answers[] = {
    {"index 3,000 documents", 0x91513B6D8CEDB91A},
    {"first pass, best 10", 0x542D26FA0E3661E6},
    {"first pass, best 1,000", 0xFA94DCC704324665},
    {"phrase, slop 0, window 10", 0x4ECC480302D44718},
    {"phrase, slop 0, window 100", 0xC002D2F7709F350E},
    {"phrase, slop 0, window 1,000", 0xA2696DB568DED291},
    {"phrase, slop 2, window 10", 0x2DF9C5B384D4287A},
    {"phrase, slop 2, window 100", 0x51F0E8A8FF603670},
    {"phrase, slop 2, window 1,000", 0x2664FF6B85CDEE42},
    {"new phrase, slop 2, window 10", 0x2DF9C5B384D4287A},
    {"bool, window 1,000", 0x06FC4843A4243497},
    {"dis_max, window 1,000", 0x3885637F16FDFD11},
    {"script, window 1,000", 0x1B3E0D5E344D935D},
    {"model and its features, window 100", 0x42E3AD8B13BE8409},
    {"300 trees in float64, window 10", 0xB61378E8A09367F2},
    {"300 trees in float64, window 100", 0x924C0424B1E0F979},
    {"300 trees in float64, window 1,000", 0xE3A1A4F1A529B40B},
    {"300 trees in float32, window 10", 0x1D09AA7C5F51FB35},
    {"300 trees in float32, window 100", 0x33EAA4C54957A727},
    {"300 trees in float32, window 1,000", 0x4E4BA191BCC4B9F7},
    {"sort 10,000 hits by score", 0xCE6345AF17D1796D},
    {"best 100 of 10,000 hits", 0xABCA51A8D9E35048},
};

}  // namespace instructions

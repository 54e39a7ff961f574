/// Accounting of script work: its unit, each operation's cost, and the limit per request.
///
/// The unit is the cheapest instruction's cost per lane, about a fifth of a nanosecond; other operations count their
/// worst-case cost, the same on every machine. What an ordinary script costs per document is free; the rest is summed
/// over all scripts, stages and shards of a request. So the limit is the same for any number of threads and on every
/// instruction set, and no ordinary script reaches it, however many documents there are.
#pragma once
#include <array>
#include <cstdint>

#include "base/budget.h"
#include "plan/program.h"

namespace rescora::script {

/// Of each document, in each script: some thousand instructions.
constexpr std::uint64_t free_work = 16'384;
/// Of a request, beyond what is free: about a second.
constexpr std::uint64_t most_work = 5'000'000'000;

constexpr std::uint64_t work_of_a_byte = 4;            ///< of a text that is looked at
constexpr std::uint64_t work_of_a_unit = 32;           ///< of a text that is rewritten, or looked at as UTF-16
constexpr std::uint64_t work_of_a_component = 4;       ///< of a vector
constexpr std::uint64_t work_of_an_item = 8;           ///< of a list that is searched from its beginning
constexpr std::uint64_t work_of_a_large_angle = 1024;  ///< more than of a small one
constexpr std::uint64_t work_of_a_remainders_bit = 16;

/// What a lane costs: that of an operation without a mask, or one of those that the mask lets through.
constexpr std::uint32_t weight_of(plan::Operation operation) {
    using enum plan::Operation;
    using Class = plan::OperationClass;
    switch (operation) {
        case divide_double:
        case sqrt:
        case log:
        case log10:
        case log1p:
        case exp:
            return 8;
        case count_step:
            return 4;
        case pow:
            return 64;
        case sin:
        case cos:
        case tan:
            return 256;
        case random_by_value:
        case text_of_double:
        case text_of_float:
        case date_text:
        case def_text:
        case def_printed:
            return 1024;
        case append_def:  // and an item of the answer, which takes some hundred bytes: a million of them are enough
            return 4096;
        case arc_distance:
        case plane_distance:
        case date_plus:
        case date_part:
        case date_between:
        case contains_text:
        case def_binary:
            return 256;
        default:
            break;
    }
    switch (plan::operation_infos[static_cast<std::size_t>(operation)].kind) {
        case Class::vector:
        case Class::control:
            return 1;
        case Class::gather:
            return 8;
        default:
            return 64;
    }
}

constexpr std::array<std::uint32_t, plan::num_operations> weights = [] {
    std::array<std::uint32_t, plan::num_operations> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = weight_of(static_cast<plan::Operation>(i));
    return all;
}();

/// Counts the work of one run of a script.
class Meter {
 public:
    explicit Meter(Budget* budget) : budget_(budget) {}

    void begin_block(std::uint32_t documents) {
        work_ = 0;
        told_ = due_ = documents * free_work;
    }

    void add(std::uint64_t work) { work_ += work; }

    /// Whether more was done than what is free or reported: then tell() comes next.
    bool is_due() const { return work_ > due_; }

    /// Reports the work to the request, and asks whether to go on. False when its scripts are over the limit.
    [[nodiscard]] bool tell() {
        const std::uint64_t untold = work_ - told_;
        own_ += untold;
        const std::uint64_t all = budget_ != nullptr ? budget_->add_script_work(untold) : own_;
        told_ = work_;
        due_ = work_ + between_questions;
        if (budget_ != nullptr) budget_->ask();
        return all <= most_work;
    }

    /// Asks whether to go on, where work is done that is no instruction's.
    void ask() {
        if (budget_ != nullptr) budget_->ask();
    }

    /// Also asks now and then when all work is free. False as tell().
    [[nodiscard]] bool end_block() {
        unasked_ += work_;
        if (work_ > told_) return tell();
        if (unasked_ < between_questions || budget_ == nullptr) return true;
        unasked_ = 0;
        budget_->ask();
        return true;
    }

 private:
    static constexpr std::uint64_t between_questions = std::uint64_t{1} << 19;  // a tenth of a millisecond

    Budget* budget_;
    std::uint64_t work_ = 0;  ///< of the block
    std::uint64_t told_ = 0;  ///< of the block, or free
    std::uint64_t due_ = 0;
    std::uint64_t own_ = 0;      ///< of the run, where there is no budget
    std::uint64_t unasked_ = 0;  ///< since the last question between blocks
};

}  // namespace rescora::script

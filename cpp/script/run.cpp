/// Runs a script block by block, and converts the results to the caller's type.
#include "script/run.h"

#include <algorithm>

#include "base/error.h"
#include "script/defs.h"
#include "script/interpreter.h"

namespace rescora::script {

namespace {

using plan::FaultCode;
using plan::Kind;

/// Where a result that is of no use is noted: at the script's end as a whole.
constexpr plan::Instruction at_the_end{.operation = plan::Operation::copy};

std::uint32_t stride_for(std::uint32_t lanes) {
    return (std::min(lanes, block_size) + 7) / 8 * 8;
}

void spread_uniforms(Frame& frame) {
    const auto& uniforms = frame.script.uniforms;
    for (std::size_t r = 0; r < uniforms.size(); ++r)
        std::fill_n(frame.lanes(static_cast<plan::Register>(r)), frame.stride, uniforms[r]);
}

/// Lanes past the last document are computed as well: zeros are quick, and disclose nothing.
void clear_padding(Frame& frame, std::uint32_t n, plan::Register registers) {
    for (std::size_t r = 0; r < registers; ++r) {
        std::uint64_t* lanes = frame.registers + r * frame.stride;
        std::fill(lanes + n, lanes + frame.stride, 0);
    }
}

/// Calls finish(frame, first document of the block) after each block has run.
template <class Finish>
void run(const BoundScript& bound, const Lanes& lanes, Arena& arena, std::vector<plan::Fault>& faults, Finish finish) {
    if (lanes.n == 0) return;
    const Arena::Scope scope(arena);
    const plan::Register registers = bound.program().num_registers;
    const std::size_t stride = stride_for(lanes.n);
    Frame frame{.script = bound.script(),
                .columns = bound.columns().data(),
                .salt = bound.salt(),
                .base = bound.base(),
                .kernels = bound.kernels(),
                .arena = arena,
                .registers = arena.take<std::uint64_t>(registers * stride),
                .stride = stride,
                .faults = faults,
                .meter = Meter(arena.budget())};
    if (lanes.n < stride) clear_padding(frame, lanes.n, registers);
    spread_uniforms(frame);

    for (std::uint32_t first = 0; first < lanes.n; first += frame.n) {
        const Arena::Scope block(arena);
        frame.docs = lanes.docs + first;
        frame.scores = lanes.scores == nullptr ? nullptr : lanes.scores + first;
        frame.n = std::min(lanes.n - first, block_size);
        frame.text_made = 0;
        if (frame.any_failed) std::fill_n(frame.failed, block_size, false);
        frame.any_failed = false;
        for (const plan::Register r : bound.script().cleared) std::fill_n(frame.lanes(r), stride, 0);
        frame.meter.begin_block(frame.n);
        interpret(frame, bound.code());
        if (!frame.meter.end_block()) frame.raise_work_limit();
        finish(frame, first);
        if (lanes.stop_at_fault && !faults.empty()) return;
    }
}

/// A number of any kind as a double.
double real(Frame& frame, std::uint32_t lane, Kind kind, std::uint64_t bits) {
    if (is_number(kind)) return number_of(kind, bits);
    return frame.fail(lane, at_the_end, kind == Kind::null ? FaultCode::null : FaultCode::cast);
}

bool boolean(Frame& frame, std::uint32_t lane, Kind kind, std::uint64_t bits) {
    if (kind == Kind::boolean) return bits != 0;
    return frame.fail(lane, at_the_end, kind == Kind::null ? FaultCode::null : FaultCode::cast);
}

/// Lists stand in lists as deep as the source writes them.
Result result(Kind kind, std::uint64_t bits) {
    if (kind == Kind::list || kind == Kind::map) {
        Result all{{kind}};
        for (const auto* cell = value_of<const Cell*>(bits); cell != nullptr; cell = cell->before)
            all.items.push_back(result(cell->item.kind, cell->item.bits));
        std::ranges::reverse(all.items);
        return all;
    }
    if (kind == Kind::text) {
        const auto* text = value_of<const plan::Text*>(bits);
        return text == nullptr ? Result{} : Result{{kind, std::string(text->view())}};
    }
    if (is_real(kind)) return {{kind, value_of<double>(bits)}};
    return {{kind, value_of<std::int64_t>(bits)}};
}

/// Calls use(lane, kind, bits) for each lane of a block: the program's kind, or that of each def.
template <class Use>
void for_each_result(const Frame& frame, Use use) {
    const plan::Program& program = *frame.script.program;
    const std::uint64_t* result = frame.lanes(program.result);
    if (program.result_kind != Kind::null) {
        for (std::uint32_t i = 0; i < frame.n; ++i) use(i, program.result_kind, result[i]);
    } else {
        for (std::uint32_t i = 0; i < frame.n; ++i) use(i, static_cast<Kind>(result[i]), result[frame.stride + i]);
    }
}

/// Results that are all numbers of one kind, as of most scripts: loops without branches.
void copy_numbers(const Frame& frame, Kind kind, double* out) {
    const std::uint64_t* result = frame.lanes(frame.script.program->result);
    if (is_real(kind))
        std::copy_n(reinterpret_cast<const char*>(result), frame.n * sizeof(double), reinterpret_cast<char*>(out));
    else
        for (std::uint32_t i = 0; i < frame.n; ++i) out[i] = static_cast<double>(value_of<std::int64_t>(result[i]));
    if (!frame.any_failed) return;
    for (std::uint32_t i = 0; i < frame.n; ++i)
        if (frame.failed[i]) out[i] = 0;
}

}  // namespace

void run_reals(const BoundScript& script, const Lanes& lanes, double* out, Arena& arena,
               std::vector<plan::Fault>& faults) {
    const Kind kind = script.program().result_kind;
    run(script, lanes, arena, faults, [&](Frame& frame, std::uint32_t first) {
        if (is_number(kind)) {
            copy_numbers(frame, kind, out + first);
        } else {
            for_each_result(frame, [&](std::uint32_t i, Kind its, std::uint64_t bits) {
                out[first + i] = frame.failed[i] ? 0 : real(frame, i, its, bits);
            });
        }
    });
}

void run_booleans(const BoundScript& script, const Lanes& lanes, std::uint8_t* out, Arena& arena,
                  std::vector<plan::Fault>& faults) {
    run(script, lanes, arena, faults, [&](Frame& frame, std::uint32_t first) {
        for_each_result(frame, [&](std::uint32_t i, Kind kind, std::uint64_t bits) {
            out[first + i] = !frame.failed[i] && boolean(frame, i, kind, bits);
        });
    });
}

std::vector<Result> run_values(const BoundScript& script, const Lanes& lanes, Arena& arena,
                               std::vector<plan::Fault>& faults) {
    std::vector<Result> values(lanes.n);
    run(script, lanes, arena, faults, [&](Frame& frame, std::uint32_t first) {
        for_each_result(frame, [&](std::uint32_t i, Kind kind, std::uint64_t bits) {
            if (frame.failed[i]) return;
            values[first + i] = result(kind, bits);
            if (!values[first + i].items.empty()) frame.meter.ask();
        });
    });
    return values;
}

}  // namespace rescora::script

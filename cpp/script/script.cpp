/// Makes a script: puts inputs into registers, builds look-up tables of constants, runs the prologue.
#include "script/script.h"

#include <algorithm>

#include "base/error.h"
#include "columns/vectors.h"
#include "script/check.h"
#include "script/interpreter.h"

namespace rescora::script {

namespace {

using plan::DefValue;
using plan::InputValue;
using plan::Kind;

/// text: where the value's Text is, if it is one.
std::uint64_t lane_of_value(const InputValue& value, const plan::Text* text) {
    if (std::holds_alternative<std::string>(value)) return lane_of(text);
    if (const double* real = std::get_if<double>(&value)) return lane_of(*real);
    return lane_of(std::get<std::int64_t>(value));
}

plan::Text text_of(const InputValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? plan::Text{} : plan::Text{text->data(), static_cast<std::uint32_t>(text->size())};
}

void set_inputs(plan::Script& script) {
    script.input_texts.reserve(script.inputs.size());  // lanes point into it
    for (const InputValue& value : script.inputs) {
        script.input_texts.push_back(text_of(value));
        script.uniforms.push_back(lane_of_value(value, &script.input_texts.back()));
    }
    script.uniforms.resize(script.program->num_uniforms);
}

/// The sets that `list_has_long`, `_double` and `_text` look into.
void add_to_sets(plan::LookUp& look_up, const DefValue& value) {
    if (value.kind >= Kind::byte && value.kind <= Kind::long_) {
        const auto whole = std::get<std::int64_t>(value.value);
        look_up.longs.push_back(whole);
        look_up.doubles.push_back(std::bit_cast<std::int64_t>(static_cast<double>(whole)));
    } else if (value.kind == Kind::float_ || value.kind == Kind::double_) {
        look_up.doubles.push_back(std::bit_cast<std::int64_t>(std::get<double>(value.value)));
    }
}

plan::LookUp look_up_of(const plan::Constant& constant) {
    plan::LookUp look_up;
    look_up.texts.reserve(constant.values.size());  // lanes point into it
    look_up.lanes.reserve(constant.values.size());
    const bool is_map = !constant.keys.empty();
    for (std::size_t i = 0; i < constant.values.size(); ++i) {
        const DefValue& value = constant.values[i];
        look_up.texts.push_back(text_of(value.value));
        look_up.lanes.push_back(lane_of_value(value.value, &look_up.texts.back()));
        add_to_sets(look_up, value);
        if (is_map)
            look_up.keys.emplace(constant.keys[i], static_cast<std::uint32_t>(i));
        else if (value.kind == Kind::text)
            look_up.keys.emplace(look_up.texts.back().view(), static_cast<std::uint32_t>(i));
    }
    look_up.magnitude = columns::magnitude(constant.vector);
    std::ranges::sort(look_up.longs);
    std::ranges::sort(look_up.doubles);
    return look_up;
}

/// A value's variant is that of its kind, and a map has as many keys as values.
void check(const plan::Constant& constant) {
    if (!constant.keys.empty() && constant.keys.size() != constant.values.size())
        throw InvalidArgument("a map of a script has " + std::to_string(constant.keys.size()) + " keys and " +
                              std::to_string(constant.values.size()) + " values");
    for (const DefValue& value : constant.values) {
        const bool real = value.kind == Kind::float_ || value.kind == Kind::double_, text = value.kind == Kind::text;
        if (std::holds_alternative<double>(value.value) != real ||
            std::holds_alternative<std::string>(value.value) != text)
            throw InvalidArgument("a constant of a script is not of the kind that it says");
    }
}

/// One lane, no documents.
void run_prologue(plan::Script& script) {
    std::vector<plan::Fault> none;
    Frame frame{.script = script,
                .columns = nullptr,
                .salt = 0,
                .base = 0,
                .kernels = kernels::active(),
                .arena = script.texts,
                .registers = script.uniforms.data(),
                .stride = 1,
                .faults = none,
                .meter = Meter(nullptr)};
    frame.n = 1;
    frame.meter.begin_block(1);
    interpret(frame, script.program->prologue);
}

}  // namespace

plan::ScriptPtr make_script(plan::ProgramPtr program, std::vector<InputValue> inputs,
                            std::vector<plan::Constant> constants, std::uint32_t index_salt, std::string description) {
    check(*program, inputs, constants.size());
    for (const plan::Constant& constant : constants) check(constant);
    const auto script = std::make_shared<plan::Script>();
    script->program = std::move(program);
    script->inputs = std::move(inputs);
    script->constants = std::move(constants);
    script->index_salt = index_salt;
    script->description = std::move(description);
    set_inputs(*script);
    for (const plan::Constant& constant : script->constants) script->look_ups.push_back(look_up_of(constant));
    script->cleared = read_before_written(*script->program);
    run_prologue(*script);
    return script;
}

}  // namespace rescora::script

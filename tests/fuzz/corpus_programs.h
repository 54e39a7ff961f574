/// corpus/programs.txt: compiled scripts with their parameters' values, as write_programs.py writes them.
#pragma once
#include <bit>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "plan/program.h"

namespace corpus_programs {

using namespace rescora;

/// What make_script() is given.
struct Case {
    plan::Program program;
    std::vector<plan::InputValue> inputs;
    std::vector<plan::Constant> constants;
};

inline std::string of_digits(const std::string& digits) {
    std::string made;
    for (std::size_t i = 1; i < digits.size(); i += 2)  // behind an x
        made += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return made;
}

inline plan::DefValue read_value(std::istream& line) {
    std::string kind, value;
    line >> kind >> value;
    if (kind == "text") return {plan::Kind::text, of_digits(value)};
    if (kind == "double") return {plan::Kind::double_, std::bit_cast<double>(std::int64_t{std::stoll(value)})};
    const plan::Kind whole = kind == "null"      ? plan::Kind::null
                             : kind == "boolean" ? plan::Kind::boolean
                             : kind == "int"     ? plan::Kind::int_
                                                 : plan::Kind::long_;
    return {whole, std::int64_t{std::stoll(value)}};
}

inline plan::Operation operation_named(const std::string& name) {
    for (std::size_t i = 0; i < plan::num_operations; ++i)
        if (plan::operation_infos[i].name == name) return static_cast<plan::Operation>(i);
    throw std::runtime_error("no operation is called " + name + ": run write_programs.py again");
}

inline plan::Instruction read_instruction(std::istream& line) {
    std::string name;
    plan::Instruction made{};
    line >> name >> made.out >> made.a >> made.b >> made.c >> made.mask >> made.aux >> made.constant >> made.place;
    made.operation = operation_named(name);
    return made;
}

inline plan::Kind kind_named(const std::string& name) {
    constexpr std::string_view names[] = {"null", "boolean", "byte",  "short",  "char",
                                          "int",  "long",    "float", "double", "text"};
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (names[i] == name) return static_cast<plan::Kind>(i);
    throw std::runtime_error("no kind is called " + name);
}

inline plan::ProgramColumn read_column(std::istream& line) {
    plan::ProgramColumn column{};
    std::string kind;
    line >> column.field >> kind;
    column.kind = kind == "integer"   ? plan::ColumnKind::integer
                  : kind == "real"    ? plan::ColumnKind::real
                  : kind == "keyword" ? plan::ColumnKind::keyword
                                      : plan::ColumnKind::vector;
    return column;
}

inline void read_line(const std::string& word, std::istream& line, Case& one) {
    plan::Program& program = one.program;
    if (word == "program") {
        std::string kind;
        line >> program.num_inputs >> program.num_uniforms >> program.num_registers >> program.result >> kind >>
            program.uses_score;
        program.result_kind = kind_named(kind);
    } else if (word == "source") {
        program.source = std::make_shared<const std::string>(std::get<std::string>(read_value(line).value));
    } else if (word == "column") {
        program.columns.push_back(read_column(line));
    } else if (word == "input") {
        one.inputs.push_back(read_value(line).value);
    } else if (word == "constant") {
        one.constants.emplace_back();
    } else if (word == "component") {
        one.constants.back().vector.push_back(static_cast<float>(std::get<double>(read_value(line).value)));
    } else if (word == "key") {
        one.constants.back().keys.push_back(std::get<std::string>(read_value(line).value));
    } else if (word == "value") {
        one.constants.back().values.push_back(read_value(line));
    } else if (word == "prologue") {
        program.prologue.push_back(read_instruction(line));
    } else if (word == "code") {
        program.code.push_back(read_instruction(line));
    } else {
        throw std::runtime_error("no line begins with " + word);
    }
}

inline std::vector<Case> read(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("there is no " + path);
    std::vector<Case> cases(1);
    for (std::string text, word; std::getline(file, text);) {
        std::istringstream line(text);
        line >> word;
        if (word == "end")
            cases.emplace_back();
        else
            read_line(word, line, cases.back());
    }
    cases.pop_back();
    return cases;
}

}  // namespace corpus_programs

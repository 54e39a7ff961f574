/// forest/model.h: trained models, made from arrays and asked for scores.
#include <algorithm>
#include <array>

#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "call.h"
#include "forest/model.h"

namespace rescora::bind {

namespace {

using forest::Model;

template <class T>
std::vector<T> copied(const Array<T>& array, const char* name) {
    const auto items = view(array, name);
    return {items.begin(), items.end()};
}

template <class Value, std::size_t n>
Value named(const std::array<std::pair<const char*, Value>, n>& names, const std::string& name, const char* what) {
    const auto found = std::ranges::find(names, name, [](const auto& pair) { return std::string(pair.first); });
    if (found == names.end()) throw InvalidArgument(std::string(what) + " cannot be " + shown(name));
    return found->second;
}

forest::Accumulate accumulate_named(const std::string& name) {
    using enum forest::Accumulate;
    return named(std::array{std::pair{"float32", float32}, std::pair{"float64", float64},
                            std::pair{"float32_rounded", float32_rounded}},
                 name, "accumulate");
}

forest::Transform transform_named(const std::string& name) {
    using enum forest::Transform;
    return named(std::array{std::pair{"identity", identity}, std::pair{"sigmoid", sigmoid},
                            std::pair{"sigmoid_float32", sigmoid_float32}, std::pair{"exp", exp},
                            std::pair{"exp_float32", exp_float32}, std::pair{"signed_square", signed_square},
                            std::pair{"log1p_exp", log1p_exp}},
                 name, "transform");
}

forest::Output output(bool mean, std::optional<double> scale, std::optional<double> bias, std::optional<double> divide,
                      const std::string& transform, double slope, double shift) {
    return {mean, scale, bias, divide, transform_named(transform), slope, shift};
}

forest::Preparations preparations(std::size_t num_features, std::optional<float> absent,
                                  const std::vector<std::tuple<std::size_t, float, float>>& normalizers) {
    if (!absent && normalizers.empty()) return {};
    forest::Preparations made(num_features, forest::Preparation{absent});
    for (const auto& [feature, offset, divisor] : normalizers) {
        if (feature >= num_features)
            throw InvalidArgument("normalizer of feature " + std::to_string(feature) + ", there are " +
                                  std::to_string(num_features));
        made[feature].normalized = true;
        made[feature].offset = offset;
        made[feature].divisor = divisor;
    }
    return made;
}

struct Given {
    std::size_t num_features;
    double base;
    forest::Output output;
    forest::Preparations preparations;
};

std::shared_ptr<Model> trees(const Array<std::uint32_t>& node_begin, const Array<std::uint32_t>& leaf_begin,
                             const Array<std::int32_t>& feature, const Array<double>& threshold,
                             const Array<std::uint8_t>& rule, const Array<std::int32_t>& left,
                             const Array<std::int32_t>& right, const Array<double>& leaf_value,
                             const Array<std::uint32_t>& set_begin, const Array<std::uint32_t>& set_words,
                             const std::string& accumulate, bool wide, std::vector<std::size_t> groups,
                             const Given& given) {
    forest::Trees flat{copied(node_begin, "node_begin"),
                       copied(leaf_begin, "leaf_begin"),
                       copied(feature, "feature"),
                       copied(left, "left"),
                       copied(right, "right"),
                       copied(threshold, "threshold"),
                       copied(rule, "rule"),
                       copied(leaf_value, "leaf_value"),
                       copied(set_begin, "set_begin"),
                       copied(set_words, "set_words")};
    const auto kind = accumulate_named(accumulate);
    return interruptible([&](Budget& budget) {
        return std::make_shared<Model>(
            forest::Forest(flat, given.num_features, kind, wide, given.preparations, &budget), given.num_features,
            given.base, std::move(groups), given.output);
    });
}

std::shared_ptr<Model> linear(const Array<std::int32_t>& feature, const Array<double>& weight, bool float32,
                              bool skips_nan, const Given& given) {
    forest::Linear terms{copied(feature, "feature"), copied(weight, "weight"), float32, skips_nan, given.preparations};
    return std::make_shared<Model>(std::move(terms), given.num_features, given.base, std::vector<std::size_t>{},
                                   given.output);
}

/// The array's rows, whatever its strides.
forest::Rows rows_of(const py::array& array, std::size_t num_features) {
    if (array.ndim() != 2) throw py::type_error("X must have two dimensions, not " + std::to_string(array.ndim()));
    if (static_cast<std::size_t>(array.shape(1)) != num_features)
        throw InvalidArgument("X has " + std::to_string(array.shape(1)) + " columns, the model has " +
                              std::to_string(num_features) + " features");
    if ((array.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) == 0)
        throw py::type_error("X must be aligned to its values");
    forest::Rows rows;
    const auto strides = [&](py::ssize_t size) {
        if (array.strides(0) % size != 0 || array.strides(1) % size != 0)
            throw py::type_error("X must be aligned to its values");
        rows.row_stride = array.strides(0) / size;
        rows.column_stride = array.strides(1) / size;
    };
    if (py::isinstance<py::array_t<float>>(array)) {
        rows.narrow = static_cast<const float*>(array.data());
        strides(sizeof(float));
    } else if (py::isinstance<py::array_t<double>>(array)) {
        rows.wide = static_cast<const double*>(array.data());
        strides(sizeof(double));
    } else {
        throw py::type_error("X must be float32 or float64");
    }
    rows.n = static_cast<std::size_t>(array.shape(0));
    return rows;
}

forest::Way way_named(const std::string& name) {
    using enum forest::Way;
    return named(std::array{std::pair{"choose", choose}, std::pair{"walk", walk}, std::pair{"select", select}}, name,
                 "way");
}

Array<double> predict(const Model& model, const py::array& x, bool raw, const std::string& way) {
    const forest::Rows rows = rows_of(x, model.num_features());
    const auto chosen = way_named(way);
    Array<double> scores(static_cast<py::ssize_t>(rows.n));
    double* out = scores.mutable_data();
    interruptible([&](Budget& budget) {
        thread_local Arena arena;
        const Arena::Budgeted budgeted(arena, &budget);
        model.score(rows, raw ? forest::Scores::raw : forest::Scores::output, out, arena, kernels::active(), chosen);
    });
    return scores;
}

constexpr std::size_t rows_between_questions = 16;

Array<std::int32_t> predict_leaves(const Model& model, const py::array& x) {
    const forest::Rows rows = rows_of(x, model.num_features());
    const std::size_t trees = model.num_trees();
    Array<std::int32_t> leaves({rows.n, trees});
    std::int32_t* out = leaves.mutable_data();
    interruptible([&](Budget& budget) {
        for (std::size_t i = 0; i < rows.n; ++i) {
            if (i % rows_between_questions == 0) budget.ask();
            for (std::size_t t = 0; t < trees; ++t)
                out[i * trees + t] = static_cast<std::int32_t>(model.forest()->path(rows.from(i, 1), t).leaf);
        }
    });
    return leaves;
}

}  // namespace

void bind_model(py::module_& module) {
    using py::arg;
    py::class_<Given>(module, "ModelSettings", "What models of trees and weighted sums share: forest/model.h.")
        .def(py::init([](std::size_t num_features, double base, bool mean, std::optional<double> scale,
                         std::optional<double> bias, std::optional<double> divide, const std::string& transform,
                         double slope, double shift, std::optional<float> absent,
                         const std::vector<std::tuple<std::size_t, float, float>>& normalizers) {
                 return Given{num_features, base, output(mean, scale, bias, divide, transform, slope, shift),
                              preparations(num_features, absent, normalizers)};
             }),
             arg("num_features"), arg("base"), arg("mean"), arg("scale"), arg("bias"), arg("divide"), arg("transform"),
             arg("slope"), arg("shift"), arg("absent"), arg("normalizers"));
    py::class_<Model, std::shared_ptr<Model>>(module, "Model", "A trained model: forest/model.h.")
        .def_static("trees", &trees, arg("node_begin").noconvert(), arg("leaf_begin").noconvert(),
                    arg("feature").noconvert(), arg("threshold").noconvert(), arg("rule").noconvert(),
                    arg("left").noconvert(), arg("right").noconvert(), arg("leaf_value").noconvert(),
                    arg("set_begin").noconvert(), arg("set_words").noconvert(), arg("accumulate"), arg("wide"),
                    arg("groups"), arg("settings"))
        .def_static("linear", &linear, arg("feature").noconvert(), arg("weight").noconvert(), arg("float32"),
                    arg("skips_nan"), arg("settings"))
        .def_property_readonly("num_features", &Model::num_features)
        .def_property_readonly("num_trees", &Model::num_trees)
        .def("predict", &predict, arg("x"), arg("raw"), arg("way") = "choose")
        .def("predict_leaves", &predict_leaves, arg("x"));
}

}  // namespace rescora::bind

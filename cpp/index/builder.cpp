/// Routes documents, numbered by arrival, to the writers of their segments, and finishes these in parallel.
#include "index/builder.h"

#include <algorithm>

#include "base/budget.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/shown.h"
#include "index/routing.h"

namespace rescora::index {

using segment::KeywordBuilder, segment::NumberBuilder, segment::TextBuilder, segment::VectorBuilder;

Builder::Builder(std::uint32_t num_shards, std::vector<std::uint32_t> segment_ends)
    : segment_ends_(std::move(segment_ends)) {
    if (num_shards == 0) throw InvalidArgument("number_of_shards must be at least 1, not 0");
    if (!std::ranges::is_sorted(segment_ends_)) throw InvalidArgument("segment_ends must ascend");
    ids_.resize(num_shards);
    writers_.resize(num_shards * segments_a_shard());
}

template <class FieldBuilderType, class... Arguments>
void Builder::add_field(FieldId field, const Arguments&... arguments) {
    for (segment::Writer& writer : writers_)
        if (!writer.add_field<FieldBuilderType>(field, arguments...))
            throw InvalidArgument("field " + std::to_string(field) + " is there already");
}

void Builder::add_text_field(FieldId field, const segment::TextOptions& options) {
    add_field<TextBuilder>(field, options);
}
void Builder::add_keyword_field(FieldId field, float k1, float b) {
    add_field<KeywordBuilder>(field, k1, b);
}
void Builder::add_integer_field(FieldId field) {
    add_field<NumberBuilder<std::int64_t>>(field);
}
void Builder::add_real_field(FieldId field) {
    add_field<NumberBuilder<double>>(field);
}

void Builder::set_flags(FieldId field, float k1, float b) {
    for (auto* builder : builders_of<NumberBuilder<std::int64_t>>(field)) builder->set_flags(k1, b);
}

void Builder::add_vector_field(FieldId field, segment::VectorOptions options) {
    add_field<VectorBuilder>(field, options);
}

void Builder::add_documents(std::span<const std::string_view> ids) {
    if (writers_.empty()) throw InvalidArgument("the builder has finished: it takes no more documents");
    for (const std::string_view id : ids) {
        if (places_.size() >= no_doc - 1) throw InvalidArgument("an index holds at most 4,294,967,293 documents");
        const std::uint32_t shard = route(id, num_shards());
        segment::WordTable& known = ids_[shard];
        const std::size_t so_far = known.words().size();
        if (known.number(id) != so_far)
            throw InvalidArgument("the id [" + shown(id) + "] is there already; ids must differ");
        const auto ended = std::ranges::upper_bound(segment_ends_, places_.size()) - segment_ends_.begin();
        const auto number = static_cast<std::uint32_t>(shard * segments_a_shard() + static_cast<std::size_t>(ended));
        places_.push_back({number, writers_[number].add_document()});
    }
}

void Builder::add_sources(std::span<const std::string_view> sources) {
    for (const std::string_view source : sources)
        writers_[place(static_cast<std::uint32_t>(num_sources_++)).segment].add_source(source);
}

const Builder::Place& Builder::place(std::uint32_t document) const {
    if (document < places_.size()) return places_[document];
    throw InvalidArgument("document " + std::to_string(document) + " has not been added");
}

template <class FieldBuilderType>
FieldBuilderType& Builder::builder_of(FieldId field, std::size_t segment) {
    auto* builder = writers_.at(segment).field<FieldBuilderType>(field);
    if (builder == nullptr) throw InvalidArgument("field " + std::to_string(field) + " is not of this type");
    return *builder;
}

template <class FieldBuilderType>
std::vector<FieldBuilderType*> Builder::builders_of(FieldId field) {
    std::vector<FieldBuilderType*> builders;
    for (std::size_t s = 0; s < writers_.size(); ++s) builders.push_back(&builder_of<FieldBuilderType>(field, s));
    return builders;
}

template <class FieldBuilderType, class Values>
void Builder::add(FieldId field, std::span<const std::uint32_t> docs, const Values& values, Budget* budget) {
    if (docs.size() != values.size())
        throw InvalidArgument("docs has " + std::to_string(docs.size()) + " entries, values has " +
                              std::to_string(values.size()));
    const auto builders = builders_of<FieldBuilderType>(field);
    for (std::size_t i = 0; i < docs.size(); ++i) {
        const Place& at = place(docs[i]);
        builders[at.segment]->add(at.doc, values[i]);
        ask_after(16, i, budget);
    }
}

void Builder::add_texts(FieldId field, std::span<const std::uint32_t> docs, std::span<const std::string_view> values,
                        Budget* budget) {
    add<TextBuilder>(field, docs, values, budget);
}
void Builder::add_keywords(FieldId field, std::span<const std::uint32_t> docs, std::span<const std::string_view> values,
                           Budget* budget) {
    add<KeywordBuilder>(field, docs, values, budget);
}
void Builder::add_integers(FieldId field, std::span<const std::uint32_t> docs, std::span<const std::int64_t> values) {
    add<NumberBuilder<std::int64_t>>(field, docs, values);
}
void Builder::add_reals(FieldId field, std::span<const std::uint32_t> docs, std::span<const double> values) {
    add<NumberBuilder<double>>(field, docs, values);
}

namespace {

/// Vectors of one shape, by number.
struct Rows {
    Bytes bytes;
    std::size_t row_size;

    std::size_t size() const { return bytes.size() / row_size; }
    Bytes operator[](std::size_t i) const { return bytes.subspan(i * row_size, row_size); }
};

}  // namespace

void Builder::add_vectors(FieldId field, std::span<const std::uint32_t> docs, Bytes rows) {
    const std::size_t row_size = builders_of<VectorBuilder>(field).front()->options().row_size();
    if (rows.size() % row_size != 0)
        throw InvalidArgument("vectors of field " + std::to_string(field) + " must be " + std::to_string(row_size) +
                              " bytes long each, and there are " + std::to_string(rows.size()) + " bytes");
    add<VectorBuilder>(field, docs, Rows{rows, row_size});
}

template <class T>
void Builder::set(FieldId field, std::span<const T> values, std::shared_ptr<const void> owner) {
    if (values.size() != places_.size())
        throw InvalidArgument("a column must have one value for each of the " + std::to_string(places_.size()) +
                              " documents, not " + std::to_string(values.size()));
    add_field<NumberBuilder<T>>(field);
    const auto builders = builders_of<NumberBuilder<T>>(field);
    if (builders.size() == 1) {
        const segment::SectionKey key{static_cast<std::uint32_t>(segment::SectionKind::values), 0, field};
        builders.front()->set_column({key, bytes_of(values), std::move(owner)});
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i) builders[places_[i].segment]->add(places_[i].doc, values[i]);
}

void Builder::set_integers(FieldId field, std::span<const std::int64_t> values, std::shared_ptr<const void> owner) {
    set(field, values, std::move(owner));
}
void Builder::set_reals(FieldId field, std::span<const double> values, std::shared_ptr<const void> owner) {
    set(field, values, std::move(owner));
}

void Builder::set_vectors(FieldId field, segment::VectorOptions options, Bytes rows,
                          std::shared_ptr<const void> owner) {
    add_vector_field(field, options);
    const std::size_t row_size = options.row_size();
    if (rows.size() != places_.size() * row_size)
        throw InvalidArgument("a column must have one vector of " + std::to_string(row_size) +
                              " bytes for each of the " + std::to_string(places_.size()) + " documents, not " +
                              std::to_string(rows.size()) + " bytes");
    const auto builders = builders_of<VectorBuilder>(field);
    if (builders.size() == 1) return builders.front()->set_rows(rows, std::move(owner));
    for (std::size_t i = 0; i < places_.size(); ++i)
        builders[places_[i].segment]->add(places_[i].doc, rows.subspan(i * row_size, row_size));
}

const std::vector<std::string_view>& Builder::words(FieldId field, std::uint32_t segment) {
    return builder_of<TextBuilder>(field, segment).words();
}

void Builder::set_terms(FieldId field, std::uint32_t segment, std::vector<std::optional<std::string>> terms) {
    builder_of<TextBuilder>(field, segment).set_terms(std::move(terms));
}

std::vector<ShardReader::Segments> Builder::finish(std::size_t threads, Budget* budget) {
    if (num_sources_ != 0 && num_sources_ != places_.size())
        throw InvalidArgument(std::to_string(num_sources_) + " sources were given for " +
                              std::to_string(places_.size()) + " documents");
    std::vector<std::span<const std::string_view>> ids;  // of each segment
    for (const segment::WordTable& of_shard : ids_) {
        std::span<const std::string_view> rest = of_shard.words();
        for (std::size_t i = 0; i < segments_a_shard(); ++i) {
            ids.push_back(rest.first(writers_[ids.size()].num_docs()));
            rest = rest.subspan(ids.back().size());
        }
    }
    ShardReader::Segments built(writers_.size());
    const auto build = [&](std::size_t i) { built[i] = writers_[i].build(ids[i], num_sources_ != 0, budget); };
    parallel_for(built.size(), thread_count(threads, built.size()), build, budget);

    std::vector<ShardReader::Segments> shards(ids_.size());
    for (std::size_t i = 0; i < built.size(); ++i) shards[i / segments_a_shard()].push_back(std::move(built[i]));
    ids_.clear();
    writers_.clear();
    places_.clear();
    num_sources_ = 0;
    return shards;
}

}  // namespace rescora::index

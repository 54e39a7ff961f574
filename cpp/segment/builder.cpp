/// Documents come in by number of arrival, are routed to shards, and leave as finished segments.
#include "segment/builder.h"

#include "base/budget.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/shown.h"

namespace rescora::segment {

Builder::Builder(std::uint32_t num_shards) {
    if (num_shards == 0) throw InvalidArgument("number_of_shards must be at least 1, not 0");
    shards_.resize(num_shards);
}

template <class FieldBuilderType, class... Arguments>
void Builder::add_field(FieldId field, const Arguments&... arguments) {
    for (Shard& shard : shards_)
        if (!shard.fields.try_emplace(field, std::in_place_type<FieldBuilderType>, arguments...).second)
            throw InvalidArgument("field " + std::to_string(field) + " is there already");
}

void Builder::add_text_field(FieldId field, const TextOptions& options) {
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

void Builder::add_vector_field(FieldId field, VectorOptions options) {
    add_field<VectorBuilder>(field, options);
}

void Builder::add_documents(std::span<const std::string_view> ids) {
    if (shards_.empty()) throw InvalidArgument("the builder has finished: it takes no more documents");
    for (const std::string_view id : ids) {
        if (places_.size() >= no_doc - 1) throw InvalidArgument("an index holds at most 4,294,967,293 documents");
        const std::uint32_t number = route(id, num_shards());
        Shard& shard = shards_[number];
        const DocId doc = shard.num_docs();
        if (shard.ids.number(id) != doc)
            throw InvalidArgument("the id [" + shown(id) + "] is there already; ids must differ");
        places_.push_back({number, doc});
    }
}

void Builder::add_sources(std::span<const std::string_view> sources) {
    for (const std::string_view source : sources) {
        Shard& shard = shards_[place(static_cast<std::uint32_t>(num_sources_++)).shard];
        shard.source_bytes.insert(shard.source_bytes.end(), source.begin(), source.end());
        shard.source_starts.push_back(shard.source_bytes.size());
    }
}

const Builder::Place& Builder::place(std::uint32_t document) const {
    if (document < places_.size()) return places_[document];
    throw InvalidArgument("document " + std::to_string(document) + " has not been added");
}

template <class FieldBuilderType>
std::vector<FieldBuilderType*> Builder::builders_of(FieldId field) {
    std::vector<FieldBuilderType*> builders;
    for (Shard& shard : shards_) {
        const auto found = shard.fields.find(field);
        auto* builder = found == shard.fields.end() ? nullptr : std::get_if<FieldBuilderType>(&found->second);
        if (builder == nullptr) throw InvalidArgument("field " + std::to_string(field) + " is not of this type");
        builders.push_back(builder);
    }
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
        builders[at.shard]->add(at.doc, values[i]);
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
    if (num_shards() == 1) {
        std::get<NumberBuilder<T>>(shards_[0].fields.at(field))
            .set_column(
                {{static_cast<std::uint32_t>(SectionKind::values), 0, field}, bytes_of(values), std::move(owner)});
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        std::get<NumberBuilder<T>>(shards_[places_[i].shard].fields.at(field)).add(places_[i].doc, values[i]);
}

void Builder::set_integers(FieldId field, std::span<const std::int64_t> values, std::shared_ptr<const void> owner) {
    set(field, values, std::move(owner));
}
void Builder::set_reals(FieldId field, std::span<const double> values, std::shared_ptr<const void> owner) {
    set(field, values, std::move(owner));
}

void Builder::set_vectors(FieldId field, VectorOptions options, Bytes rows, std::shared_ptr<const void> owner) {
    add_vector_field(field, options);
    const std::size_t row_size = options.row_size();
    if (rows.size() != places_.size() * row_size)
        throw InvalidArgument("a column must have one vector of " + std::to_string(row_size) +
                              " bytes for each of the " + std::to_string(places_.size()) + " documents, not " +
                              std::to_string(rows.size()) + " bytes");
    const auto builders = builders_of<VectorBuilder>(field);
    if (num_shards() == 1) return builders.front()->set_rows(rows, std::move(owner));
    for (std::size_t i = 0; i < places_.size(); ++i)
        builders[places_[i].shard]->add(places_[i].doc, rows.subspan(i * row_size, row_size));
}

const std::vector<std::string_view>& Builder::words(FieldId field, std::uint32_t shard) const {
    return std::get<TextBuilder>(shards_.at(shard).fields.at(field)).words();
}

void Builder::set_terms(FieldId field, std::uint32_t shard, std::vector<std::optional<std::string>> terms) {
    std::get<TextBuilder>(shards_.at(shard).fields.at(field)).set_terms(std::move(terms));
}

std::shared_ptr<const Segment> Builder::Shard::build(Budget* budget) {
    std::vector<Section> sections;
    std::vector<FieldRecord> records;
    for (auto& [field, builder] : fields)
        records.push_back(
            std::visit([&](auto& some) { return some.build(field, num_docs(), sections, budget); }, builder));
    std::ranges::sort(records, {}, &FieldRecord::field);

    const DirectoryHeader header{num_docs(), static_cast<std::uint32_t>(records.size())};
    std::vector<std::byte> directory(sizeof header + records.size() * sizeof(FieldRecord));
    std::memcpy(directory.data(), &header, sizeof header);
    if (!records.empty())
        std::memcpy(directory.data() + sizeof header, records.data(), records.size() * sizeof(FieldRecord));
    sections.push_back(make_section(SectionKind::directory, 0, std::move(directory)));

    auto dictionary = postings::make_dictionary(ids.words(), budget);
    sections.push_back(make_section(SectionKind::id_starts, 0, std::move(dictionary.starts)));
    sections.push_back(make_section(SectionKind::id_bytes, 0, std::move(dictionary.bytes)));
    sections.push_back(make_section(SectionKind::id_table, 0, std::move(dictionary.table)));
    sections.push_back(make_section(SectionKind::id_crowded, 0, std::move(dictionary.crowded)));
    if (!source_starts.empty()) {
        sections.push_back(make_section(SectionKind::source_starts, 0, std::move(source_starts)));
        sections.push_back(make_section(SectionKind::source_bytes, 0, std::move(source_bytes)));
    }
    return std::make_shared<const Segment>(std::move(sections));
}

std::vector<std::shared_ptr<const Segment>> Builder::finish(std::size_t threads, Budget* budget) {
    if (num_sources_ != 0 && num_sources_ != places_.size())
        throw InvalidArgument(std::to_string(num_sources_) + " sources were given for " +
                              std::to_string(places_.size()) + " documents");
    for (Shard& shard : shards_)
        if (num_sources_ == 0) shard.source_starts.clear();
    std::vector<std::shared_ptr<const Segment>> segments(shards_.size());
    const auto build = [&](std::size_t s) { segments[s] = shards_[s].build(budget); };
    parallel_for(shards_.size(), thread_count(threads, shards_.size()), build, budget);
    shards_.clear();
    places_.clear();
    num_sources_ = 0;
    return segments;
}

}  // namespace rescora::segment

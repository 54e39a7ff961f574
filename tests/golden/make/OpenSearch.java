import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Scorable;
import org.opensearch.OpenSearchException;
import org.opensearch.Version;
import org.opensearch.action.admin.indices.create.CreateIndexRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.client.Client;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.IndexService;
import org.opensearch.index.fielddata.ScriptDocValues;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.indices.IndicesService;
import org.opensearch.node.MockNode;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.painless.PainlessScriptEngine;
import org.opensearch.painless.spi.Whitelist;
import org.opensearch.painless.spi.WhitelistLoader;
import org.opensearch.script.ScoreScript;
import org.opensearch.script.ScriptContext;
import org.opensearch.search.SearchHit;
import org.opensearch.search.SearchModule;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.MockHttpTransport;
import org.opensearch.transport.nio.MockNioTransportPlugin;

/**
 * Asks a node of OpenSearch, started in this process, for hits, explanations and the values of scripts.
 *
 * OpenSearch FOLDER search|explain|script IN OUT: FOLDER has index.json and docs.jsonl; IN and OUT have a line a question.
 */
public class OpenSearch {
    /** A script that gives whatever it gives, so that the type of its value can be seen. */
    public abstract static class ValueScript {
        public static final String[] PARAMETERS = {};
        private final Map<String, Object> params;
        private final Map<String, ScriptDocValues<?>> doc;
        private final double score;

        public ValueScript(Map<String, Object> params, Map<String, ScriptDocValues<?>> doc, double score) {
            this.params = params;
            this.doc = doc;
            this.score = score;
        }

        public Map<String, Object> getParams() {
            return params;
        }

        public Map<String, ScriptDocValues<?>> getDoc() {
            return doc;
        }

        public double get_score() {
            return score;
        }

        public abstract Object execute();

        public interface Factory {
            ValueScript newInstance(Map<String, Object> params, Map<String, ScriptDocValues<?>> doc, double score);
        }

        public static final ScriptContext<Factory> CONTEXT = new ScriptContext<>("value", Factory.class);
    }

    /** One kind of question: from a line of IN to a line of OUT. */
    private interface Question {
        Map<String, Object> answer(Map<String, Object> asked) throws Exception;
    }

    private final MockNode node;
    private final NamedXContentRegistry names = new NamedXContentRegistry(
        new SearchModule(Settings.EMPTY, List.of(new MapperExtrasPlugin())).getNamedXContents());
    private final PainlessScriptEngine painless;

    private OpenSearch(MockNode node) {
        this.node = node;
        List<Whitelist> allowed = new ArrayList<>(Whitelist.BASE_WHITELISTS);
        allowed.add(WhitelistLoader.loadFromResourceFiles(Whitelist.class, "org.opensearch.score.txt"));
        painless = new PainlessScriptEngine(Settings.EMPTY, Map.of(ValueScript.CONTEXT, allowed, ScoreScript.CONTEXT, allowed));
    }

    public static void main(String[] args) throws Exception {
        Settings settings = Settings.builder()
            .put("path.home", Files.createTempDirectory("node")).put("node.name", "node").put("cluster.name", "goldens")
            .put("discovery.type", "single-node").put("transport.type", "mock-nio").put("http.type", "mock-http")
            .put("script.disable_max_compilations_rate", true)
            .put("cluster.routing.allocation.disk.threshold_enabled", false).build();
        Path folder = Path.of(args[0]);
        try (MockNode node = new MockNode(settings, List.of(MockNioTransportPlugin.class, MockHttpTransport.TestPlugin.class,
                PainlessPlugin.class, MapperExtrasPlugin.class))) {
            node.start();
            build(node.client(), folder);
            OpenSearch asked = new OpenSearch(node);
            Question question = Map.<String, Question>of(
                "search", asked::search, "explain", asked::explain, "script", asked::script).get(args[1]);
            List<String> answers = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(args[2]))) answers.add(json(question.answer(table(line))));
            Files.write(Path.of(args[3]), answers);
        }
        System.exit(0);
    }

    /** One shard, one segment, documents numbered in the order of the file. */
    private static void build(Client client, Path folder) throws Exception {
        Object mappings = table(Files.readString(folder.resolve("index.json"))).get("mappings");
        client.admin().indices().create(new CreateIndexRequest("index")
            .source(Map.of("mappings", Map.of("_doc", mappings)), DeprecationHandler.IGNORE_DEPRECATIONS)
            .settings(Settings.builder().put("index.number_of_shards", 1).put("index.number_of_replicas", 0)
                .put("index.refresh_interval", "-1"))).actionGet();
        for (String line : Files.readAllLines(folder.resolve("docs.jsonl"))) {
            Map<String, Object> doc = table(line);
            client.index(new IndexRequest("index").id((String) doc.remove("id")).source(doc)).actionGet();
        }
        client.admin().indices().prepareRefresh("index").get();
        client.admin().indices().prepareForceMerge("index").setMaxNumSegments(1).get();
        client.admin().indices().prepareRefresh("index").get();
    }

    private Map<String, Object> search(Map<String, Object> body) throws Exception {
        List<Object> hits = new ArrayList<>();
        try (XContentParser parser = parser(body)) {
            SearchRequest request = new SearchRequest("index").source(SearchSourceBuilder.fromXContent(parser));
            for (SearchHit hit : node.client().search(request.allowPartialSearchResults(false)).actionGet().getHits()) {
                hits.add(List.of(hit.getId(), hit.getScore()));
            }
            return Map.of("request", body, "hits", hits);
        } catch (Exception e) {
            return Map.of("request", body, "error", causes(e));
        }
    }

    private Map<String, Object> explain(Map<String, Object> asked) throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>(asked);
        try (XContentParser parser = parser(asked.get("query"))) {
            answer.put("explanation", tree(node.client().prepareExplain("index", (String) asked.get("id"))
                .setQuery(AbstractQueryBuilder.parseInnerQueryBuilder(parser)).get().getExplanation()));
        } catch (Exception e) {
            answer.put("error", causes(e));
        }
        return answer;
    }

    /** The value and its type; of a script that only a score may use, the score. */
    @SuppressWarnings("unchecked")
    private Map<String, Object> script(Map<String, Object> asked) throws Exception {
        Map<String, Object> params = (Map<String, Object>) asked.getOrDefault("params", Map.of());
        String source = (String) asked.get("script");
        float score = ((Number) asked.getOrDefault("score", 1.0)).floatValue();
        int doc = ((Number) asked.get("doc")).intValue();
        IndexService service = node.injector().getInstance(IndicesService.class).iterator().next();
        try (var searcher = service.getShard(0).acquireSearcher("goldens")) {
            var lookup = service.newQueryShardContext(0, searcher, () -> 0L, null).lookup();
            var leaf = searcher.getIndexReader().leaves().get(0);
            if (source.contains("randomScore")) {
                var factory = painless.compile("score", source, ScoreScript.CONTEXT, Map.of());
                ScoreScript run = factory.newFactory(params, lookup, (IndexSearcher) searcher).newInstance(leaf);
                run._setIndexName("index");
                run._setShard(0);
                run._setIndexVersion(Version.CURRENT);
                run.setDocument(doc);
                return value(run.execute(null));
            }
            var factory = painless.compile("value", source, ValueScript.CONTEXT, Map.of());
            var values = lookup.getLeafSearchLookup(leaf);
            values.setDocument(doc);
            return value(factory.newInstance(params, (Map<String, ScriptDocValues<?>>) (Map<?, ?>) values.doc(), score).execute());
        } catch (Exception e) {
            return Map.of("error", causes(e));
        }
    }

    private static Map<String, Object> value(Object value) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("type", value == null ? "null" : value.getClass().getSimpleName());
        out.put("value", String.valueOf(value));
        if (value instanceof Double) out.put("bits", String.format("0x%016x", Double.doubleToLongBits((Double) value)));
        if (value instanceof Float) out.put("bits", String.format("0x%08x", Float.floatToIntBits((Float) value)));
        return out;
    }

    private static Map<String, Object> tree(Explanation e) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("value", e.getValue());
        out.put("description", e.getDescription());
        out.put("details", Arrays.stream(e.getDetails()).map(OpenSearch::tree).toList());
        return out;
    }

    private static List<Object> causes(Throwable e) {
        List<Object> chain = new ArrayList<>();
        for (Throwable t = e; t != null; t = t.getCause()) {
            chain.add(List.of(OpenSearchException.getExceptionName(t), String.valueOf(t.getMessage())));
        }
        return chain;
    }

    private XContentParser parser(Object body) throws IOException {
        return JsonXContent.jsonXContent.createParser(names, DeprecationHandler.IGNORE_DEPRECATIONS, json(body));
    }

    private static Map<String, Object> table(String text) {
        return new LinkedHashMap<>(XContentHelper.convertToMap(JsonXContent.jsonXContent, text, true));
    }

    private static String json(Object value) throws IOException {
        try (XContentBuilder out = JsonXContent.contentBuilder()) {
            return out.value(value).toString();
        }
    }
}

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryRescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/** First pass and rescoring of a list of phrases, called as a user of Lucene calls them. */
final class Searches {
    private final Directory directory;
    private final DirectoryReader reader;
    private final IndexSearcher searcher;
    private final QueryBuilder builder = new QueryBuilder(Lines.analyzer());
    private String[] phrases = {};
    private Query[] matches = {};
    private final Map<Integer, Query[]> phraseQueries = new HashMap<>(); // by slop
    private final Map<Integer, Window[]> windows = new HashMap<>(); // by size
    private byte[] other = {};
    private long sink; // keeps what is read for its own sake from being optimised away

    Searches(Path folder) throws IOException {
        directory = FSDirectory.open(folder);
        reader = DirectoryReader.open(directory);
        searcher = new IndexSearcher(reader);
        searcher.setSimilarity(new ElasticsearchBm25());
        searcher.setQueryCache(null); // the same phrases come again and again: a cache would be all that is timed
    }

    void close() throws IOException {
        reader.close();
        directory.close();
    }

    int documents() {
        return reader.maxDoc();
    }

    int segments() {
        return reader.leaves().size();
    }

    Map<String, Object> phrases(String[] given) {
        phrases = given;
        matches = queries(phrase -> builder.createBooleanQuery(Lines.FIELD, phrase));
        phraseQueries.clear();
        windows.clear();
        return Map.of("phrases", given.length);
    }

    /** One round: the nanoseconds of each phrase's search for the best, the shortest of some calls in a row. */
    long[] first(int size, int calls) throws IOException {
        var times = new long[phrases.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = Long.MAX_VALUE;
            for (int call = 0; call < calls; call++) {
                long began = System.nanoTime();
                TopDocs found = searcher.search(matches[i], size);
                times[i] = Math.min(times[i], System.nanoTime() - began);
                sink += found.scoreDocs.length;
            }
        }
        return times;
    }

    Map<String, Object> firstHits(int size) throws IOException {
        var pages = new ArrayList<TopDocs>();
        for (Query match : matches) {
            pages.add(searcher.search(match, size));
        }
        return hits(pages);
    }

    /** One round: the same for rescoring the whole window of each phrase's first pass. */
    long[] rescore(int size, int slop, int calls) throws IOException {
        return rescore(size, slop, calls, () -> {});
    }

    /** The same, one call a phrase, with so many other bytes read before it. */
    long[] rescoreCold(int size, int slop, int bytes) throws IOException {
        if (other.length != bytes) {
            other = new byte[bytes];
            for (int i = 0; i < bytes; i += 64) {
                other[i] = (byte) i; // pages that were never written are all one page of zeros
            }
        }
        return rescore(size, slop, 1, this::readOther);
    }

    private long[] rescore(int size, int slop, int calls, Runnable before) throws IOException {
        Window[] windows = windows(size);
        Rescore[] rescorers = rescorers(slop);
        var times = new long[phrases.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = Long.MAX_VALUE;
            for (int call = 0; call < calls; call++) {
                TopDocs window = windows[i].fresh();
                before.run();
                long began = System.nanoTime();
                TopDocs found = rescorers[i].rescore(searcher, window, size);
                times[i] = Math.min(times[i], System.nanoTime() - began);
                sink += found.scoreDocs.length;
            }
        }
        return times;
    }

    private void readOther() {
        for (int i = 0; i < other.length; i += 64) {
            sink += other[i];
        }
    }

    Map<String, Object> rescoreHits(int size, int slop) throws IOException {
        Window[] windows = windows(size);
        Rescore[] rescorers = rescorers(slop);
        var pages = new ArrayList<TopDocs>();
        for (int i = 0; i < phrases.length; i++) {
            TopDocs page = rescorers[i].rescore(searcher, windows[i].fresh(), size);
            var copies = new ScoreDoc[page.scoreDocs.length]; // a window's own hits change with the next call
            for (int j = 0; j < copies.length; j++) {
                copies[j] = new ScoreDoc(page.scoreDocs[j].doc, page.scoreDocs[j].score);
            }
            pages.add(new TopDocs(page.totalHits, copies));
        }
        return hits(pages);
    }

    /** Seconds to rescore every phrase's window once, each thread taking the next phrase. */
    double parallel(int size, int slop, int threads) throws Exception {
        Window[] windows = windows(size);
        Rescore[] rescorers = rescorers(slop);
        TopDocs[] fresh = new TopDocs[phrases.length];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = windows[i].fresh();
        }
        var next = new AtomicInteger();
        Callable<Void> work = () -> {
            for (int i = next.getAndIncrement(); i < fresh.length; i = next.getAndIncrement()) {
                rescorers[i].rescore(searcher, fresh[i], size);
            }
            return null;
        };
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long began = System.nanoTime();
            for (Future<Void> done : pool.invokeAll(java.util.Collections.nCopies(threads, work))) {
                done.get();
            }
            return (System.nanoTime() - began) / 1e9;
        } finally {
            pool.shutdown();
        }
    }

    private Window[] windows(int size) throws IOException {
        if (!windows.containsKey(size)) {
            var made = new Window[phrases.length];
            for (int i = 0; i < made.length; i++) {
                made[i] = new Window(searcher.search(matches[i], size));
            }
            windows.put(size, made);
        }
        return windows.get(size);
    }

    private Rescore[] rescorers(int slop) {
        Query[] queries = phraseQueries.computeIfAbsent(
                slop, s -> queries(phrase -> builder.createPhraseQuery(Lines.FIELD, phrase, s)));
        var made = new Rescore[queries.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = new Rescore(queries[i]);
        }
        return made;
    }

    private interface Maker {
        Query make(String phrase);
    }

    private Query[] queries(Maker maker) {
        var made = new Query[phrases.length];
        for (int i = 0; i < made.length; i++) {
            Query query = maker.make(phrases[i]);
            made[i] = query == null ? new MatchNoDocsQuery("no word is left") : query;
        }
        return made;
    }

    /** Documents and the bits of their scores, page after page, little-endian. */
    private static Map<String, Object> hits(List<TopDocs> pages) {
        int sum = pages.stream().mapToInt(page -> page.scoreDocs.length).sum();
        ByteBuffer docs = ByteBuffer.allocate(4 * sum).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer scores = ByteBuffer.allocate(4 * sum).order(ByteOrder.LITTLE_ENDIAN);
        var counts = new long[pages.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = pages.get(i).scoreDocs.length;
            for (ScoreDoc hit : pages.get(i).scoreDocs) {
                docs.putInt(hit.doc);
                scores.putFloat(hit.score);
            }
        }
        return Map.of("counts", counts, "docs", docs.array(), "scores", scores.array());
    }

    /** Elasticsearch's default: the sum of both scores, in float. */
    private static final class Rescore extends QueryRescorer {
        Rescore(Query query) {
            super(query);
        }

        @Override
        protected float combine(float first, boolean matches, float second) {
            return matches ? first + second : first;
        }
    }

    /** A first pass's hits, whose scores can be put back: Lucene 9's rescorer writes into the hits it is given. */
    private static final class Window {
        private final TopDocs hits;
        private final float[] scores;

        Window(TopDocs hits) {
            this.hits = hits;
            scores = new float[hits.scoreDocs.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = hits.scoreDocs[i].score;
            }
        }

        TopDocs fresh() {
            for (int i = 0; i < scores.length; i++) {
                hits.scoreDocs[i].score = scores[i];
            }
            return hits;
        }
    }
}

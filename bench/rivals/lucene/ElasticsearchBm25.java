import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/** Elasticsearch's similarity: Lucene's BM25 with every score multiplied by k1 + 1, as it was before Lucene 8. */
final class ElasticsearchBm25 extends Similarity {
    private static final float K1 = 1.2f;
    private static final float B = 0.75f;

    private final BM25Similarity bm25 = new BM25Similarity(K1, B);

    @Override
    public long computeNorm(FieldInvertState state) {
        return bm25.computeNorm(state);
    }

    @Override
    public SimScorer scorer(float boost, CollectionStatistics collection, TermStatistics... terms) {
        return bm25.scorer(boost * (1 + K1), collection, terms);
    }
}

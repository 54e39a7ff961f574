/// The body of bm25.h, compiled once for each instruction set.
void bm25(const float* __restrict tf, const std::uint8_t* __restrict norm, const float* __restrict inverse_norm,
          float weight, float* __restrict score, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) score[i] = weight - weight / (1.0f + tf[i] * inverse_norm[norm[i]]);
}

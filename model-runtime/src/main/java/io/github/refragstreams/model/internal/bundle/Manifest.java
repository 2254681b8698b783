package io.github.refragstreams.model.internal.bundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code manifest.json}, as far as the runtime reads it.
 *
 * @param dimension d, width of the decoder
 * @param layers layers of the decoder
 * @param injectionLayer N: chunk vectors enter before this layer
 * @param contextPositions positions that the decoder was trained for
 * @param rotaryPositions positions that its graphs can count
 * @param ropeTheta base of the rotary angles
 * @param ropeFrequencies half a head's rotary frequencies; null when they are powers of the base
 * @param hidden inner width of a layer's feed-forward part
 * @param qkvBias whether queries, keys and values have a bias
 * @param tiedHead whether the embedding is the head too
 * @param tokenStates whether the decoder was trained to read the states of single tokens too
 * @param encoder graph of an encoder besides the decoder; null when it is the decoder's lower half
 * @param encoderWindow most tokens that the encoder reads at once; a multiple of every k
 * @param policy file of the learned policy; null when chunks are scored lexically
 * @param adapter what training changed above layer N; null when nothing
 * @param tensors per weight file, the tensors in it by name
 * @param files every other file of the bundle by name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
    int formatVersion,
    String name,
    String version,
    int dimension,
    int vocabulary,
    int layers,
    int injectionLayer,
    int contextPositions,
    int rotaryPositions,
    double ropeTheta,
    @Nullable List<Double> ropeFrequencies,
    int heads,
    int kvHeads,
    int headSize,
    int hidden,
    boolean qkvBias,
    boolean tiedHead,
    List<Integer> chunkSizes,
    int defaultChunkTokens,
    boolean tokenStates,
    @Nullable String encoder,
    int encoderWindow,
    String encoderId,
    PromptTexts prompt,
    SpecialTokens specialTokens,
    @Nullable String policy,
    @Nullable Adapter adapter,
    Map<String, Map<String, TensorEntry>> tensors,
    Map<String, FileEntry> files) {

  /** The texts of the prompt; {@code head} and {@code tail} hold special tokens. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PromptTexts(
      String head, String opening, String label, String separator, String question, String tail) {}

  /** The token before each encoder window, and the one that ends an answer. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SpecialTokens(String sink, String stop) {}

  /**
   * Low-rank changes: the weight of a linear grows by {@code scale * (B A)^T}.
   *
   * @param tensors {@code l{i}.{linear}.a} of shape [rank, in] and {@code .b} of shape [out, rank]
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Adapter(String file, int rank, float scale, Map<String, TensorEntry> tensors) {}

  /** Where a tensor lies in its file; little endian, row by row. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record TensorEntry(long offset, List<Long> shape, String dtype) {
    /** Number of elements. */
    public long elements() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }
  }

  /** What a file must be. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record FileEntry(String sha256, long bytes) {}
}

package io.github.refragstreams.model;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How the models run. Values are checked here; messages name the field in the spelling of the
 * configuration file.
 *
 * @param device {@code cpu} or {@code cuda:N}
 * @param threads threads of one model call; they do not spin while idle
 * @param batchTokens most tokens in one encoder call
 * @param batchWait longest time a passage waits for others to be encoded with
 * @param queueTokens most tokens that wait for the encoder
 * @param decodeSlots most answers that are generated at the same time
 * @param waitingRequests most answers that wait for a slot
 * @param maxPositions most positions of prompt and answer together
 * @param kvPositions positions of all answers at the same time, each counted as the longest of
 *     them: what waits is let in while they suffice; memory grows with it: 46 kB per position for a
 *     decoder of 30 layers with 3 heads of 64
 * @param prefillChunk positions of a prompt that are read in one call
 * @param tokenStates whether passages keep the states of their tokens, which expanded chunks then
 *     enter as: at less than half the time of raw tokens, and 2 bytes per token and component
 * @param precision how the models compute
 */
public record RuntimeConfig(
    String device,
    int threads,
    int batchTokens,
    Duration batchWait,
    int queueTokens,
    int decodeSlots,
    int waitingRequests,
    int maxPositions,
    int kvPositions,
    int prefillChunk,
    boolean tokenStates,
    Precision precision) {
  private static final Pattern DEVICE = Pattern.compile("cpu|cuda:\\d{1,3}");

  public RuntimeConfig {
    require(DEVICE.matcher(device).matches(), "device", device, "\"cpu\" or \"cuda:N\"");
    atLeast(1, "threads", threads);
    atLeast(1, "batch-tokens", batchTokens);
    require(!batchWait.isNegative(), "batch-wait", batchWait, "zero or more");
    atLeast(1, "queue-tokens", queueTokens);
    atLeast(1, "decode-slots", decodeSlots);
    atLeast(0, "waiting-requests", waitingRequests);
    atLeast(64, "max-positions", maxPositions);
    require(
        kvPositions >= maxPositions,
        "kv-positions",
        kvPositions,
        "at least model.max-positions, " + maxPositions);
    atLeast(1, "prefill-chunk", prefillChunk);
  }

  /** Good for a small shared machine: at most two threads, eight answers at a time. */
  public static RuntimeConfig defaults() {
    return new RuntimeConfig(
        "cpu",
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        1024,
        Duration.ofMillis(5),
        524_288,
        8,
        256,
        2048,
        8192,
        192,
        false,
        Precision.QUANTISED);
  }

  /** The same with other slots, and room for the longest answer in each. */
  public RuntimeConfig withDecoder(int slots, int positions) {
    return changed(
        parts -> {
          parts.decodeSlots = slots;
          parts.maxPositions = positions;
          parts.kvPositions = slots * positions;
        });
  }

  /** The same on another device. */
  public RuntimeConfig withDevice(String other) {
    return changed(parts -> parts.device = other);
  }

  /** The same in another precision. */
  public RuntimeConfig withPrecision(Precision other) {
    return changed(parts -> parts.precision = other);
  }

  /** The same with or without token states. */
  public RuntimeConfig withTokenStates(boolean kept) {
    return changed(parts -> parts.tokenStates = kept);
  }

  private RuntimeConfig changed(Consumer<Parts> change) {
    Parts parts = new Parts(this);
    change.accept(parts);
    return parts.together();
  }

  private static void atLeast(int least, String name, int value) {
    require(value >= least, name, value, "at least " + least);
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "model." + name + " is " + value + "; it must be " + expected);
    }
  }

  /** The parts, to change some of them. */
  private static final class Parts {
    private String device;
    private final int threads;
    private final int batchTokens;
    private final Duration batchWait;
    private final int queueTokens;
    private int decodeSlots;
    private final int waitingRequests;
    private int maxPositions;
    private int kvPositions;
    private final int prefillChunk;
    private boolean tokenStates;
    private Precision precision;

    Parts(RuntimeConfig config) {
      device = config.device;
      threads = config.threads;
      batchTokens = config.batchTokens;
      batchWait = config.batchWait;
      queueTokens = config.queueTokens;
      decodeSlots = config.decodeSlots;
      waitingRequests = config.waitingRequests;
      maxPositions = config.maxPositions;
      kvPositions = config.kvPositions;
      prefillChunk = config.prefillChunk;
      tokenStates = config.tokenStates;
      precision = config.precision;
    }

    RuntimeConfig together() {
      return new RuntimeConfig(
          device,
          threads,
          batchTokens,
          batchWait,
          queueTokens,
          decodeSlots,
          waitingRequests,
          maxPositions,
          kvPositions,
          prefillChunk,
          tokenStates,
          precision);
    }
  }
}

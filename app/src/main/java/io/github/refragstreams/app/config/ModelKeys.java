package io.github.refragstreams.app.config;

import io.github.refragstreams.model.RuntimeConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Keys below {@code model.}: the bundle and how it runs. */
public final class ModelKeys {
  private static final RuntimeConfig DEFAULTS = RuntimeConfig.defaults();

  public static final Key<String> BUNDLE =
      new Key<>(
          "model.bundle",
          ValueTypes.text(),
          "models/smollm2-135m-refrag",
          "Folder of the bundle. A relative path starts at the working directory, or at the"
              + " installation where the working directory has no such folder.");

  static final Key<Optional<String>> MANIFEST_SHA256 =
      new Key<>(
          "model.manifest-sha256",
          ValueTypes.sha256OrOff(),
          Optional.empty(),
          "What `refrag bundle show` says of the bundle's manifest, which in turn has the SHA-256 of"
              + " every file: a bundle that was exchanged or altered is refused. Off: any is"
              + " trusted.");

  public static final Key<String> DEVICE =
      new Key<>(
          "model.device",
          ValueTypes.text(),
          DEFAULTS.device(),
          "`cpu`, or `cuda:N` in a build with the profile `cuda`.");

  public static final Key<Integer> THREADS =
      new Key<>(
          "model.threads",
          ValueTypes.integer(1, 256),
          2,
          "Threads of one model call. They do not spin while idle.");

  public static final Key<Integer> BATCH_TOKENS =
      new Key<>(
          "model.batch-tokens",
          ValueTypes.integer(1),
          DEFAULTS.batchTokens(),
          "Most passage tokens in one encoder call.");

  public static final Key<Duration> BATCH_WAIT =
      new Key<>(
          "model.batch-wait",
          ValueTypes.duration(),
          DEFAULTS.batchWait(),
          "Longest time that a passage waits for others to be encoded with.");

  public static final Key<Integer> QUEUE_TOKENS =
      new Key<>(
          "model.queue-tokens",
          ValueTypes.integer(1),
          DEFAULTS.queueTokens(),
          "Most passage tokens that wait for the encoder.");

  public static final Key<Integer> DECODE_SLOTS =
      new Key<>(
          "model.decode-slots",
          ValueTypes.integer(1, 256),
          DEFAULTS.decodeSlots(),
          "Most answers that are generated at the same time.");

  public static final Key<Integer> WAITING_REQUESTS =
      new Key<>(
          "model.waiting-requests",
          ValueTypes.integer(0),
          DEFAULTS.waitingRequests(),
          "Most answers that wait for a slot.");

  public static final Key<Integer> MAX_POSITIONS =
      new Key<>(
          "model.max-positions",
          ValueTypes.integer(64),
          DEFAULTS.maxPositions(),
          "Most decoder positions of a prompt and its answer together; not more than the bundle was"
              + " trained for.");

  public static final Key<Integer> KV_POSITIONS =
      new Key<>(
          "model.kv-positions",
          ValueTypes.integer(64),
          DEFAULTS.kvPositions(),
          "Positions of all answers that are generated at the same time, each counted as the longest"
              + " of them: the next one waits until they suffice. Memory grows with it, about 46 kB"
              + " for each.");

  public static final Key<Integer> PREFILL_CHUNK =
      new Key<>(
          "model.prefill-chunk",
          ValueTypes.integer(1),
          DEFAULTS.prefillChunk(),
          "Prompt positions that are read in one call; other answers go on between calls.");

  public static final Key<Boolean> TOKEN_STATES =
      new Key<>(
          "model.token-states",
          ValueTypes.bool(),
          DEFAULTS.tokenStates(),
          "Whether passages keep the states of their tokens: expanded chunks then enter where vectors"
              + " do, at less than half the time of raw tokens, and a cached token takes 2 bytes per"
              + " component.");

  /** All of them, in the order of the reference page. */
  public static final List<Key<?>> ALL =
      List.of(
          BUNDLE,
          MANIFEST_SHA256,
          DEVICE,
          THREADS,
          BATCH_TOKENS,
          BATCH_WAIT,
          QUEUE_TOKENS,
          DECODE_SLOTS,
          WAITING_REQUESTS,
          MAX_POSITIONS,
          KV_POSITIONS,
          PREFILL_CHUNK,
          TOKEN_STATES);

  private ModelKeys() {}

  static RuntimeConfig runtime(ConfigSource source) {
    return new RuntimeConfig(
        source.get(DEVICE),
        source.get(THREADS),
        source.get(BATCH_TOKENS),
        source.get(BATCH_WAIT),
        source.get(QUEUE_TOKENS),
        source.get(DECODE_SLOTS),
        source.get(WAITING_REQUESTS),
        source.get(MAX_POSITIONS),
        source.get(KV_POSITIONS),
        source.get(PREFILL_CHUNK),
        source.get(TOKEN_STATES),
        DEFAULTS.precision());
  }

  static BundleConfig bundle(ConfigSource source) {
    return new BundleConfig(Home.resolve(source.get(BUNDLE)), source.get(MANIFEST_SHA256));
  }
}

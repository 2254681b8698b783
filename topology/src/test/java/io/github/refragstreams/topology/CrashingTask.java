package io.github.refragstreams.topology;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * A task with what Kafka does for it: the records that it has read, its stores and what it has
 * written change together, at a commit, or not at all.
 */
final class CrashingTask<K, V, L, W> implements AutoCloseable {
  private static final String SOURCE = "source-";
  private static final String TASK = "task";

  private final TopologyTestDriver driver;
  private final Duration tick;
  private final Supplier<Processor<K, V, L, W>> make;

  /** Set when the driver has made the task. */
  private @Nullable Reopened processor;

  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final Map<String, TestOutputTopic<byte[], byte[]>> outputs = new HashMap<>();
  private final List<Input> log = new ArrayList<>();
  private int next;
  private int committed;

  /** What the stores hold as of the last commit. */
  private final Map<String, Map<Object, Object>> stored = new HashMap<>();

  /** Records by the child that they were written to. */
  record Written(Map<String, List<TestRecord<byte[], byte[]>>> byChild) {
    List<TestRecord<byte[], byte[]>> to(String child) {
      return byChild.getOrDefault(child, List.of());
    }
  }

  /** How a task ends. */
  enum End {
    /** Its process is dead. */
    KILLED,
    /** It is closed, as after a rebalance; another one takes its place. */
    CLOSED,
    /**
     * It is closed, and the same processor opened again: so Kafka does with a task whose commit has
     * timed out. It refuses, and a new one takes its place.
     */
    REVIVED
  }

  private record Input(String topic, TestRecord<byte[], byte[]> record) {}

  /**
   * @param make makes a new processor whenever the task is opened
   * @param sources how records of each topic are read
   * @param sinks how records for each child are written; its topic has the same name
   */
  CrashingTask(
      TopologyConfig config,
      Supplier<Processor<K, V, L, W>> make,
      Map<String, Deserializer<V>> sources,
      Map<String, Serializer<?>> sinks,
      Set<StoreBuilder<?>> stores,
      TemporaryFolder state) {
    this.tick = config.tick();
    this.make = make;
    Topology topology = new Topology();
    sources.forEach(
        (topic, values) ->
            topology.addSource(SOURCE + topic, new ByteArrayDeserializer(), values, topic));
    topology.addProcessor(
        TASK, Reopened::new, sources.keySet().stream().map(SOURCE::concat).toArray(String[]::new));
    stores.forEach(store -> topology.addStateStore(store, TASK));
    sinks.forEach(
        (child, values) -> topology.addSink(child, child, new ByteArraySerializer(), values, TASK));
    driver = new TopologyTestDriver(topology, settings(state), Samples.NOW);
    for (String topic : sources.keySet()) {
      inputs.put(
          topic,
          driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer()));
    }
    for (String child : sinks.keySet()) {
      outputs.put(
          child,
          driver.createOutputTopic(
              child, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }
    commit();
  }

  private static Properties settings(TemporaryFolder state) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "crash");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.path().toString());
    return settings;
  }

  /** Adds a record to those that the task has not read yet. */
  void send(String topic, TestRecord<byte[], byte[]> record) {
    log.add(new Input(topic, record));
  }

  /** Reads the next record, if there is one. */
  void read() {
    if (next < log.size()) {
      Input input = log.get(next++);
      requireNonNull(inputs.get(input.topic)).pipeInput(input.record);
    }
  }

  boolean hasRead() {
    return next == log.size();
  }

  void tick() {
    driver.advanceWallClockTime(tick);
  }

  /** What was written since the last commit. */
  Written commit() {
    committed = next;
    stored.clear();
    driver.getAllStateStores().forEach((name, store) -> stored.put(name, entries(store)));
    Map<String, List<TestRecord<byte[], byte[]>>> written = new HashMap<>();
    outputs.forEach((child, topic) -> written.put(child, topic.readRecordsToList()));
    return new Written(written);
  }

  /** Goes back to the last commit. */
  void crash(End end) {
    requireNonNull(processor).end(end);
    driver
        .getAllStateStores()
        .forEach((name, store) -> restore(store, stored.getOrDefault(name, Map.of())));
    outputs.values().forEach(TestOutputTopic::readRecordsToList);
    next = committed;
  }

  /** Entries of a store. */
  int size(String store) {
    return entries(requireNonNull(driver.getAllStateStores().get(store))).size();
  }

  @Override
  public void close() {
    driver.close();
  }

  @SuppressWarnings("unchecked") // Keys and values go back where they come from.
  private static Map<Object, Object> entries(StateStore store) {
    Map<Object, Object> all = new HashMap<>();
    try (KeyValueIterator<?, ?> entries =
        store instanceof WindowStore<?, ?> window
            ? window.all()
            : ((KeyValueStore<Object, Object>) store).all()) {
      entries.forEachRemaining(entry -> all.put(entry.key, entry.value));
    }
    return all;
  }

  @SuppressWarnings("unchecked") // Keys and values go back where they come from.
  private static void restore(StateStore store, Map<Object, Object> entries) {
    Map<Object, @Nullable Object> changes = new HashMap<>();
    entries(store).keySet().forEach(key -> changes.put(key, null));
    changes.putAll(entries);
    if (store instanceof WindowStore<?, ?>) {
      WindowStore<Object, @Nullable Object> window = (WindowStore<Object, @Nullable Object>) store;
      changes.forEach(
          (key, value) ->
              window.put(
                  ((Windowed<Object>) key).key(),
                  value,
                  ((Windowed<Object>) key).window().start()));
    } else {
      KeyValueStore<Object, @Nullable Object> values =
          (KeyValueStore<Object, @Nullable Object>) store;
      changes.forEach(values::put);
    }
  }

  /** A processor that can be opened again, anew or the same one. */
  private final class Reopened implements Processor<K, V, L, W> {
    private @Nullable ProcessorContext<L, W> context;
    private @Nullable Processor<K, V, L, W> open;

    /** To be opened again, before a new one is. */
    private @Nullable Processor<K, V, L, W> revived;

    /** What is not cancelled, oldest first. */
    private final List<Punctuator> scheduled = new ArrayList<>();

    @Override
    public void init(ProcessorContext<L, W> given) {
      processor = this;
      context = withoutSchedule(given);
      given.schedule(
          tick,
          PunctuationType.WALL_CLOCK_TIME,
          now -> {
            Processor<K, V, L, W> unused = open();
            List.copyOf(scheduled).forEach(punctuator -> punctuator.punctuate(now));
          });
    }

    @Override
    public void process(Record<K, V> record) {
      open().process(record);
    }

    void end(End end) {
      if (open != null && end != End.KILLED) {
        open.close();
      }
      revived = end == End.REVIVED ? open : null;
      open = null;
      scheduled.clear();
    }

    /** A context is good for opening only while a record or a tick is processed. */
    private Processor<K, V, L, W> open() {
      Processor<K, V, L, W> current = open;
      if (current == null && context != null) {
        refuseRevival(context);
        current = make.get();
        open = current;
        current.init(context);
      }
      if (current == null) {
        throw new IllegalStateException("the task is not assigned");
      }
      return current;
    }

    private void refuseRevival(ProcessorContext<L, W> given) {
      Processor<K, V, L, W> again = revived;
      if (again != null) {
        revived = null;
        assertThatThrownBy(() -> again.init(given)).isInstanceOf(StreamsException.class);
        assertThat(scheduled).isEmpty();
      }
    }

    @SuppressWarnings("unchecked") // It is what the proxy implements.
    private ProcessorContext<L, W> withoutSchedule(ProcessorContext<L, W> given) {
      return (ProcessorContext<L, W>)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {ProcessorContext.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("schedule")) {
                  Punctuator punctuator = (Punctuator) arguments[arguments.length - 1];
                  scheduled.add(punctuator);
                  Cancellable cancel = () -> scheduled.remove(punctuator);
                  return cancel;
                }
                try {
                  return method.invoke(given, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}

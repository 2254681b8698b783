package io.github.refragstreams.app.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * What clients send, good and bad: follows from the seed, except for times. Writes down in the
 * ledger what must come of it. For one thread.
 */
final class Workload {
  private static final int TEXTS = 60;
  private static final int CONVERSATIONS = 4;
  private static final Duration SHORT = Duration.ofMillis(1_500);

  private final Random random;
  private final int partitions;
  private final Duration patience;
  private final Traffic traffic;
  private final Ledger ledger;
  private int number;

  /**
   * @param partitions partitions of the queries' topic
   * @param patience how long a query may wait that is to be answered from all its passages
   */
  Workload(long seed, int partitions, Duration patience, Traffic traffic, Ledger ledger) {
    this.random = new Random(seed);
    this.partitions = partitions;
    this.patience = patience;
    this.traffic = traffic;
    this.ledger = ledger;
  }

  /** Sends some queries, and now and then something that cannot be used. */
  void send(int queries) {
    for (int i = 0; i < queries; i++) {
      number++;
      switch (random.nextInt(12)) {
        case 0 -> ask(Asked.Kind.WHOLE, "q" + number, 0);
        case 1 -> ask(Asked.Kind.WAITING, "q" + number, 1);
        case 2, 3 -> ask(Asked.Kind.CONVERSATION, "q" + number, 1);
        case 4 -> traffic.query(ask(Asked.Kind.WHOLE, "q" + number, 2));
        case 5 -> sendUnusable();
        case 6 -> sendDocument();
        case 7 -> traffic.cancel(ask(Asked.Kind.CANCELLED, "q" + number, 1));
        default -> ask(Asked.Kind.WHOLE, "q" + number, 1 + random.nextInt(3));
      }
    }
    traffic.flush();
  }

  /** Sends a query to each partition, with a passage that is new. */
  List<Asked> probe() {
    List<Asked> probes = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      String id;
      do {
        id = "probe" + ++number;
      } while (Utils.toPositive(Utils.murmur2(id.getBytes(UTF_8))) % partitions != partition);
      probes.add(ask(Asked.Kind.WHOLE, id, 1));
    }
    traffic.flush();
    return probes;
  }

  /** A passage without query, which is refused when it has waited long enough. */
  void orphan() {
    String id = "orphan" + ++number;
    RetrievedPassage passage = passage(id, null, 0, "nobody asks for passage " + number);
    traffic.passage(id, passage);
    ledger.encoded(null, passage.getText());
    ledger.refused(ErrorCode.ORPHANED_PASSAGE, id);
    traffic.flush();
  }

  /** A further passage of a query that is answered: refused. */
  void late(Asked answered) {
    String text = "too late, passage " + ++number;
    traffic.passage(
        answered.key(), passage(answered.id(), answered.query().getConversationId(), 9, text));
    ledger.encoded(null, text);
    ledger.refused(ErrorCode.LATE_PASSAGE, answered.key());
    traffic.flush();
  }

  private Asked ask(Asked.Kind kind, String id, int passages) {
    String conversation =
        kind == Asked.Kind.CONVERSATION ? "conversation" + random.nextInt(CONVERSATIONS) : null;
    int expected = kind == Asked.Kind.WAITING ? passages + 1 : passages;
    Query query =
        Query.newBuilder()
            .setQueryId(id)
            .setConversationId(conversation)
            .setQuestion("what do the passages say of number " + number + ", and why?")
            .setExpectedPassages(expected)
            .setDeadlineMs((kind == Asked.Kind.WAITING ? SHORT : patience).toMillis())
            .setOptions(
                QueryOptions.newBuilder()
                    .setMode(number % 5 == 0 ? Mode.FULL : Mode.COMPRESSED)
                    .build())
            .setCreatedAt(Instant.now())
            .build();
    List<RetrievedPassage> found = new ArrayList<>();
    for (int rank = 0; rank < passages; rank++) {
      int text = random.nextInt(TEXTS);
      found.add(
          passage(
              id,
              conversation,
              rank,
              id.startsWith("probe")
                  ? "a text that only " + id + " has"
                  : "passage " + text + " says that " + text * 7_919L + " is a number"));
    }
    Asked asked = new Asked(kind, query, found);
    ledger.asked(asked);
    traffic.query(asked);
    found.forEach(passage -> traffic.passage(asked.key(), passage));
    return asked;
  }

  private static RetrievedPassage passage(
      String queryId, @Nullable String conversation, int rank, String text) {
    return RetrievedPassage.newBuilder()
        .setQueryId(queryId)
        .setConversationId(conversation)
        .setPassageId("p" + rank)
        .setRank(rank)
        .setText(text)
        .build();
  }

  private void sendUnusable() {
    String id = "bad" + number;
    if (random.nextBoolean()) {
      traffic.junk(id);
      ledger.refused(ErrorCode.NOT_AVRO, id);
    } else {
      RetrievedPassage blank = passage(id, null, 0, " ");
      traffic.passage(id, blank);
      ledger.refused(ErrorCode.EMPTY_TEXT, id);
    }
  }

  private void sendDocument() {
    String text = "document " + number + " is a paragraph of its own";
    traffic.document(
        Document.newBuilder().setDocumentId("d" + number).setTitle("Paper").setText(text).build());
    ledger.encoded("Paper", text);
  }
}

package io.github.refragstreams.app.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Server-sent events to one reader. Events leave in the order in which they are sent. Sending never
 * waits: what the reader has not taken yet is kept, and a reader that leaves more than {@value
 * #MOST_WAITING} bytes beside the largest event is given up, like one that has gone: what piles up
 * is bounded, while an event of any size reaches a reader that keeps up. A comment now and then
 * finds out whether it has gone. Safe for use by many threads.
 */
public final class EventStream {
  private static final int MOST_WAITING = 1 << 18;
  private static final long PULSE_SECONDS = 5;
  private static final byte[] PULSE = ":\n\n".getBytes(UTF_8);

  /** Attribute of a request: the status that the stream would have had, known at its end only. */
  static final String OUTCOME = EventStream.class.getName() + ".outcome";

  /** As web servers log it: the client has gone. */
  private static final int CLIENT_GONE = 499;

  private final Request request;

  private final Response response;
  private final Callback callback;
  private final Scheduler scheduler;
  private final Object lock = new Object();
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private final List<Runnable> whenGone = new ArrayList<>();
  private int waitingBytes;
  private int largestWaiting;
  private boolean writing;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    ENDING,
    ENDED,
    GONE
  }

  private static final class SlowReaderException extends RuntimeException
      implements QuietException {
    private static final long serialVersionUID = 1L;
  }

  private EventStream(Request request, Response response, Callback callback, Scheduler scheduler) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.scheduler = scheduler;
  }

  static EventStream open(Request request, Response response, Callback callback) {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    // Proxies must not wait for more.
    response.getHeaders().put("X-Accel-Buffering", "no");
    EventStream stream =
        new EventStream(request, response, callback, request.getComponents().getScheduler());
    request.addFailureListener(stream::gone);
    stream.send(PULSE);
    stream.schedulePulse();
    return stream;
  }

  /**
   * Sends an event.
   *
   * @param name of the event, one word; empty: none
   * @param value as JSON
   */
  public void send(String name, Object value) {
    String event = name.isEmpty() ? "" : "event: " + name + "\n";
    // JSON has no line breaks of its own.
    sendText(event, new String(Json.write(value), UTF_8));
  }

  /** Sends an event without name whose data are a word of some protocol. */
  public void sendWord(String word) {
    sendText("", word);
  }

  /** Whether something is on its way to the reader. */
  boolean isWriting() {
    synchronized (lock) {
      return writing;
    }
  }

  /**
   * The same where something went wrong.
   *
   * @param status that the answer would have had; too late for the client, in time for the meters
   */
  public void end(int status) {
    request.setAttribute(OUTCOME, status);
    end();
  }

  /** Ends the stream after what has been sent. */
  public void end() {
    synchronized (lock) {
      if (state != State.OPEN) {
        return;
      }
      state = State.ENDING;
    }
    writeNext();
  }

  /**
   * Calls {@code action}, once, when the reader has gone or is given up before the stream was
   * ended; at once where that has happened already.
   */
  public void onGone(Runnable action) {
    synchronized (lock) {
      if (state != State.GONE) {
        whenGone.add(action);
        return;
      }
    }
    action.run();
  }

  private void sendText(String event, String data) {
    send((event + "data: " + data + "\n\n").getBytes(UTF_8));
  }

  private void send(byte[] bytes) {
    boolean tooSlow;
    synchronized (lock) {
      if (state != State.OPEN) {
        return;
      }
      int largest = Math.max(largestWaiting, bytes.length);
      tooSlow = waitingBytes + bytes.length - largest > MOST_WAITING;
      if (!tooSlow) {
        waiting.add(bytes);
        waitingBytes += bytes.length;
        largestWaiting = largest;
      }
    }
    if (tooSlow) {
      gone(new SlowReaderException());
    } else {
      writeNext();
    }
  }

  private void writeNext() {
    byte[] next;
    boolean last;
    synchronized (lock) {
      if (writing || state == State.GONE || state == State.ENDED) {
        return;
      }
      next = taken();
      last = state == State.ENDING;
      if (next.length == 0 && !last) {
        return;
      }
      writing = true;
      if (last) {
        state = State.ENDED;
      }
    }
    response.write(
        last, ByteBuffer.wrap(next), last ? callback : Callback.from(this::written, this::gone));
  }

  private void written() {
    synchronized (lock) {
      writing = false;
    }
    writeNext();
  }

  /** All that waits, in one piece. */
  private byte[] taken() {
    ByteBuffer all = ByteBuffer.allocate(waitingBytes);
    waiting.forEach(all::put);
    clear();
    return all.array();
  }

  private void clear() {
    waiting.clear();
    waitingBytes = 0;
    largestWaiting = 0;
  }

  private void gone(Throwable failure) {
    List<Runnable> actions;
    synchronized (lock) {
      if (state == State.GONE || state == State.ENDED) {
        return;
      }
      state = State.GONE;
      clear();
      actions = List.copyOf(whenGone);
      whenGone.clear();
    }
    request.setAttribute(OUTCOME, CLIENT_GONE);
    callback.failed(failure);
    actions.forEach(Runnable::run);
  }

  private void schedulePulse() {
    var unused = scheduler.schedule(this::pulse, PULSE_SECONDS, TimeUnit.SECONDS);
  }

  private void pulse() {
    synchronized (lock) {
      if (state != State.OPEN) {
        return;
      }
    }
    send(PULSE);
    schedulePulse();
  }
}
